"""What a press chooses: a treatment with its length, and perhaps a start with a therapist. As forms send it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from booking.intake import drafts
from booking.models import Draft
from booking.scheduling import appointments
from booking.web.journey import Journey
from services.catalogue import Offer
from services.models import Location, Therapist, Treatment

FURTHEST = timedelta(days=800)  # past every horizon; keeps the calendar's arithmetic in range


@dataclass(frozen=True)
class Choice:
    """What was chosen; no treatment where the client is not sure."""

    treatment: Treatment | None
    minutes: int | None
    location: Location | None

    @classmethod
    def of(cls, draft: Draft) -> "Choice":
        return cls(draft.treatment, draft.minutes, draft.location)


def value_of(treatment: Treatment, minutes: int) -> str:
    """ "deep_tissue:60"."""
    return f"{treatment.key}:{minutes}"


def read_treatment(value: str, *, offers: Sequence[Offer]) -> tuple[Treatment, int] | None:
    """Treatment and minutes that `value` names; None for what is not on offer."""
    for offer in offers:
        for length in offer.lengths:
            if value == value_of(offer.treatment, length.minutes):
                return offer.treatment, length.minutes
    return None


def start_value(starts_at: datetime, therapist_id: int) -> str:
    """ "2026-11-28T12:00:00+00:00 3"."""
    return f"{starts_at.isoformat()} {therapist_id}"


def read_start(value: str, *, therapist_ids: Collection[int], now: datetime) -> tuple[datetime, int] | None:
    """Instant (UTC) and therapist that `value` names; None for nonsense, and for anybody else."""
    instant, _space, therapist = value.rpartition(" ")
    try:
        starts_at, therapist_id = datetime.fromisoformat(instant), int(therapist)
        # A moment without an offset could be any of several.
        is_near = starts_at.tzinfo is not None and abs(starts_at - now) < FURTHEST
    except (ValueError, OverflowError):
        return None
    return (starts_at.astimezone(UTC), therapist_id) if is_near and therapist_id in therapist_ids else None


def choose(journey: Journey, choice: Choice, *, wished: tuple[datetime, Therapist] | None = None) -> None:
    """Another treatment, length or place needs another start: what was kept is given back. So is it for a new wish."""
    if not journey.is_new and (choice != Choice.of(journey.draft) or wished):
        appointments.release_kept(draft=journey.draft, now=journey.now)
    drafts.choose_treatment(
        draft=journey.draft,
        treatment=choice.treatment,
        minutes=choice.minutes,
        location=choice.location,
        wished=wished,
    )


def url_of_treatment(treatment: Treatment, *, minutes: int, location: Location | None = None) -> str:
    """The times of a treatment at one length."""
    query = {"minutes": minutes} | ({"location": location.pk} if location else {})
    return f"{reverse('booking:one_treatment', args=[treatment.key])}?{urlencode(query)}"
