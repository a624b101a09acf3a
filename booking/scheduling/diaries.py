"""What availability needs from the database, loaded in bulk: the same few statements for one day or for thirty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Value

from booking.models import Appointment, FormerPlace
from booking.scheduling.availability import Diary, RoomDiary
from booking.scheduling.search import Search, Wish
from booking.scheduling.states import OCCUPYING, overdue
from services import catalogue, rota
from services.hours import local_day
from services.intervals import Interval

# No visit with its turnover is longer (by constraint), so nothing that began earlier can reach into a day.
LONGEST_SPAN = timedelta(hours=10)


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
