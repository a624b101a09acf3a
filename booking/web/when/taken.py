"""A start that could not be had, as the address of the page with the nearest ones says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from booking.scheduling.appointments import SlotTaken
from booking.web.choice import FURTHEST

ANY = "any"


@dataclass(frozen=True)
class Taken:
    """A start that could not be had, and the sentence that says why. The page shows the ones nearest to it."""

    starts_at: datetime
    sentence: str


def address_of_taken(refusal: SlotTaken) -> str:
    """The query by which a page of starts says which one could not be had."""
    return address_of_start(refusal.starts_at, therapist_id=refusal.therapist_id)


def address_of_start(starts_at: datetime, *, therapist_id: int | None) -> str:
    """The same, of a start that a page has found not to be free."""
    return urlencode({"taken": starts_at.isoformat(), "taken_of": therapist_id or ANY})


def to_nearest(starts_at: datetime, *, therapist_id: int | None) -> str:
    """The page of starts that says why this one can't be had, with the nearest."""
    return f"{reverse('booking:when')}?{address_of_start(starts_at, therapist_id=therapist_id)}"


def moment_taken(query: Mapping[str, str], *, now: datetime) -> datetime | None:
    """The start that the address names; None for nonsense."""
    try:
        moment = datetime.fromisoformat(query.get("taken", ""))
        return moment if moment.tzinfo is not None and abs(moment - now) <= FURTHEST else None
    except (ValueError, OverflowError):
        return None
