from dataclasses import replace
from datetime import timedelta

import pytest

from booking.scheduling.availability import Diary, Limits, Question, find_starts
from booking.scheduling.rests import Shortest, unusable_rest
from services.cells import cell_at, mask
from services.intervals import Interval
from tests.cast import at

OPEN = Interval(at("09:00"), at("17:00"))
HALF_HOUR = Shortest(timedelta(minutes=30), timedelta(minutes=15))
ORIGIN = cell_at(at("00:00"))


def question(*taken: tuple[str, str], earliest: str = "08:00") -> Question:
    busy = 0
    for start, end in taken:
        busy |= mask(cell_at(at(start)) - ORIGIN, cell_at(at(end)) - ORIGIN)
    limits = Limits(
        length=timedelta(minutes=60),
        turnover=timedelta(minutes=15),
        grid=timedelta(minutes=15),
        earliest=at(earliest),
        latest=at("23:00"),
    )
    opened = ((cell_at(OPEN.start), cell_at(OPEN.end)),)
    return Question(ORIGIN, [Diary(1, opened, busy)], None, limits)


@pytest.mark.parametrize(
    ("start", "taken", "earliest", "minutes"),
    [
        ("09:00", [], "08:00", 0),
        ("09:15", [], "08:00", 15),  # nobody can come from 9:00 to 9:15
        ("09:45", [], "08:00", 0),  # half an hour and its turnover fit before
        ("09:15", [], "09:15", 0),  # what has passed is lost anyhow
        ("15:45", [], "08:00", 0),  # turnover up to closing
        ("15:30", [], "08:00", 15),
        ("15:15", [], "08:00", 0),  # half an hour fits up to closing, without its turnover
        ("10:00", [("11:15", "12:15")], "09:15", 0),
        ("09:45", [("11:30", "12:15")], "09:00", 30),  # too short for half an hour and its turnover
        ("12:15", [("11:00", "12:15")], "08:00", 0),
        ("12:30", [("11:00", "12:15"), ("14:00", "15:00")], "08:00", 30),  # on both sides
    ],
)
def test_the_rest_that_nobody_can_use(start: str, taken: list[tuple[str, str]], earliest: str, minutes: int) -> None:
    asked = question(*taken, earliest=earliest)
    found = next(one for one in find_starts(asked) if one.starts_at == at(start))

    assert unusable_rest(found, asked, HALF_HOUR) == timedelta(minutes=minutes)


def test_a_visit_that_runs_over_closing_with_its_turnover_leaves_no_rest() -> None:
    asked = question()
    late = next(one for one in find_starts(asked) if one.starts_at == at("16:00"))

    assert unusable_rest(late, replace(asked), HALF_HOUR) == timedelta(0)
