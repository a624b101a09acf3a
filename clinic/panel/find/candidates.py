"""For whom a time can be: people who were found, each with what their last safety check says of it. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.intake.stops import Shelf, Stop, find_stops
from booking.models import Appointment, Client
from booking.scheduling.search import Wish, wish_of
from booking.wording.phones import format_phone
from services.models import Treatment


@dataclass(frozen=True)
class Candidate:
    """`check`: how things stand with the safety check. `why_not`: why it can't be booked for them; empty where it can."""

    public_id: str
    name: str
    phone: str
    email: str
    check: str
    why_not: str


def describe_candidates(people: Sequence[Client], *, visit: Appointment, now: datetime) -> tuple[Candidate, ...]:
    """Whether `visit`, which has nobody yet, can be theirs. Three statements, whatever the number of people."""
    wish, starts_at = wish_of(visit), visit.starts_at
    visits = [_as_if_booked(person, wish.treatment, wish, starts_at, pk=person.pk) for person in people]
    shelf = Shelf.of(visits)
    stops = find_stops(visits=_with_forms(visits, shelf), now=now, shelf=shelf)
    country = wish.location.country
    return tuple(
        Candidate(
            public_id=person.public_id,
            name=person.name,
            phone=format_phone(person.phone, country=country) if person.phone else "",
            email=person.email,
            check=_say_check(each, shelf),
            why_not=_say_why_not(stops.get(person.pk), wish.treatment),
        )
        for person, each in zip(people, visits, strict=True)
    )


def find_left_out(
    person: Client, treatments: Sequence[Treatment], *, wish: Wish, starts_at: datetime, now: datetime
) -> Mapping[int, Stop]:
    """Which treatments (by id) the person's answers rule out, and by what. Three statements."""
    visits = [_as_if_booked(person, each, wish, starts_at, pk=each.pk) for each in treatments]
    shelf = Shelf.of(visits)
    return find_stops(visits=_with_forms(visits, shelf), now=now, shelf=shelf)


def _as_if_booked(person: Client, treatment: Treatment, wish: Wish, starts_at: datetime, *, pk: int) -> Appointment:
    """A visit that is never saved, for the question whether the gate would let it pass."""
    return Appointment(
        pk=pk,
        client=person,
        treatment=treatment,
        location=wish.location,
        time_zone=wish.location.time_zone,
        starts_at=starts_at,
    )


def _with_forms(visits: Sequence[Appointment], shelf: Shelf) -> list[Appointment]:
    """Each rests on what its person said last; answers that are only too old count as missing, as they do for staff."""
    for visit in visits:
        visit.intake = shelf.newest(visit.client)
        if visit.intake is not None and _is_too_old(visit, shelf):
            visit.intake = None
    return list(visits)


def _is_too_old(visit: Appointment, shelf: Shelf) -> bool:
    assert visit.intake is not None, "asked of a visit with answers"
    decision = shelf.decision(visit.intake)
    return decision.is_bookable and visit.starts_at.astimezone(visit.zone).date() > decision.valid_until


def _say_check(visit: Appointment, shelf: Shelf) -> str:
    if visit.intake is not None:
        return _("Safety check valid.")
    return _("Safety check too old.") if shelf.newest(visit.client) else _("Safety check missing.")


def _say_why_not(stop: Stop | None, treatment: Treatment) -> str:
    if stop is None:
        return ""
    if stop is Stop.TREATMENT:
        return _("%(treatment)s does not go with their answers.") % {"treatment": treatment.name_for_staff}
    return _("The last safety check stands in the way of a visit; look at the case.")
