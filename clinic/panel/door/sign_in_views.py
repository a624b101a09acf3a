"""One way in for panel and admin: password, and outside the demo a second factor with recovery codes.

Guesses are limited over one name and over one network; see `booking.limits`. A stranger who knows a name can't lock its
owner out: a device on which that person has signed in before counts by itself, and while strangers guess at a name, the
code of the second factor beside the password lets its owner in from anywhere.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking import limits
from clinic.panel.door.devices import remember_device
from clinic.panel.door.forms import CodeForm, SignInForm
from clinic.panel.door.frame import door_frame, show_at_door
from clinic.panel.door.guesses import Guess, Use, read_guess
from clinic.panel.door.page import LockedOutPage, RecoveryCodesPage, SecondFactorPage, SignInPage
from clinic.panel.door.second_factor import (
    confirm_device,
    draw_secret,
    make_recovery_codes,
    read_code,
    spell_secret,
    unconfirmed_device,
)
from clinic.panel.door.way_in import first_page, needs_second_factor, with_next


class SignInView(auth_views.LoginView):
    template_name = "panel/door/sign_in.html"
    authentication_form = SignInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody whom the admin sends here after the password owes the second step, not the password again."""
        if request.user.is_authenticated and needs_second_factor(request):
            return redirect(with_next("panel:second_factor", wanted=self.get_redirect_url()))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Counted before the password is looked at, so that many guesses at once are no way around."""
        guess, now = read_guess(request), timezone.now()
        try:
            limits.take(*guess.uses, now=now)
        except limits.Spending as refusal:
            if refusal.limit != limits.SIGN_IN_NAME or not settings.SECOND_FACTOR_REQUIRED:
                return _locked(request, refusal)
            return self._ask_code(guess, now=now)
        return self._check(SignInForm(request, request.POST), uses=guess.uses, now=now)

    def _ask_code(self, guess: Guess, *, now: datetime) -> HttpResponse:
        """Strangers have guessed at this name too often. Its owner has the second factor."""
        if "code" not in self.request.POST:
            sentence = _("Somebody has been guessing at this name. Please add the code of your second factor.")
            return self._show_again(sentence, status=200, asks_code=True)
        try:
            limits.take(*guess.uses_with_code, now=now)
        except limits.Spending as refusal:
            return _locked(self.request, refusal)
        form = SignInForm(self.request, self.request.POST, asks_code=True)
        return self._check(form, uses=guess.uses_with_code, now=now)

    def _check(self, form: SignInForm, *, uses: tuple[Use, ...], now: datetime) -> HttpResponse:
        try:
            with limits.at_a_time(limits.HASHING):
                is_right = form.is_valid()
        except limits.Crowded as refusal:
            sentence = _("Several people are signing in at this moment. Please try again.")
            answer = self._show_again(sentence, status=503, asks_code=form.asks_code)
            answer["Retry-After"] = str(refusal.retry_after)
            return answer
        if not is_right:
            return self.form_invalid(form)
        limits.forget(*uses[0])
        limits.give_back(*uses[1:], now=now)
        return self._let_in(form)

    def _show_again(self, sentence: str, *, status: int, asks_code: bool) -> HttpResponse:
        """Nothing was looked at; the name stays typed."""
        name = self.request.POST.get("username", "")[:150]
        form = SignInForm(self.request, initial={"username": name}, asks_code=asks_code)
        return self.render_to_response(self.get_context_data(form=form, sentence=sentence), status=status)

    def _let_in(self, form: SignInForm) -> HttpResponse:
        login(self.request, form.get_user())
        if form.device is not None:
            otp_login(self.request, form.device)
            return remember_device(self.request, redirect(self._wanted()))
        answer = redirect(self.get_success_url())
        return answer if settings.SECOND_FACTOR_REQUIRED else remember_device(self.request, answer)

    def get_context_data(self, *, sentence: str = "", **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"frame": door_frame(), "page": SignInPage(context["form"], sentence)}

    def _wanted(self) -> str:
        wanted = super().get_success_url()
        return first_page(self.request.user) if wanted == reverse("panel:board") else wanted

    def get_success_url(self) -> str:
        """The second step first, where it is asked for, and then the page that was wanted."""
        wanted = self._wanted()
        return with_next("panel:second_factor", wanted=wanted) if settings.SECOND_FACTOR_REQUIRED else wanted


def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the first time, show what to scan and then the recovery codes."""
    user, wanted = request.user, _wanted_page(request)
    if not isinstance(user, User):
        return redirect("panel:sign_in")
    if user.is_verified():  # type: ignore[attr-defined]  # by the middleware of django_otp
        return redirect(wanted)
    confirmed = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = read_code(form.cleaned_data["code"])
        if confirmed and (device := match_token(user, code)):
            otp_login(request, device)
            return remember_device(request, redirect(wanted))
        if not confirmed and (device := confirm_device(user, code)):
            otp_login(request, device)
            page = RecoveryCodesPage(tuple(make_recovery_codes(user)), wanted)
            return remember_device(request, show_at_door(request, "panel/door/recovery_codes.html", page))
        form.add_error("code", _("That code is not right, or was already used. Wait for the next one."))
    return show_at_door(request, "panel/door/second_factor.html", _describe(form, user, is_first_time=not confirmed))


def _describe(form: CodeForm, user: User, *, is_first_time: bool) -> SecondFactorPage:
    if not is_first_time:
        return SecondFactorPage(form, is_first_time=False)
    device = unconfirmed_device(user)
    return SecondFactorPage(form, is_first_time=True, picture=draw_secret(device), secret=spell_secret(device))


def _locked(request: HttpRequest, refusal: limits.LimitReached) -> HttpResponse:
    minutes = -(-refusal.wait // timedelta(minutes=1))
    answer = show_at_door(request, "panel/door/locked_out.html", LockedOutPage(max(1, minutes)), status=429)
    answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _wanted_page(request: HttpRequest) -> str:
    """The page to go on to, never one of another site."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted != reverse("panel:board") else first_page(request.user)
