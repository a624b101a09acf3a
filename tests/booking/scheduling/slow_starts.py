"""What `booking.scheduling.starts` answers, worked out the slow way: by the models' own statements and the slow oracle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Value

from booking.models import Appointment, FormerPlace
from booking.scheduling.availability import Gap, Reason, StartOnOffer
from booking.scheduling.search import Search, Wish
from booking.scheduling.states import OCCUPYING, overdue
from booking.scheduling.taken import LONGEST_SPAN
from services import catalogue, rota
from services.hours import local_day
from services.intervals import Interval
from services.models import ClinicPolicy, Location
from tests.booking.scheduling.oracle import (
    Diary,
    Question,
    RoomDiary,
    choose_for_anyone,
    find_gaps,
    find_roomless,
    find_starts,
    why_not,
)


@dataclass(frozen=True)
class Diaries:
    """Everything that decides about starts over some days."""

    therapists: Sequence[Diary]
    rooms: Sequence[RoomDiary] | None
    minutes_booked: Mapping[tuple[int, date], int]


@dataclass(frozen=True)
class _Taken:
    """One span in which a therapist, and perhaps a room, is taken."""

    appointment_id: int
    therapist_id: int
    room_id: int | None
    span: Interval
    minutes: int


def load_diaries(*, searches: Sequence[Search], first_date: date, days: int) -> list[Diaries]:
    """For each search the open and taken time of everybody who could give it, on `days` local dates.

    The searches differ in their wishes only, all at one location. A fixed number of statements, however many.
    """
    search, wishes = searches[0], [one.wish for one in searches]
    location = search.wish.location
    therapist_ids = _therapist_ids(wishes)
    everybody = sorted({pk for ids in therapist_ids for pk in ids})
    hours = rota.open_hours(therapist_ids=everybody, location=location, first_date=first_date, days=days)
    taken = _taken(search, therapist_ids=everybody, span=_span_of_days(first_date, days, search.wish.zone))
    rooms = catalogue.room_ids_by_treatment(treatments=[wish.treatment for wish in wishes], location=location)
    needs_room = any(rooms.values()) or catalogue.has_rooms(location=location)
    return [
        Diaries(
            therapists=[
                Diary(
                    therapist_id=pk,
                    open=hours.get(pk, []),
                    busy=[row.span for row in taken if row.therapist_id == pk],
                )
                for pk in ids
            ],
            rooms=_room_diaries(rooms[wish.treatment.pk], taken=taken) if needs_room else None,
            minutes_booked=_minutes_booked(taken, wish.zone),
        )
        for wish, ids in zip(wishes, therapist_ids, strict=True)
    ]


def client_busy(*, search: Search, first_date: date, days: int) -> list[Interval]:
    """The client's visits. One that is overdue elsewhere counts until the sweep: who books here has not locked it."""
    if search.client is None:
        return []
    location, span = search.wish.location, _span_of_days(first_date, days, search.wish.zone)
    rows = (
        Appointment.objects.filter(client=search.client, state__in=OCCUPYING)
        .filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
        .exclude(overdue(search.now) & Q(location=location))
    )
    if search.moving is not None:
        rows = rows.exclude(pk=search.moving.pk)
    former = _former_places(span, moving=search.moving).filter(appointment__client=search.client)
    former = former.exclude(kept_until__lte=search.now, appointment__location=location)
    spans = rows.order_by().values_list("starts_at", "ends_at").union(former.values_list("starts_at", "ends_at"))
    return [Interval(start, end) for start, end in spans]


def _therapist_ids(wishes: Sequence[Wish]) -> list[list[int]]:
    """Who could give each wish; lowest id first. One statement."""
    able = catalogue.therapist_ids_by_treatment(
        treatments=[wish.treatment for wish in wishes], location=wishes[0].location
    )
    return [
        [pk for pk in able[wish.treatment.pk] if wish.therapist_id is None or pk == wish.therapist_id]
        for wish in wishes
    ]


def _span_of_days(first_date: date, days: int, zone: ZoneInfo) -> Interval:
    last_date = first_date + timedelta(days=days - 1)
    return Interval(local_day(date=first_date, zone=zone).start, local_day(date=last_date, zone=zone).end)


