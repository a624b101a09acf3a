"""What a visitor would like to book, remembered for a day in a cookie of its own: treatment, place and start, no answer.

The journey's own cookie ends with the browser, and with it everything that was ticked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from booking.models import Draft

NAME = f"{settings.COOKIE_PREFIX}wish"
SALT = "booking.wish"
LASTS = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Wished:
    """`start` is an instant with offset and the therapist's id; None where no time was pressed."""

    treatment: str
    minutes: int
    location_id: int
    start: tuple[datetime, int] | None = None

    @classmethod
    def of(cls, draft: Draft) -> Self | None:
        """What is wished for in this journey; None where it is not yet known what."""
        if draft.treatment is None or draft.minutes is None or draft.location is None:
            return None
        return cls(draft.treatment.key, draft.minutes, draft.location.pk, draft.wished)


def remember(response: HttpResponseBase, wished: Wished | None) -> None:
    """For the same device within a day, also where the browser was closed meanwhile."""
    if wished is None:
        return forget(response)
    start = f" {wished.start[0].isoformat()} {wished.start[1]}" if wished.start else ""
    response.set_signed_cookie(
        NAME,
        f"{wished.treatment} {wished.minutes} {wished.location_id}{start}",
        salt=SALT,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return None


def recall(request: HttpRequest) -> Wished | None:
    """None where there is none, it is older than a day, or somebody has changed it."""
    text = request.get_signed_cookie(NAME, default="", salt=SALT, max_age=LASTS) or ""
    parts = text.split(" ")
    if len(parts) not in (3, 5) or not all(part.isdecimal() for part in (*parts[1:3], *parts[4:])):
        return None
    start = (datetime.fromisoformat(parts[3]), int(parts[4])) if len(parts) == 5 else None
    return Wished(parts[0], int(parts[1]), int(parts[2]), start)


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(NAME, samesite="Lax")
