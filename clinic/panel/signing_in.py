"""One way in for panel and admin: password, and outside the demo a second factor with recovery codes."""

from base64 import b32encode
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from clinic.owners import has_owner
from services.models import ClinicPolicy

RECOVERY_CODES = 8


class SignInForm(AuthenticationForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout("username", "password", Submit("sign-in", _("Sign in")))


class CodeForm(forms.Form):
    """A six-digit code of the app, or one of the recovery codes."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    helper = FormHelper()
    helper.layout = Layout("code", Submit("check-code", gettext_lazy("Check the code")))


class SignInView(auth_views.LoginView):
    template_name = "panel/sign_in.html"
    authentication_form = SignInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whom the admin sends here with a password only still owes the second step, not the password again."""
        if request.user.is_authenticated and needs_second_factor(request):
            return redirect(_with_next("panel:second_factor", wanted=self.get_redirect_url()))
        return super().get(request, *args, **kwargs)

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
        code = form.cleaned_data["code"].strip().replace(" ", "")
        if confirmed and (device := match_token(user, code)):
            otp_login(request, device)
            return redirect(wanted)
        if not confirmed and (device := _confirm(user, code)):
            otp_login(request, device)
            return render(request, "panel/recovery_codes.html", {"codes": _make_recovery_codes(user), "wanted": wanted})
        form.add_error("code", _("That code is not right, or was already used. Wait for the next one."))
    context: dict[str, object] = {"form": form, "is_first_time": not confirmed, "policy": ClinicPolicy.current()}
    if not confirmed:
        device = _unconfirmed_device(user)
        context |= {"picture": _picture(device), "secret": _secret(device)}
    return render(request, "panel/second_factor.html", context)


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
    drawn = BytesIO()
    code = segno.make(device.config_url)
    code.save(drawn, kind="svg", xmldecl=False, scale=5, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - our own drawing, no text of anybody in it


def _secret(device: TOTPDevice) -> str:
    """What the picture holds, for typing: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
