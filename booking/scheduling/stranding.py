"""Visits that need a new time: which ones a change strands, and the rows that say so until somebody has seen to them.

The only writer of `Stranding`. Whoever changes hours, skills, rooms or places does it within `reviewing`, under their
locks; whoever changes a visit asks `look_at`, under the visit's. Both lock the same therapist and place, so one of the
two always sees what the other has done.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from booking.models import Appointment, Message, Stranding
from booking.scheduling.fitting import Ground, Why, why_unfit
from booking.scheduling.states import UNTREATED, is_overdue, overdue
from services import catalogue, rota
from services.intervals import Interval
from services.locks import lock_parents
from services.models import Location, Room, Therapist, Treatment


class WouldStrand(Exception):
    """The change would leave visits without a therapist, a room or an open place: `rows`, which were not kept."""

    def __init__(self, rows: Sequence[Stranding]) -> None:
        super().__init__(f"{len(rows)} visits would need a new time")
        self.rows = rows

    @property
    def references(self) -> list[str]:
        return [row.appointment.reference for row in self.rows]


@dataclass(frozen=True)
class _Placed:
    """Where a visit is, in plain columns."""

    pk: int
    therapist_id: int
    location_id: int
    treatment_id: int
    room_id: int | None
    starts_at: datetime
    ends_at: datetime

    @property
    def span(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)


class Review:
    """Looks at visits once a change to what they rest on is written: opens and ends their rows. A `rota.Review`.

    `seen`: the references of visits that somebody has agreed to strand; None where there is nobody to ask.
    """

    def __init__(self, *, now: datetime, seen: Collection[str] | None) -> None:
        self._now, self._seen = now, seen
        self._opened: set[int] = set()

    def __call__(self, *, therapist_ids: Collection[int] = (), location_ids: Collection[int] = ()) -> None:
        theirs = Q(therapist_id__in=therapist_ids) | Q(location_id__in=location_ids)
        self._opened.update(_settle(_not_begun(self._now).filter(theirs), now=self._now))

    def stranded(self) -> list[Stranding]:
        """What the change has stranded so far, soonest first; a later step of it may have given some back."""
        if not self._opened:
            return []
        return list(in_order(Stranding.objects.filter(pk__in=self._opened, ended_at=None)))

    def check(self) -> None:
        """Raise WouldStrand where the change strands a visit that nobody has agreed to."""
        stranded = self.stranded() if self._seen is not None else []
        if not {row.appointment.reference for row in stranded} <= set(self._seen or ()):
            raise WouldStrand(stranded)


@contextmanager
def reviewing(*, now: datetime, seen: Collection[str] | None = None) -> Iterator[Review]:
    """A transaction for one change, whose writers are handed the review. Checked before the commit: see `Review.check`.

    Raises WouldStrand, and then everything is taken back.
    """
    with transaction.atomic():
        review = Review(now=now, seen=seen)
        yield review
        review.check()


def review_all(*, now: datetime) -> None:
    """Look at every visit, place by place: for what no hand has changed, like the rules of a zone."""
    for location_id in Location.objects.order_by("pk").values_list("pk", flat=True):
        with reviewing(now=now) as review:
            therapists = _not_begun(now).filter(location_id=location_id).values_list("therapist_id", flat=True)
            lock_parents(therapist_ids=set(therapists), location_ids=[location_id])
            review(location_ids=[location_id])


def look_at(visit: Appointment, *, now: datetime) -> None:
    """After a step of the visit itself, under its locks: its row is as the visit is now."""
    Stranding.objects.filter(appointment=visit, ended_at=None).exclude(appointment__state__in=UNTREATED).update(
        ended_at=now
    )
    _settle(_not_begun(now).filter(pk=visit.pk), now=now)


def open_row(visit: Appointment) -> Stranding | None:
    """Why the visit needs a new time, kept or not; None where it fits, or has begun."""
    if visit.state not in UNTREATED:
        return None
    return Stranding.objects.filter(appointment=visit, ended_at=None).select_related("kept_by").first()


def keep(row: Stranding, *, by: User | None, now: datetime) -> None:
    """Staff keep the visit where it is. The caller holds its locks and writes its history."""
    row.kept_at, row.kept_by = now, by
    row.save(update_fields=["kept_at", "kept_by"])


def waiting(*, now: datetime) -> QuerySet[Stranding]:
    """What nobody has seen to yet, soonest visit first, with all that is needed to say it."""
    # Asked of each visit, so that SQLite begins with these few rows and not with all visits there ever were.
    visits = _not_begun(now).filter(pk=OuterRef("appointment_id")).order_by()
    return in_order(Stranding.objects.filter(Exists(visits), ended_at=None, kept_at=None))


def count_coming(*, therapist_id: int, now: datetime) -> int:
    """How many visits of a therapist have not begun: what would need a new time if they left."""
    return _not_begun(now).filter(therapist_id=therapist_id).count()


def why_waiting() -> Subquery:
    """For a query of visits that have not begun: why each is among those of `waiting`, else None."""
    rows = Stranding.objects.filter(appointment=OuterRef("pk"), ended_at=None, kept_at=None)
    return Subquery(rows.order_by().values("why")[:1])


def was_asked() -> Exists:
    """For a query of visits: whether each one's client has been asked to choose another time for it as it is."""
    asked = Message.objects.filter(
        appointment=OuterRef("pk"), kind=Message.Kind.CHOOSE_AGAIN, version=OuterRef("version")
    )
    return Exists(asked.exclude(state=Message.State.SUPPRESSED))