def _taken(search: Search, *, therapist_ids: Sequence[int], span: Interval) -> list[_Taken]:
    location = search.wish.location
    rows = (
        Appointment.objects.filter(state__in=OCCUPYING)
        .filter(Q(therapist_id__in=therapist_ids) | Q(location=location))
        # A visit at the end of the last day runs into the next one, turnover included.
        .filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
        .exclude(overdue(search.now))
    )
    if search.draft is not None:
        rows = rows.exclude(hold__draft=search.draft)
    if search.moving is not None:
        rows = rows.exclude(pk=search.moving.pk)
    former = _former_places(span, moving=search.moving).filter(kept_until__gt=search.now)
    former = former.filter(Q(therapist_id__in=therapist_ids) | Q(appointment__location=location))
    columns = rows.values_list("pk", "therapist_id", "room_id", "starts_at", "busy_until", "minutes")
    # Nobody is treated in a former place: it adds no minutes to the therapist's day.
    of_former = former.values_list("appointment_id", "therapist_id", "room_id", "starts_at", "busy_until", Value(0))
    return [
        _Taken(pk, therapist, room, Interval(start, end), minutes)
        for pk, therapist, room, start, end, minutes in columns.order_by().union(of_former, all=True)
    ]


def _former_places(span: Interval, *, moving: Appointment | None) -> QuerySet[FormerPlace]:
    """Where visits were before they were moved."""
    rows = FormerPlace.objects.filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
    return rows.exclude(appointment=moving) if moving is not None else rows


def _room_diaries(room_ids: Sequence[int], *, taken: Sequence[_Taken]) -> list[RoomDiary]:
    return [RoomDiary(room_id=pk, busy=[row.span for row in taken if row.room_id == pk]) for pk in room_ids]


def _minutes_booked(taken: Sequence[_Taken], zone: ZoneInfo) -> dict[tuple[int, date], int]:
    minutes: dict[tuple[int, date], int] = {}
    for row in taken:
        key = (row.therapist_id, row.span.start.astimezone(zone).date())
        minutes[key] = minutes.get(key, 0) + row.minutes
    return minutes


def list_starts(*, search: Search, first_date: date, days: int, each_therapist: bool = False) -> list[StartOnOffer]:
    """The starts on offer on `days` local dates from `first_date`, in order of time.

    Anyone gives one row per time, unless `each_therapist`.
    """
    wish, policy = search.wish, ClinicPolicy.current()
    (diaries,) = load_diaries(searches=[search], first_date=first_date, days=days)
    starts = find_starts(
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=search.limits(policy),
        client_busy=client_busy(search=search, first_date=first_date, days=days),
    )
    if wish.therapist_id is None and not each_therapist:
        return choose_for_anyone(starts, minutes_booked=diaries.minutes_booked, zone=wish.zone)
    return starts


def find_start(*, search: Search, starts_at: datetime) -> StartOnOffer | None:
    """The start at `starts_at` if it is on offer: the same answer as the listing, for one moment."""
    starts = list_starts(search=search, first_date=starts_at.astimezone(search.wish.zone).date(), days=1)
    return next((start for start in starts if start.starts_at == starts_at), None)


def why_not_offered(*, search: Search, starts_at: datetime) -> Reason | None:
    """Why `find_start` finds nothing at `starts_at`, by the same facts; None where it would."""
    wish, day = search.wish, starts_at.astimezone(search.wish.zone).date()
    (diaries,) = load_diaries(searches=[search], first_date=day, days=1)
    reason = why_not(
        starts_at=starts_at,
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=search.limits(ClinicPolicy.current()),
        now=search.now,
        client_busy=client_busy(search=search, first_date=day, days=1),
    )
    # Whoever gives the treatment has the skill, even without hours here.
    is_skilled = wish.therapist_id is not None and catalogue.can_give(
        therapist_id=wish.therapist_id, treatment=wish.treatment
    )
    return Reason.OFF_SHIFT if reason is Reason.WRONG_SKILL and is_skilled else reason


def list_gaps(*, location: Location, day: date, now: datetime) -> tuple[list[Gap], list[Gap]]:
    """The free time of a local day at `location` that staff can book, and the time that lacks only a room.

    Asked with the shortest length of each treatment on offer: what begins a gap can be booked.
    """
    policy = ClinicPolicy.current()
    searches = [
        Search(Wish(offer.treatment, offer.lengths[0].minutes, location), now, by_staff=True)
        for offer in catalogue.treatments_on_offer(on=day)
    ]
    if not searches:
        return [], []
    questions = [
        Question(diaries=diaries.therapists, rooms=diaries.rooms, limits=search.limits(policy))
        for search, diaries in zip(searches, load_diaries(searches=searches, first_date=day, days=1), strict=True)
    ]
    return find_gaps(questions), find_roomless(questions)
