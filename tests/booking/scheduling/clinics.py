"""Clinics and questions at random, asked of the bits and of the slow oracle. Times near changes of the clock, too.

Everything but `earliest` and `latest` is on five-minute marks, as constraints hold it in the database.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from booking.scheduling import availability
from booking.scheduling.availability import Limits
from services.cells import cell_at, mask, span_around, span_within, subtract
from services.hours import Week, WeeklySpan, day_pieces, local_day, open_intervals
from services.intervals import Interval
from tests.booking.scheduling import oracle

FIVE = timedelta(minutes=5)
# With changes by an hour, by half an hour and by two; at midnight; for Ramadan; of a whole day; and without any.
ZONES = (
    "Europe/Dublin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Africa/Cairo",
    "Asia/Gaza",
    "Asia/Beirut",
    "America/Havana",
    "America/Asuncion",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/Nuuk",
    "America/Caracas",
    "Atlantic/Azores",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "Asia/Pyongyang",
    "Asia/Kathmandu",
    "Australia/Eucla",
    "UTC",
)
# Kwajalein left out a day in 1993, Apia one in 2011; Newfoundland's changes at 00:01 are off the marks.
FIRST_YEAR = {"Pacific/Kwajalein": 1993, "Pacific/Apia": 2010}


@dataclass(frozen=True)
class Case:
    """A small clinic over some days, and what is asked of it. All taken time in intervals."""

    zone: ZoneInfo
    first_date: date
    days: int
    weeks: dict[int, tuple[WeeklySpan, ...]]
    away: dict[int, list[Interval]]
    busy: dict[int, list[Interval]]
    rooms: list[tuple[int, list[Interval]]] | None
    limits: Limits
    client_busy: list[Interval]
    minutes_booked: dict[tuple[int, date], int]
    now: datetime
    moments: list[datetime]


@cache
def change_dates(zone: str) -> list[date]:
    """Dates on which, or on the day after which, clocks in `zone` stand otherwise than the day before."""
    known, first = ZoneInfo(zone), FIRST_YEAR.get(zone, 2014)
    days = [date(first, 1, 1) + timedelta(days=number) for number in range(16 * 365)]
    offsets = [datetime.combine(day, time(12), tzinfo=known).utcoffset() for day in days]
    return [day for number, day in enumerate(days) if number and offsets[number] != offsets[number - 1]]


def make_case(chance: random.Random) -> Case:
    zone_name = chance.choice(ZONES)
    zone = ZoneInfo(zone_name)
    changes = change_dates(zone_name)
    if changes and chance.random() < 0.6:
        first_date = chance.choice(changes) - timedelta(days=chance.randrange(3))
    else:
        first_date = date(2026, 1, 1) + timedelta(days=chance.randrange(700))
    days = chance.choice([1, 1, 1, 2, 3, 5])
    base = datetime.combine(first_date, time(), tzinfo=UTC)
    around = _Around(chance, base - timedelta(hours=20), 12 * (40 + 24 * days))
    people = chance.sample(range(1, 9), chance.choice([0, 1, 1, 2, 3, 4]))
    rooms = [(pk, around.spans(5)) for pk in chance.sample(range(1, 9), chance.randrange(4))]
    return Case(
        zone=zone,
        first_date=first_date,
        days=days,
        weeks={pk: make_week(chance) for pk in people},
        away={pk: around.spans(3) if chance.random() < 0.4 else [] for pk in people},
        busy={pk: around.spans(7) for pk in people},
        rooms=None if chance.random() < 0.25 else rooms,
        limits=make_limits(chance, around),
        client_busy=around.spans(3) if chance.random() < 0.5 else [],
        minutes_booked={
            (pk, first_date + timedelta(days=chance.randrange(-1, days + 1))): chance.choice([30, 60])
            for pk in people
            if chance.random() < 0.6
        },
        now=around.moment(on_mark=False),
        moments=[around.moment(on_mark=chance.random() < 0.8) for _number in range(3)],
    )


def make_limits(chance: random.Random, around: "_Around") -> Limits:
    return Limits(
        length=chance.choice([1, 3, 6, 9, 12, 18, 24, chance.randrange(1, 97)]) * FIVE,
        turnover=chance.choice([0, 1, 2, 3, 6, chance.randrange(25)]) * FIVE,
        grid=chance.choice([1, 2, 3, 3, 4, 6, 9, 12, 24]) * FIVE,
        earliest=around.moment(on_mark=chance.random() < 0.5) - chance.choice([0, 2, 5, 5, 700]) * timedelta(days=1),
        latest=around.moment(on_mark=chance.random() < 0.5) + chance.choice([0, 2, 5, 5, 700]) * timedelta(days=1),
        is_open=chance.random() < 0.97,
    )


def make_week(chance: random.Random) -> tuple[WeeklySpan, ...]:
    """Several spans a day, some that touch or overlap, some by dates of their own."""
    return tuple(
        WeeklySpan(weekday, _time(opens), _time(closes))
        for weekday in range(1, 8)
        for opens, closes in (
            sorted(chance.sample([0, 287, *range(288)], 2)) for _number in range(chance.choice([0, 1, 1, 2, 3]))
        )
        if opens < closes
    )


def _time(cell: int) -> time:
    return time(cell // 12, cell % 12 * 5)


class _Around:
    """Moments and spans near the days that are asked about."""

    def __init__(self, chance: random.Random, first: datetime, cells: int) -> None:
        self._chance, self._first, self._cells = chance, first, cells

    def moment(self, *, on_mark: bool = True) -> datetime:
        moment = self._first + self._chance.randrange(self._cells) * FIVE
        return moment if on_mark else moment + timedelta(microseconds=self._chance.randrange(300_000_000))

    def spans(self, most: int) -> list[Interval]:
        starts = [self.moment() for _number in range(self._chance.randrange(most + 1))]
        return [
            Interval(start, start + self._chance.choice([1, 3, 9, 15, 15, self._chance.randrange(1, 120)]) * FIVE)
            for start in starts
        ]


# --- Both answers -----------------------------------------------------------------------------------------------------


def answers_on_bits(case: Case) -> dict[str, Any]:
    question = _question(case, case.limits)
    pieces = day_pieces(first_date=case.first_date, days=case.days, zone=case.zone)
    offered = availability.find_offered(question)
    chosen = availability.choose_for_anyone(
        offered, origin=question.origin, minutes_booked=case.minutes_booked, days=pieces
    )
    questions = [replace(_question(case, limits), client_busy=0) for limits in of_the_board(case)]
    return {
        "starts": availability.list_offered(offered, question),
        "anyone": availability.list_offered(chosen, question),
        "each day": availability.count_by_day(offered.values(), origin=question.origin, days=pieces),
        "anyone's day": availability.count_by_day(chosen.values(), origin=question.origin, days=pieces),
        "why not": [availability.why_not(question, starts_at=moment, now=case.now) for moment in asked(case)],
        "gaps": availability.find_gaps(questions),
        "roomless": availability.find_roomless(questions),
    }


def answers_of_the_oracle(case: Case) -> dict[str, Any]:
    diaries = [
        oracle.Diary(
            pk,
            open_intervals(
                spans=spans, absences=case.away[pk], zone=case.zone, first_date=case.first_date, days=case.days
            ),
            case.busy[pk],
        )
        for pk, spans in case.weeks.items()
    ]
    rooms = _rooms(case)
    starts = oracle.find_starts(diaries=diaries, rooms=rooms, limits=case.limits, client_busy=case.client_busy)
    chosen = oracle.choose_for_anyone(starts, minutes_booked=case.minutes_booked, zone=case.zone)
    questions = [oracle.Question(diaries, rooms, limits) for limits in of_the_board(case)]
    return {
        "starts": starts,
        "anyone": chosen,
        "each day": _count(starts, case.zone),
        "anyone's day": _count(chosen, case.zone),
        "why not": [
            oracle.why_not(
                starts_at=moment,
                diaries=diaries,
                rooms=rooms,
                limits=case.limits,
                now=case.now,
                client_busy=case.client_busy,
            )
            for moment in asked(case)
        ],
        "gaps": oracle.find_gaps(questions),
        "roomless": oracle.find_roomless(questions),
    }


def asked(case: Case) -> list[datetime]:
    """Moments at random, and when somebody is free again."""
    return [*case.moments, *(span.end for spans in case.busy.values() for span in spans[:1])]


def of_the_board(case: Case) -> list[Limits]:
    """The board asks about one day, for nobody in particular, with two treatments here."""
    limits = case.limits
    shorter = replace(limits, length=FIVE * max(1, limits.length // FIVE // 2), turnover=FIVE * 2)
    return [limits, shorter] if case.days == 1 else []


def on_bits(
    *,
    diaries: Sequence[oracle.Diary],
    rooms: Sequence[oracle.RoomDiary] | None,
    limits: Limits,
    client_busy: Sequence[Interval] = (),
    first_day: datetime,
) -> availability.Question:
    """What the oracle is asked in intervals, as a question of bits from `first_day` on."""
    origin = cell_at(first_day)

    def taken(intervals: Sequence[Interval]) -> int:
        cells = 0
        for first, last in map(span_around, intervals):
            cells |= mask(first - origin, last - origin)
        return cells

    return availability.Question(
        origin=origin,
        diaries=[
            availability.Diary(one.therapist_id, tuple(map(span_within, one.open)), taken(one.busy)) for one in diaries
        ],
        rooms=None if rooms is None else [availability.RoomDiary(one.room_id, taken(one.busy)) for one in rooms],
        limits=limits,
        client_busy=taken(client_busy),
    )


def _question(case: Case, limits: Limits) -> availability.Question:
    """With the hours as the product works them out in cells."""
    span = local_day(date=case.first_date, zone=case.zone)
    question = on_bits(
        diaries=[oracle.Diary(pk, [], case.busy[pk]) for pk in case.weeks],
        rooms=_rooms(case),
        limits=limits,
        client_busy=case.client_busy,
        first_day=span.start,
    )
    dates = [case.first_date + timedelta(days=number) for number in range(case.days)]
    diaries = [
        replace(
            diary,
            open=subtract(
                Week(case.weeks[diary.therapist_id], case.zone).open_cells(days=dates),
                [(cell_at(away.start), cell_at(away.end)) for away in case.away[diary.therapist_id]],
            ),
        )
        for diary in question.diaries
    ]
    return replace(question, diaries=diaries)


def _rooms(case: Case) -> list[oracle.RoomDiary] | None:
    return None if case.rooms is None else [oracle.RoomDiary(pk, busy) for pk, busy in case.rooms]


def _count(starts: Sequence[availability.StartOnOffer], zone: ZoneInfo) -> dict[date, int]:
    return dict(Counter(start.starts_at.astimezone(zone).date() for start in starts))
