"""Wall clocks to instants, against brute force on a raster, over every zone that changes its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hours import (
    WeeklySpan,
    is_repeated,
    is_skipped,
    local_day,
    open_intervals,
    spans_meet,
    wall_time,
)
from services.intervals import Interval, overlaps
from tests.services.clock_changes import Change, changes_of, raster, zones_by_rules

FIVE_MINUTES = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
DUBLIN = ZoneInfo("Europe/Dublin")
MONDAY = date(2026, 11, 23)
FORWARD_DATE = date(2026, 3, 29)  # in Dublin 01:00 becomes 02:00 on this Sunday
BACK_DATE = date(2026, 10, 25)  # and 02:00 becomes 01:00 on this one

# Changes that no zone makes these three years: dates that never were, changes just after midnight, of a quarter, half,
# two and three hours, and to another standard time.
ODD_DATES = [
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Apia", date(2011, 12, 31)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Pacific/Kiritimati", date(1995, 1, 1)),
    ("America/St_Johns", date(2010, 11, 6)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/Asuncion", date(2023, 10, 1)),
    ("America/Asuncion", date(2023, 3, 25)),
    ("America/Asuncion", date(2023, 3, 26)),
    ("Asia/Kathmandu", date(1986, 1, 1)),
    ("Asia/Pyongyang", date(2015, 8, 15)),
    ("Asia/Pyongyang", date(2015, 8, 14)),
    ("Asia/Pyongyang", date(2018, 5, 4)),
    ("America/Caracas", date(2007, 12, 9)),
    ("America/Caracas", date(2016, 5, 1)),
    ("Antarctica/Troll", date(2016, 3, 27)),
    ("Antarctica/Casey", date(2018, 3, 11)),
    ("Antarctica/Casey", date(2018, 3, 10)),
    ("Africa/Cairo", date(2014, 7, 31)),
    ("Africa/Cairo", date(2014, 8, 1)),
    ("Australia/Eucla", date(2009, 3, 29)),
    ("Europe/Dublin", date(1971, 10, 31)),
]

groups = pytest.mark.parametrize("changes", zones_by_rules(), ids=[keys[0] for keys in zones_by_rules().values()])
times = st.integers(min_value=0, max_value=287).map(lambda mark: time(mark // 12, mark % 12 * 5))
pairs = st.tuples(times, times).filter(lambda pair: pair[0] < pair[1])
dates_near_changes = st.sampled_from(
    [
        (keys[0], day)
        for changes, keys in zones_by_rules().items()
        for change in changes
        for day in change.dates
    ]
)  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def open_on(
    day: date, *pairs: tuple[time, time], zone: ZoneInfo = DUBLIN, absences: tuple[Interval, ...] = ()
) -> list[Interval]:
    spans = [WeeklySpan(day.isoweekday(), opens, closes) for opens, closes in pairs]
    return open_intervals(spans=spans, absences=absences, zone=zone, first_date=day, days=1)


def total(intervals: list[Interval]) -> timedelta:
    return sum((interval.length for interval in intervals), timedelta(0))


def spans_around(change: Change, day: date) -> list[tuple[time, time]]:
    """Spans that start, end or lie before, in and after the hours that the change skips or repeats."""
    low, high = sorted((change.before, change.after))
    marks = [low - timedelta(hours=1), low, low + FIVE_MINUTES, high - FIVE_MINUTES, high, high + timedelta(hours=1)]
    edges = sorted({time(0), time(23, 55), *(mark.time() for mark in marks if mark.date() == day)})
    return [(a, b) for number, a in enumerate(edges) for b in edges[number + 1 :]]


# --- Every zone that changes its clocks, three years of changes ------------------------------------------------------


def test_the_changes_are_all_there_and_lie_on_five_minute_marks() -> None:
    changes = [change for group in zones_by_rules() for change in group]

    assert {key for keys in zones_by_rules().values() for key in keys} >= {
        "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/Nuuk", "America/Santiago", "America/St_Johns",
        "Antarctica/Troll", "Asia/Beirut", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Chatham",
    }  # fmt: skip
    assert all(len(group) >= 6 for group in zones_by_rules())
    assert {change.instant.timestamp() % 300 for change in changes} == {0.0}
    assert {abs(change.after - change.before) for change in changes} == {
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
    }


@groups
def test_around_each_change_a_span_is_open_exactly_when_the_wall_clock_says_so(changes: tuple[Change, ...]) -> None:
    zone = ZoneInfo(zones_by_rules()[changes][0])
    for change in changes:
        for day in change.dates:
            for opens, closes in spans_around(change, day):
                expected = raster(zone=zone, day=day, opens=opens, closes=closes)

                assert open_on(day, (opens, closes), zone=zone) == expected


@groups
def test_zones_with_the_same_changes_have_the_same_hours(changes: tuple[Change, ...]) -> None:
    first, *others = [ZoneInfo(key) for key in zones_by_rules()[changes]]
    for change in changes:
        for day in change.dates:
            expected = open_on(day, (time(0), time(23, 55)), zone=first)

            assert [open_on(day, (time(0), time(23, 55)), zone=zone) for zone in others] == [expected] * len(others)


@groups
def test_nothing_is_open_in_a_missing_hour_and_a_repeated_hour_is_open_twice(changes: tuple[Change, ...]) -> None:
    zone = ZoneInfo(zones_by_rules()[changes][0])
    for change in changes:
        low, high = sorted((change.before, change.after))
        closes = high.time() if high.date() == low.date() else time(23, 55)
        last = datetime.combine(low.date(), closes)
        opened = open_on(low.date(), (low.time(), closes), zone=zone)

        assert total(opened) == (timedelta(0) if change.before == low else 2 * (last - low))


@groups
def test_a_whole_day_keeps_its_exact_length(changes: tuple[Change, ...]) -> None:
    zone = ZoneInfo(zones_by_rules()[changes][0])
    for change in changes:
        for day in change.dates:
            expected = raster(zone=zone, day=day, opens=time(0), closes=None)

            assert local_day(date=day, zone=zone) == Interval(expected[0].start, expected[-1].end)


@groups
def test_thirty_days_are_the_days_one_by_one(changes: tuple[Change, ...]) -> None:
    """Else a start that is listed among many days would be refused when its day is asked for alone."""
    zone = ZoneInfo(zones_by_rules()[changes][0])
    spans = [
        WeeklySpan(weekday, *pair)
        for weekday in range(1, 8)
        for pair in [(time(0), time(2, 30)), (time(9), time(17)), (time(22, 30), time(23, 55))]
    ]
    for change in changes:
        first_date = change.dates[0] - timedelta(days=14)
        days = [first_date + timedelta(days=number) for number in range(30)]

        month = open_intervals(spans=spans, absences=[], zone=zone, first_date=first_date, days=30)

        one_by_one = [open_intervals(spans=spans, absences=[], zone=zone, first_date=day, days=1) for day in days]
        assert month == sorted(piece for pieces in one_by_one for piece in pieces)
        assert all(a.start < a.end <= b.start for a, b in pairwise(month))


@pytest.mark.parametrize(("key", "day"), ODD_DATES)
def test_odd_changes_of_the_past_by_the_minute(key: str, day: date) -> None:
    zone = ZoneInfo(key)
    for opens, closes in [
        (time(0), time(23, 59)),
        (time(0, 1), time(3)),
        (time(1, 15), time(2, 45)),
        (time(22), time(23, 45)),
    ]:
        assert open_on(day, (opens, closes), zone=zone) == raster(
            zone=zone, day=day, opens=opens, closes=closes, step=MINUTE
        )


@settings(max_examples=300, deadline=None)
@given(place=dates_near_changes, spans=st.lists(pairs, min_size=1, max_size=4), away=st.lists(pairs, max_size=2))
def test_any_spans_and_absences_leave_rising_pieces_with_the_right_minutes(
    place: tuple[str, date], spans: list[tuple[time, time]], away: list[tuple[time, time]]
) -> None:
    zone, day = ZoneInfo(place[0]), place[1]
    holes = tuple(piece for opens, closes in away for piece in raster(zone=zone, day=day, opens=opens, closes=closes))

    opened = open_on(day, *spans, zone=zone, absences=holes)

    assert marks(opened) == marks(
        [piece for opens, closes in spans for piece in raster(zone=zone, day=day, opens=opens, closes=closes)]
    ) - marks(holes)
    assert all(a.start < a.end < b.start for a, b in pairwise(opened))
    assert not any(overlaps(piece, hole) for piece in opened for hole in holes)


def marks(intervals: list[Interval] | tuple[Interval, ...]) -> set[datetime]:
    return {
        interval.start + number * FIVE_MINUTES
        for interval in intervals
        for number in range(interval.length // FIVE_MINUTES)
    }


# --- Worked cases ----------------------------------------------------------------------------------------------------


def test_a_week_in_winter() -> None:
    spans = [WeeklySpan(1, time(9), time(13)), WeeklySpan(1, time(14), time(17, 30)), WeeklySpan(3, time(9), time(10))]

    opened = open_intervals(spans=spans, absences=[], zone=DUBLIN, first_date=MONDAY, days=8)

    assert opened == [
        Interval(utc("2026-11-23T09:00"), utc("2026-11-23T13:00")),
        Interval(utc("2026-11-23T14:00"), utc("2026-11-23T17:30")),
        Interval(utc("2026-11-25T09:00"), utc("2026-11-25T10:00")),
        Interval(utc("2026-11-30T09:00"), utc("2026-11-30T13:00")),
        Interval(utc("2026-11-30T14:00"), utc("2026-11-30T17:30")),
    ]


def test_spans_that_touch_or_overlap_are_one() -> None:
    opened = open_on(MONDAY, (time(12), time(14)), (time(9), time(12)), (time(13), time(15)))

    assert opened == [Interval(utc("2026-11-23T09:00"), utc("2026-11-23T15:00"))]


def test_first_and_last_date_are_included() -> None:
    span = WeeklySpan(1, time(9), time(10), first_date=MONDAY, last_date=MONDAY + timedelta(days=7))

    opened = open_intervals(
        spans=[span], absences=[], zone=DUBLIN, first_date=MONDAY - timedelta(days=7), days=28
    )  # fmt: skip

    assert [piece.start for piece in opened] == [utc("2026-11-23T09:00"), utc("2026-11-30T09:00")]


def test_an_absence_cuts_hours_over_several_days() -> None:
    spans = [WeeklySpan(weekday, time(9), time(17)) for weekday in range(1, 6)]
    away = Interval(utc("2026-11-23T15:00"), utc("2026-11-25T10:00"))

    opened = open_intervals(spans=spans, absences=[away], zone=DUBLIN, first_date=MONDAY, days=3)

    assert opened == [
        Interval(utc("2026-11-23T09:00"), utc("2026-11-23T15:00")),
        Interval(utc("2026-11-25T10:00"), utc("2026-11-25T17:00")),
    ]


def test_a_missing_hour_closes_a_span_and_joins_what_lies_around_it() -> None:
    assert open_on(FORWARD_DATE, (time(1), time(2))) == []
    assert open_on(FORWARD_DATE, (time(0, 30), time(3))) == [Interval(utc("2026-03-29T00:30"), utc("2026-03-29T02:00"))]
    assert open_on(FORWARD_DATE, (time(1, 30), time(3))) == [Interval(utc("2026-03-29T01:00"), utc("2026-03-29T02:00"))]


def test_a_repeated_hour_is_open_twice() -> None:
    assert open_on(BACK_DATE, (time(1), time(1, 30))) == [
        Interval(utc("2026-10-25T00:00"), utc("2026-10-25T00:30")),
        Interval(utc("2026-10-25T01:00"), utc("2026-10-25T01:30")),
    ]
    assert open_on(BACK_DATE, (time(1), time(3))) == [Interval(utc("2026-10-25T00:00"), utc("2026-10-25T03:00"))]


def test_what_touches_across_midnight_stays_apart() -> None:
    """In Nuuk the clocks go from 23:00 on Saturday to 00:00 on Sunday."""
    spans = [WeeklySpan(6, time(20), time(23, 30)), WeeklySpan(7, time(0), time(2))]

    opened = open_intervals(
        spans=spans, absences=[], zone=ZoneInfo("America/Nuuk"), first_date=date(2025, 3, 29), days=2
    )

    assert opened == [
        Interval(utc("2025-03-29T22:00"), utc("2025-03-30T01:00")),
        Interval(utc("2025-03-30T01:00"), utc("2025-03-30T03:00")),
    ]


@pytest.mark.parametrize(
    ("key", "day", "hours"),
    [
        ("Europe/Dublin", MONDAY, 24),
        ("Europe/Dublin", FORWARD_DATE, 23),
        ("Europe/Dublin", BACK_DATE, 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Antarctica/Troll", date(2026, 3, 29), 22),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Africa/Cairo", date(2026, 10, 29), 25),
        ("Asia/Kathmandu", MONDAY, 24),
    ],
)
def test_a_local_day_has_the_hours_that_its_clocks_show(key: str, day: date, hours: float) -> None:
    assert local_day(date=day, zone=ZoneInfo(key)).length == timedelta(hours=hours)


def test_days_follow_each_other_without_a_gap() -> None:
    days = [local_day(date=date(2026, 1, 1) + timedelta(days=number), zone=DUBLIN) for number in range(366)]

    assert [day.end for day in days[:-1]] == [day.start for day in days[1:]]


def test_a_skipped_date_is_empty_and_lies_where_it_was_skipped() -> None:
    apia = ZoneInfo("Pacific/Apia")
    skipped = local_day(date=date(2011, 12, 30), zone=apia)

    assert skipped == Interval(utc("2011-12-30T10:00"), utc("2011-12-30T10:00"))
    assert local_day(date=date(2011, 12, 29), zone=apia).end == skipped.start
    assert local_day(date=date(2011, 12, 31), zone=apia).start == skipped.end
    assert open_on(date(2011, 12, 30), (time(0), time(23, 55)), zone=apia) == []


def test_a_day_whose_last_hour_comes_again_after_midnight_runs_to_its_last_minute() -> None:
    """In St John's it was 00:01 on the 7th, then 23:01 on the 6th again."""
    zone = ZoneInfo("America/St_Johns")

    assert local_day(date=date(2010, 11, 6), zone=zone) == Interval(utc("2010-11-06T02:30"), utc("2010-11-07T03:30"))
    assert local_day(date=date(2010, 11, 7), zone=zone) == Interval(utc("2010-11-07T02:30"), utc("2010-11-08T03:30"))


