"""Name and email of who asked this device to remember them, in a signed cookie of its own: never an answer.

It fills in two fields and unlocks nothing. Whoever opens this browser can read the first name on the start page.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

NAME = f"{settings.COOKIE_PREFIX}known"
SALT = "booking.known"
LASTS = 365 * 24 * 60 * 60  # seconds
MOST_LETTERS = 1_500  # a longer cookie is refused by browsers


@dataclass(frozen=True)
class Known:
    name: str
    email: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


def remember(response: HttpResponseBase, known: Known) -> None:
    """For twelve months. What does not fit into a cookie is not remembered."""
    text = signing.dumps([known.name, known.email], salt=SALT)
    if len(text) <= MOST_LETTERS:
        response.set_cookie(
            NAME, text, max_age=LASTS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )


def recall(request: HttpRequest) -> Known | None:
    """None where there is nobody, it is older than twelve months, or somebody has changed it."""
    try:
        found: Any = signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    name, email = found
    return Known(str(name), str(email)) if str(name).strip() else None


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(NAME, samesite="Lax")
