"""The devices on which a member of staff has signed in before, by a cookie that says nothing about being signed in."""

import secrets
import unicodedata
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from booking import limits

# Names the devices on which a member of staff has signed in: whoever holds it is still asked for the password.
DEVICE_COOKIE = f"{settings.COOKIE_PREFIX}staff-device"
DEVICE_AGE = timedelta(days=180)
MOST_PEOPLE = 20  # who share one device
DEVICE_SALT = "clinic.staff-device"


def remember_device(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """This person is known on this device from now on. Says nothing about being signed in."""
    known = read_device(request)
    name = name_key(request.user.get_username())
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


def read_device(request: HttpRequest) -> dict[str, Any]:
    try:
        read = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE)
        return {"id": str(read["id"]), "people": [str(name) for name in read["people"]]}
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return {"id": "", "people": []}


def name_key(name: str) -> str:
    """One name however it is typed; hashed, so that the cookie names nobody."""
    return limits.hide("staff name", unicodedata.normalize("NFKC", name.strip()).casefold()[:150])
