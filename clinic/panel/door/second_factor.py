"""The second factor of an account: an app with six-digit codes, and recovery codes for the day it is not at hand."""

from base64 import b32encode
from io import BytesIO

from django.contrib.auth.models import User
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 8


def read_code(text: str) -> str:
    """As people type it, with blanks."""
    return text.strip().replace(" ", "")


def unconfirmed_device(user: User) -> TOTPDevice:
    device, _created = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def confirm_device(user: User, code: str) -> TOTPDevice | None:
    device = unconfirmed_device(user)
    if not code.isdigit() or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save()
    return device


def make_recovery_codes(user: User) -> list[str]:
    """New codes, each good for one sign-in; shown once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove_second_factor(user: User) -> None:
    """App and recovery codes no longer count; the next sign-in asks for a new app."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def draw_secret(device: TOTPDevice) -> SafeString:
    """The QR code as inline SVG, black on white in any theme, drawn without style attributes."""
    import segno  # only for who sets up a second factor

    drawn = BytesIO()
    code = segno.make(device.config_url)
    code.save(drawn, kind="svg", xmldecl=False, scale=5, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - our own drawing, no text of anybody in it


def spell_secret(device: TOTPDevice) -> str:
    """What the picture holds, for typing: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
