"""Interval arithmetic against the plainest model there is: sets of minutes."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intervals import Interval, contains, merge, overlaps, subtract

EPOCH = datetime(2026, 11, 26, tzinfo=UTC)
minutes = st.integers(min_value=0, max_value=60)
intervals = st.tuples(minutes, minutes).map(lambda pair: span(min(pair), max(pair)))
lists = st.lists(intervals, max_size=8)


def span(start: int, end: int) -> Interval:
    return Interval(EPOCH + timedelta(minutes=start), EPOCH + timedelta(minutes=end))


def minutes_in(*several: Interval) -> set[int]:
    return {
        minute
        for interval in several
        for minute in range(
            (interval.start - EPOCH) // timedelta(minutes=1), (interval.end - EPOCH) // timedelta(minutes=1)
        )
    }


def test_an_interval_knows_its_length() -> None:
    assert span(10, 55).length == timedelta(minutes=45)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1)), ZoneInfo("Europe/Paris")])
def test_an_interval_refuses_times_that_are_not_utc(zone: timezone | ZoneInfo | None) -> None:
    local = datetime(2026, 11, 26, 9, tzinfo=zone)

    with pytest.raises(ValueError, match="in UTC"):
        Interval(local, EPOCH + timedelta(days=1))
    with pytest.raises(ValueError, match="in UTC"):
        Interval(EPOCH, local)


def test_an_interval_refuses_to_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        span(10, 9)


@pytest.mark.parametrize(
    ("given_list", "merged"),
    [
        ([], []),
        ([span(5, 5)], []),
        ([span(20, 30), span(0, 10)], [span(0, 10), span(20, 30)]),
        ([span(0, 10), span(10, 20)], [span(0, 20)]),
        ([span(0, 30), span(5, 10), span(29, 40)], [span(0, 40)]),
        ([span(0, 10), span(15, 15), span(20, 30)], [span(0, 10), span(20, 30)]),
    ],
)
def test_merge_joins_what_overlaps_or_touches(given_list: list[Interval], merged: list[Interval]) -> None:
    assert merge(given_list) == merged


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        ([], [span(0, 30), span(30, 60)]),
        ([span(5, 5)], [span(0, 30), span(30, 60)]),
        ([span(0, 60)], []),
        ([span(10, 20)], [span(0, 10), span(20, 30), span(30, 60)]),
        ([span(20, 40)], [span(0, 20), span(40, 60)]),
        ([span(50, 60), span(0, 5)], [span(5, 30), span(30, 50)]),
        ([span(10, 12), span(11, 20), span(20, 25)], [span(0, 10), span(25, 30), span(30, 60)]),
    ],
)
def test_subtract_cuts_holes_and_keeps_touching_intervals_apart(holes: list[Interval], left: list[Interval]) -> None:
    assert subtract([span(0, 30), span(30, 60)], holes) == left


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        (span(0, 10), span(9, 20), True),
        (span(0, 10), span(10, 20), False),
        (span(0, 30), span(10, 20), True),
        (span(0, 30), span(10, 10), False),
        (span(10, 10), span(10, 10), False),
    ],
)
def test_overlaps_means_sharing_an_instant(a: Interval, b: Interval, shared: bool) -> None:
    assert (overlaps(a, b), overlaps(b, a)) == (shared, shared)


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        (span(0, 30), span(0, 30), True),
        (span(0, 30), span(10, 20), True),
        (span(0, 30), span(0, 31), False),
        (span(1, 30), span(0, 30), False),
    ],
)
def test_contains_includes_both_ends(outer: Interval, inner: Interval, inside: bool) -> None:
    assert contains(outer, inner) is inside


@given(lists)
def test_merge_keeps_every_minute_and_leaves_gaps_between(given_list: list[Interval]) -> None:
    merged = merge(given_list)

    assert minutes_in(*merged) == minutes_in(*given_list)
    assert all(interval.start < interval.end for interval in merged)
    assert all(a.end < b.start for a, b in pairwise(merged))


@given(lists, lists)
def test_subtract_takes_exactly_the_minutes_of_the_holes(given_list: list[Interval], holes: list[Interval]) -> None:
    left = subtract(given_list, holes)

    assert minutes_in(*left) == minutes_in(*given_list) - minutes_in(*holes)
    assert all(interval.start < interval.end for interval in left)


@given(intervals, intervals)
def test_overlaps_agrees_with_shared_minutes(a: Interval, b: Interval) -> None:
    assert overlaps(a, b) == bool(minutes_in(a) & minutes_in(b))