@pytest.mark.parametrize(
    ("instant", "repeated", "shown"),
    [
        ("2026-10-24T23:55", False, "2026-10-25T00:55"),
        ("2026-10-25T00:00", True, "2026-10-25T01:00"),
        ("2026-10-25T00:55", True, "2026-10-25T01:55"),
        ("2026-10-25T01:00", True, "2026-10-25T01:00"),
        ("2026-10-25T01:55", True, "2026-10-25T01:55"),
        ("2026-10-25T02:00", False, "2026-10-25T02:00"),
        ("2026-03-29T00:55", False, "2026-03-29T00:55"),
        ("2026-03-29T01:00", False, "2026-03-29T02:00"),
        ("2026-11-26T14:30", False, "2026-11-26T14:30"),
    ],
)
def test_both_passes_of_a_repeated_hour_are_known(instant: str, repeated: bool, shown: str) -> None:
    assert (is_repeated(utc(instant), DUBLIN), wall_time(utc(instant), DUBLIN)) == (repeated, shown)


@pytest.mark.parametrize(
    ("wall", "skipped"),
    [("00:59", False), ("01:00", True), ("01:59", True), ("02:00", False)],
)
def test_a_wall_time_in_a_missing_hour_is_skipped(wall: str, skipped: bool) -> None:
    assert is_skipped(datetime.combine(FORWARD_DATE, time.fromisoformat(wall)), DUBLIN) is skipped


