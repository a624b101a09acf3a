"""What a visitor would like to book, remembered for a day in a cookie of its own: a treatment and a place, no answer.

The journey's own cookie ends with the browser, and with it everything that was ticked.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

NAME = f"{settings.COOKIE_PREFIX}wish"
SALT = "booking.wish"
LASTS = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Wished:
    treatment: str
    minutes: int
    location_id: int


def remember(response: HttpResponseBase, wished: Wished) -> None:
    response.set_signed_cookie(
        NAME,
        f"{wished.treatment} {wished.minutes} {wished.location_id}",
        salt=SALT,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def recall(request: HttpRequest) -> Wished | None:
    """None where there is none, it is older than a day, or somebody has changed it."""
    text = request.get_signed_cookie(NAME, default="", salt=SALT, max_age=LASTS) or ""
    parts = text.split(" ")
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    return Wished(parts[0], int(parts[1]), int(parts[2]))


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(NAME, samesite="Lax")
