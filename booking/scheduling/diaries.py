"""What availability needs from the database, loaded in bulk: the same few statements for one day or for thirty."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from booking.models import Appointment, FormerPlace
from booking.scheduling.availability import Diary, Question, RoomDiary
from booking.scheduling.search import Search, Wish
from booking.scheduling.states import OCCUPYING, overdue
from booking.scheduling.taken import LONGEST_SPAN, Taken, read_taken
from services import catalogue, rota
from services.cells import Span, mask, next_cell, span_around, subtract
from services.facts import reading_once
from services.hours import DayPiece, day_pieces, local_day
from services.intervals import Interval
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Diaries:
    """Everything that decides about starts over some `days`, and the rows that it is made of."""

    question: Question
    days: Sequence[DayPiece]
    taken: Sequence[Taken]

    def minutes_booked(self) -> dict[tuple[int, date], int]:
        """How long each therapist treats people on each of the days."""
        pieces = sorted(self.days, key=lambda piece: piece.span)
        firsts = [piece.span[0] for piece in pieces]
        booked: dict[tuple[int, date], int] = defaultdict(int)
        for therapist_id, _room_id, first, _last, minutes in self.taken:
            number = bisect_right(firsts, first) - 1
            if number >= 0 and first < pieces[number].span[1]:
                booked[therapist_id, pieces[number].day] += minutes
        return booked


def load_diaries(
    *, searches: Sequence[Search], first_date: date, days: int, visit: Interval | None = None
) -> list[Diaries]:
    """For each search the open and taken time of everybody who could give it, on `days` local dates.

    The searches differ in their wishes only, all at one location. A fixed number of statements, however many. With
    `visit`, turnover included, only what is taken then is read: enough to say whether it can be had.
    """
    search, wishes = searches[0], [one.wish for one in searches]
    location, zone, policy = search.wish.location, search.wish.zone, ClinicPolicy.current()
    therapist_ids = _therapist_ids(wishes)
    everybody = sorted({pk for ids in therapist_ids for pk in ids})
    span = _span_of_days(first_date, days, zone)
    pieces = day_pieces(first_date=first_date, days=days, zone=zone)
    opened = (
        dict.fromkeys(everybody, tuple(sorted(piece.span for piece in pieces)))
        if search.off_rota
        else rota.open_cells(therapist_ids=everybody, location=location, first_date=first_date, days=days)
    )
    rooms = catalogue.room_ids_by_treatment(treatments=[wish.treatment for wish in wishes], location=location)
    needs_room = any(rooms.values()) or catalogue.has_rooms(location=location)
    # A visit at the end of the last day runs into the next one with its turnover.
    limits = [one.limits(policy) for one in searches]
    within = visit or Interval(span.start, span.end + max(one.turnover for one in limits))
    rows = read_taken(
        therapist_ids=everybody,
        location_id=location.pk,
        room_ids=sorted({pk for ids in rooms.values() for pk in ids}),
        within=within,
        now=search.now,
        moving_id=search.moving.pk if search.moving else None,
        draft_id=search.draft.pk if search.draft else None,
    )
    with reading_once():
        unoffered = [_unoffered(one, pieces) for one in searches]
    origin = next_cell(span.start)
    busy, busy_rooms = _group(rows, origin=origin)
    treated = client_busy(search=search, within=within, origin=origin)
    return [
        Diaries(
            question=Question(
                origin=origin,
                diaries=[Diary(pk, _kept(opened[pk], closed), busy[pk]) for pk in ids],
                rooms=[RoomDiary(pk, busy_rooms[pk]) for pk in rooms[wish.treatment.pk]] if needs_room else None,
                limits=bounds,
                client_busy=treated,
            ),
            days=pieces,
            taken=rows,
        )
        for wish, ids, bounds, closed in zip(wishes, therapist_ids, limits, unoffered, strict=True)
    ]


def client_busy(*, search: Search, within: Interval, origin: int) -> int:
    """In which cells from `origin` the client is treated, as a mask.

    A visit that is overdue elsewhere counts until the sweep: who books here has not locked it.
    """
    if search.client is None:
        return 0
    rows = (
        Appointment.objects.filter(client=search.client, state__in=OCCUPYING)
        .filter(starts_at__gte=within.start - LONGEST_SPAN, starts_at__lt=within.end + LONGEST_SPAN)
        .exclude(overdue(search.now) & Q(location=search.wish.location))
    )
    if search.moving is not None:
        rows = rows.exclude(pk=search.moving.pk)
    spans = rows.order_by().values_list("starts_at", "ends_at").union(_former_of_client(search, within))
    busy = 0
    for start, end in spans:
        first, last = span_around(Interval(start, end))
        busy |= mask(first - origin, last - origin)
    return busy


def _former_of_client(search: Search, within: Interval) -> QuerySet[FormerPlace, tuple[datetime, datetime]]:
    """Where the client's visits were before they were moved."""
    rows = FormerPlace.objects.filter(
        appointment__client=search.client,
        starts_at__gte=within.start - LONGEST_SPAN,
        starts_at__lt=within.end + LONGEST_SPAN,
    ).exclude(kept_until__lte=search.now, appointment__location=search.wish.location)
    if search.moving is not None:
        rows = rows.exclude(appointment=search.moving)
    return rows.values_list("starts_at", "ends_at")


def _unoffered(search: Search, pieces: Sequence[DayPiece]) -> list[Span]:
    """The days on which what is looked for has no price yet, or none any more, in cells since the epoch."""
    days = search.days_without(piece.day for piece in pieces)
    return [piece.span for piece in pieces if piece.day in days] if days else []


def _kept(opened: tuple[Span, ...], unoffered: list[Span]) -> tuple[Span, ...]:
    return subtract(opened, unoffered) if unoffered else opened


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


def _group(rows: Sequence[Taken], *, origin: int) -> tuple[Mapping[int, int], Mapping[int | None, int]]:
    """The masks of therapists and of rooms, by id."""
    busy: dict[int, int] = defaultdict(int)
    busy_rooms: dict[int | None, int] = defaultdict(int)
    for therapist_id, room_id, first, last, _minutes in rows:
        # Thousands of rows: the mask is written out where it needs no cutting.
        cells = ((1 << last - first) - 1) << first - origin if first >= origin else mask(0, last - origin)
        busy[therapist_id] |= cells
        busy_rooms[room_id] |= cells
    return busy, busy_rooms