def test_a_repeated_wall_time_is_not_skipped() -> None:
    assert not is_skipped(datetime.combine(BACK_DATE, time(1, 30)), DUBLIN)


@pytest.mark.parametrize(
    ("a", "b", "meet"),
    [
        (WeeklySpan(1, time(9), time(12)), WeeklySpan(1, time(11), time(13)), True),
        (WeeklySpan(1, time(9), time(12)), WeeklySpan(1, time(12), time(13)), False),
        (WeeklySpan(1, time(9), time(12)), WeeklySpan(2, time(9), time(12)), False),
        (WeeklySpan(1, time(9), time(12), last_date=MONDAY), WeeklySpan(1, time(9), time(12), first_date=MONDAY), True),
        (
            WeeklySpan(1, time(9), time(12), last_date=MONDAY),
            WeeklySpan(1, time(9), time(12), first_date=MONDAY + timedelta(days=1)),
            False,
        ),
        (
            WeeklySpan(1, time(9), time(12), first_date=MONDAY),
            WeeklySpan(1, time(9), time(12), first_date=MONDAY, last_date=MONDAY),
            True,
        ),
    ],
)
def test_spans_meet_on_a_weekday_a_time_and_a_date(a: WeeklySpan, b: WeeklySpan, meet: bool) -> None:
    assert (spans_meet(a, b), spans_meet(b, a)) == (meet, meet)


def test_changes_of_a_zone_that_never_changes_are_none() -> None:
    assert changes_of("Asia/Kathmandu") == ()
