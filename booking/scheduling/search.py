"""What is looked for: a treatment and length at a place, and who asks for it, when, and past what of their own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from booking.models import Appointment, Client, Draft, State
from booking.scheduling.availability import Limits
from services import facts, prices
from services.catalogue import turnover
from services.cells import CELL
from services.intervals import Interval
from services.models import ClinicPolicy, Location, Treatment

# How far ahead staff may book, whatever the horizon for clients.
STAFF_HORIZON = timedelta(days=730)


@dataclass(frozen=True)
class Wish:
    """What is to be booked. `therapist_id` None means anyone."""

    treatment: Treatment
    minutes: int
    location: Location
    therapist_id: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.location.zone


def as_it_is(wish: Wish) -> Wish:
    """The same wish for the treatment and the place as they are now. For what was read before the locks."""
    now = facts.current()
    return replace(
        wish,
        treatment=now.find(Treatment, wish.treatment.pk) or wish.treatment,
        location=now.find(Location, wish.location.pk) or wish.location,
    )


def wish_of(appointment: Appointment, *, therapist_id: int | None = None) -> Wish:
    """What `appointment` is a booking of, with the given therapist or anyone."""
    return Wish(
        treatment=appointment.treatment,
        minutes=appointment.minutes,
        location=appointment.location,
        therapist_id=therapist_id,
    )


@dataclass(frozen=True)
class Search:
    """Starts that fit `wish`, for whoever asks at `now` (UTC).

    The start kept by `draft`, and the visit that is `moving`, count as free; what `client` has besides is in the way.
    `notice_from` is when the notice began to count, where that was before `now`: a kept start was in time when it was
    kept. Staff may book at short notice and beyond the horizon, but never into the past. `off_rota`: with a reason also
    off the grid and outside of hours, but never where somebody is taken.
    """

    wish: Wish
    now: datetime
    draft: Draft | None = None
    moving: Appointment | None = None
    client: Client | None = None
    notice_from: datetime | None = None
    by_staff: bool = False
    off_rota: bool = False

    def with_therapist(self, therapist_id: int | None) -> Self:
        """The same, with this therapist or, for None, anyone."""
        return replace(self, wish=replace(self.wish, therapist_id=therapist_id))

    def days_without(self, days: Iterable[date]) -> frozenset[date]:
        """On which of these local days the wish is not on offer at this length. A booked visit keeps what it is."""
        if self.moving is not None and self.moving.state != State.HELD:
            return frozenset()
        return prices.days_without(
            facts.current(), treatment_id=self.wish.treatment.pk, minutes=self.wish.minutes, days=days
        )

    def limits(self, policy: ClinicPolicy) -> Limits:
        """How long the visit takes, and between when and when it may start."""
        notice = timedelta(0) if self.by_staff else timedelta(minutes=policy.notice_minutes)
        return Limits(
            length=timedelta(minutes=self.wish.minutes),
            turnover=turnover(self.wish.treatment, minutes=self.wish.minutes),
            grid=CELL if self.off_rota else timedelta(minutes=policy.grid_minutes),
            # A start that was kept in time is still on offer inside the notice, but not once it has begun.
            earliest=max((self.notice_from or self.now) + notice, self.now),
            latest=self.now + (STAFF_HORIZON if self.by_staff else timedelta(days=policy.horizon_days)),
            # Whoever has a visit may move it: the link in their email says so.
            is_open=policy.is_open or self.by_staff or self.moving is not None,
        )

    def span_from(self, starts_at: datetime) -> Interval:
        """What the visit takes of therapist and room if it starts at `starts_at` (UTC): turnover included."""
        minutes = self.wish.minutes
        length = timedelta(minutes=minutes) + turnover(self.wish.treatment, minutes=minutes)
        return Interval(starts_at.astimezone(UTC), starts_at.astimezone(UTC) + length)