def is_waiting(visit: Appointment, *, now: datetime) -> bool:
    """Whether a row can still make this visit wait: it has not begun, or is late."""
    return visit.state in UNTREATED and visit.ends_at > now and not is_overdue(visit, now=now)


def in_order(rows: QuerySet[Stranding]) -> QuerySet[Stranding]:
    """Soonest visit first, with the visit and what it is called by."""
    parts = ("client", "treatment", "therapist", "location", "room")
    related = rows.select_related("appointment", *(f"appointment__{part}" for part in parts))
    return related.order_by("appointment__starts_at", "appointment_id")


def find_unfit(rows: QuerySet[Appointment]) -> dict[int, Why]:
    """Which of these visits do not fit where they are, by id, and why. A fixed number of statements for each place."""
    columns = ("pk", "therapist_id", "location_id", "treatment_id", "room_id", "starts_at", "ends_at")
    visits = [_Placed(*row) for row in rows.values_list(*columns)]
    if not visits:
        return {}
    places = Location.objects.filter(pk__in={visit.location_id for visit in visits})
    return {
        pk: why
        for place in places.order_by("pk")
        for pk, why in _find_unfit_at(place, [visit for visit in visits if visit.location_id == place.pk])
    }


def _not_begun(now: datetime) -> QuerySet[Appointment]:
    """A late visit is among them although its start has passed: it can still be given to somebody else."""
    return Appointment.objects.filter(state__in=UNTREATED, ends_at__gt=now).exclude(overdue(now))


def _settle(visits: QuerySet[Appointment], *, now: datetime) -> list[int]:
    """Make the rows what the visits are; returns the ids of rows that were opened."""
    unfit = find_unfit(visits)
    for row in Stranding.objects.filter(ended_at=None, appointment__in=visits):
        why = unfit.get(row.appointment_id)
        if why is None or (why != row.why and row.kept_at is not None):
            # It fits again; or the time was kept in spite of something else.
            Stranding.objects.filter(pk=row.pk).update(ended_at=now)
            continue
        if why != row.why:
            Stranding.objects.filter(pk=row.pk).update(why=why)
        del unfit[row.appointment_id]
    made = Stranding.objects.bulk_create(
        Stranding(appointment_id=pk, why=why, since_at=now) for pk, why in sorted(unfit.items())
    )
    return [row.pk for row in made]


def _find_unfit_at(place: Location, visits: Sequence[_Placed]) -> Iterable[tuple[int, Why]]:
    zone = rota.zone_of(location=place)
    days = {visit.pk: visit.starts_at.astimezone(zone).date() for visit in visits}
    people = {visit.therapist_id for visit in visits}
    hours = rota.hours_on(location=place, days={(visit.therapist_id, days[visit.pk]) for visit in visits})
    window = Interval(min(visit.starts_at for visit in visits), max(visit.ends_at for visit in visits))
    away = rota.absences_in(therapist_ids=people, location=place, window=window)
    working = set(Therapist.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    skills = set(
        Therapist.treatments.through.objects.filter(therapist__in=people).values_list("therapist", "treatment")
    )
    offered = set(Treatment.objects.filter(is_active=True).values_list("pk", flat=True))
    rooms = _suitable_rooms(place)
    for visit in visits:
        ground = Ground(
            place_is_open=place.is_active,
            works_here=visit.therapist_id in working,
            is_offered=visit.treatment_id in offered,
            has_skill=(visit.therapist_id, visit.treatment_id) in skills,
            closures=away.get(None, ()),
            time_off=away.get(visit.therapist_id, ()),
            hours=hours[visit.therapist_id, days[visit.pk]],
            room_suits=(visit.room_id, visit.treatment_id) in rooms or (visit.room_id, None) in rooms,
        )
        if why := why_unfit(visit.span, ground):
            yield visit.pk, why


def _suitable_rooms(place: Location) -> set[tuple[int | None, int | None]]:
    """Room and treatment, by id; a room for all treatments with None. No room suits where the place has none at all."""
    if not catalogue.has_rooms(location=place):
        return {(None, None)}
    return set(Room.objects.filter(location=place, is_active=True).values_list("pk", "treatments"))
