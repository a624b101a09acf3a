"""One way in for panel and admin: password, and outside the demo a second factor with recovery codes.

Guesses are limited over one name and over one network; see `booking.limits`. A stranger who knows a name can't lock its
owner out: a device on which that person has signed in before counts by itself, and while strangers guess at a name, the
code of the second factor beside the password lets its owner in from anywhere.
"""

import secrets
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking import limits
from booking.networks import network_of
from clinic.panel.door.owners import has_owner
from services.models import ClinicPolicy

RECOVERY_CODES = 8
# Names the devices on which a member of staff has signed in: whoever holds it is asked for the password all the same.
DEVICE_COOKIE = f"{settings.COOKIE_PREFIX}staff-device"
DEVICE_AGE = timedelta(days=180)
MOST_PEOPLE = 20  # who share one device
DEVICE_SALT = "clinic.staff-device"

Use = tuple[limits.Limit, str]


def _code_field(*, label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class SignInForm(AuthenticationForm):
    """`asks_code`: strangers are guessing at this name, and the second factor is wanted at once."""

    error_messages = AuthenticationForm.error_messages | {
        "wrong_with_code": gettext_lazy("That name, password or code is not right. Wait for the next code."),
    }

    def __init__(self, *args: object, asks_code: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.asks_code = asks_code
        self.device: Any = None  # of the second factor, whose code was right
        self.helper = FormHelper()
        names = ["username", "password"]
        if asks_code:
            self.fields["code"] = _code_field(label=gettext_lazy("Code of your second factor"))
            names.append("code")
        self.helper.layout = Layout(*names, Submit("sign-in", _("Sign in")))

    def clean(self) -> dict[str, Any]:
        """With a code, the same answer whatever was wrong: else guesses at the password would be told apart."""
        if not self.asks_code:
            return super().clean()
        try:
            cleaned = super().clean()
        except forms.ValidationError as error:
            raise self._wrong() from error
        self.device = match_token(self.get_user(), read_code(cleaned.get("code", "")))
        if self.device is None:
            raise self._wrong()
        return cleaned

    def _wrong(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["wrong_with_code"], code="wrong_with_code")


class CodeForm(forms.Form):
    """A six-digit code of the app, or one of the recovery codes."""

    code = _code_field(label=gettext_lazy("Code"))
    helper = FormHelper()
    helper.layout = Layout("code", Submit("check-code", gettext_lazy("Check the code")))


@dataclass(frozen=True)
class Guess:
    """Whose guess at which name, as limits count it: first what is forgotten after a right password."""

    name: str
    network: str
    device: str  # empty: this person has not signed in on it before

    @property
    def uses(self) -> tuple[Use, ...]:
        if self.device:
            return ((limits.SIGN_IN_DEVICE, f"{self.device} {self.name}"),)
        return (*self.uses_with_code, (limits.SIGN_IN_NAME, self.name))

    @property
    def uses_with_code(self) -> tuple[Use, ...]:
        return (limits.SIGN_IN_HERE, f"{self.network} {self.name}"), (limits.SIGN_IN_NETWORK, self.network)


class SignInView(auth_views.LoginView):
    template_name = "panel/door/sign_in.html"
    authentication_form = SignInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whom the admin sends here with a password only still owes the second step, not the password again."""
        if request.user.is_authenticated and needs_second_factor(request):
            return redirect(_with_next("panel:second_factor", wanted=self.get_redirect_url()))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Counted before the password is looked at, so that many guesses at once are no way around."""
        guess, now = _read_guess(request), timezone.now()
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
            return remember_device(self.request, redirect(super().get_success_url()))
        answer = redirect(self.get_success_url())
        return answer if settings.SECOND_FACTOR_REQUIRED else remember_device(self.request, answer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"policy": ClinicPolicy.current()}

    def get_success_url(self) -> str:
        """The second step first, where it is asked for, and then the page that was wanted."""
        wanted = super().get_success_url()
        return _with_next("panel:second_factor", wanted=wanted) if settings.SECOND_FACTOR_REQUIRED else wanted


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
        if not confirmed and (device := _confirm(user, code)):
            otp_login(request, device)
            shown = {"codes": _make_recovery_codes(user), "wanted": wanted}
            return remember_device(request, render(request, "panel/door/recovery_codes.html", shown))
        form.add_error("code", _("That code is not right, or was already used. Wait for the next one."))
    context: dict[str, object] = {"form": form, "is_first_time": not confirmed, "policy": ClinicPolicy.current()}
    if not confirmed:
        device = _unconfirmed_device(user)
        context |= {"picture": _picture(device), "secret": _secret(device)}
    return render(request, "panel/door/second_factor.html", context)


def read_code(text: str) -> str:
    """As people type it, with blanks."""
    return text.strip().replace(" ", "")


def remember_device(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """This person is known on this device from now on. Says nothing about being signed in."""
    known = _read_device(request)
    name = _name_key(request.user.get_username())
    people = [name, *(other for other in known["people"] if other != name)][:MOST_PEOPLE]
    value = signing.dumps({"id": known["id"] or secrets.token_urlsafe(12), "people": people}, salt=DEVICE_SALT)
    answer.set_cookie(
        DEVICE_COOKIE,
        value,
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the second factor is still to come for this session."""
    return settings.SECOND_FACTOR_REQUIRED and not request.user.is_verified()  # type: ignore[union-attr]


def way_in(request: HttpRequest) -> HttpResponse | None:
    """Where to send somebody who may not see the panel yet; None for who may."""
    if not request.user.is_authenticated:
        if request.path == reverse("panel:board") and not has_owner():
            return redirect("panel:first_owner")
        return _send_to(request, "panel:sign_in")
    if needs_second_factor(request):
        return _send_to(request, "panel:second_factor")
    return None


def _read_guess(request: HttpRequest) -> Guess:
    name = _name_key(request.POST.get("username", ""))
    device = _read_device(request)
    return Guess(
        name=name,
        network=network_of(request.META.get("REMOTE_ADDR", "")),
        device=device["id"] if name in device["people"] else "",
    )


def _name_key(name: str) -> str:
    """One name however it is typed; hashed, so that the cookie names nobody."""
    return limits.hide("staff name", unicodedata.normalize("NFKC", name.strip()).casefold()[:150])


def _read_device(request: HttpRequest) -> dict[str, Any]:
    try:
        read = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE)
        return {"id": str(read["id"]), "people": [str(name) for name in read["people"]]}
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return {"id": "", "people": []}


def _locked(request: HttpRequest, refusal: limits.LimitReached) -> HttpResponse:
    minutes = -(-refusal.wait // timedelta(minutes=1))
    context = {"minutes": max(1, minutes), "policy": ClinicPolicy.current()}
    answer = render(request, "panel/door/locked_out.html", context, status=429)
    answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _send_to(request: HttpRequest, page: str) -> HttpResponse:
    """To `page` and back. What took a POST can't be opened again; the day is shown then."""
    address = _with_next(page, wanted=request.get_full_path() if request.method == "GET" else "")
    if request.headers.get("HX-Request"):
        # Else the sign-in form would be put into the side panel.
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _with_next(page: str, *, wanted: str) -> str:
    address = reverse(page)
    return f"{address}?{urlencode({'next': wanted})}" if wanted else address


def _wanted_page(request: HttpRequest) -> str:
    """The page to go on to, never one of another site."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("panel:board")


def _unconfirmed_device(user: User) -> TOTPDevice:
    device, _created = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def _confirm(user: User, code: str) -> TOTPDevice | None:
    device = _unconfirmed_device(user)
    if not code.isdigit() or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save()
    return device


def _make_recovery_codes(user: User) -> list[str]:
    """New codes, each good for one sign-in; shown once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _picture(device: TOTPDevice) -> SafeString:
    """The QR code as inline SVG, black on white in any theme, drawn without style attributes."""
    import segno  # only for who sets up a second factor

    drawn = BytesIO()
    code = segno.make(device.config_url)
    code.save(drawn, kind="svg", xmldecl=False, scale=5, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - our own drawing, no text of anybody in it


def _secret(device: TOTPDevice) -> str:
    """What the picture holds, for typing: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
