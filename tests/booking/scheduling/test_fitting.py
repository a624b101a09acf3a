"""Why a visit does not fit where it is, and that it fits exactly where its start would be on offer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import Limits, find_starts
from booking.scheduling.fitting import Ground, Why, why_unfit
from services.intervals import Interval, subtract
from tests.booking.scheduling.clinics import on_bits
from tests.booking.scheduling.oracle import Diary, RoomDiary

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
CELL = timedelta(minutes=5)


def span(first: int, last: int) -> Interval:
    """Between two cells of the day, 0 to 288."""
    return Interval(MIDNIGHT + first * CELL, MIDNIGHT + last * CELL)


VISIT = span(120, 132)  # 10:00 to 11:00
SOUND = Ground(
    place_is_open=True,
    works_here=True,
    is_offered=True,
    has_skill=True,
    closures=(),
    time_off=(),
    hours=(span(108, 204),),
    room_suits=True,
)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"place_is_open": False}, Why.PLACE),
        ({"works_here": False}, Why.LEFT),
        ({"is_offered": False}, Why.TREATMENT),
        ({"has_skill": False}, Why.SKILL),
        ({"closures": [span(0, 121)]}, Why.CLOSED),
        ({"time_off": [span(131, 288)]}, Why.TIME_OFF),
        ({"hours": ()}, Why.HOURS),
        ({"hours": [span(108, 126), span(126, 204)]}, Why.HOURS),  # in one piece, or not at all
        ({"room_suits": False}, Why.ROOM),
        # What only touches is not in the way, and a shift may end with the visit.
        ({"closures": [span(108, 120)], "time_off": [span(132, 140)], "hours": [VISIT]}, None),
        # Several at once: what is the least to be argued with is named.
        ({"works_here": False, "time_off": [VISIT], "hours": ()}, Why.LEFT),
        ({"time_off": [VISIT], "hours": ()}, Why.TIME_OFF),
    ],
)
def test_the_first_thing_that_a_visit_lacks_is_named(change: dict[str, Any], why: Why | None) -> None:
    assert why_unfit(VISIT, replace(SOUND, **change)) is why


spans = st.tuples(st.integers(0, 287), st.integers(1, 60)).map(lambda pair: span(pair[0], min(288, sum(pair))))
some = st.lists(spans, max_size=3)


@given(visit=spans, shifts=some, closures=some, time_off=some, room_suits=st.booleans())
def test_a_visit_fits_exactly_where_its_start_is_on_offer(
    visit: Interval, shifts: list[Interval], closures: list[Interval], time_off: list[Interval], room_suits: bool
) -> None:
    """The one pure answer about starts, asked on an empty day with the finest grid."""
    shifts = [
        shift
        for number, shift in enumerate(sorted(shifts))
        if not number or shift.start > sorted(shifts)[number - 1].end
    ]
    limits = Limits(
        length=visit.length, turnover=timedelta(0), grid=CELL, earliest=MIDNIGHT, latest=MIDNIGHT + timedelta(days=1)
    )
    diary = Diary(therapist_id=1, open=subtract(shifts, closures + time_off), busy=[])
    rooms = [RoomDiary(1, [])] if room_suits else []
    starts = find_starts(on_bits(diaries=[diary], rooms=rooms, limits=limits, first_day=MIDNIGHT))

    ground = replace(SOUND, hours=shifts, closures=closures, time_off=time_off, room_suits=room_suits)

    assert (why_unfit(visit, ground) is None) is (visit.start in [start.starts_at for start in starts])
