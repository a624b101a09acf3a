from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.wording.times import (
    Wall,
    count_times,
    format_day,
    format_full_hour,
    format_moment,
    format_span,
    format_time,
    local_date,
    zone_name,
)

DUBLIN = ZoneInfo("Europe/Dublin")
AFTERNOON = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)


def test_days_are_written_out() -> None:
    assert format_day(date(2026, 11, 26)) == "Thursday 26 November"
    assert format_day(date(2026, 11, 1), with_year=True) == "Sunday 1 November 2026"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Dublin", "Thursday 26 November, 14:30"),
        ("America/New_York", "Thursday 26 November, 9:30 am"),
        ("Pacific/Auckland", "Friday 27 November, 3:30 am"),
        ("Asia/Kathmandu", "Thursday 26 November, 20:15"),
    ],
)
def test_a_moment_is_what_the_wall_shows(zone: str, expected: str) -> None:
    assert format_moment(AFTERNOON, ZoneInfo(zone)) == expected


def test_a_moment_with_the_year() -> None:
    assert format_moment(AFTERNOON, DUBLIN, with_year=True) == "Thursday 26 November 2026, 14:30"


def test_times_that_come_twice_say_which_of_the_two() -> None:
    """On 25 October 2026 Dublin shows 01:30 at 00:30 and at 01:30 UTC."""
    shown = [format_time(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), DUBLIN) for hour in (0, 1, 2)]

    assert shown == ["01:30 (first time)", "01:30 (second time)", "02:30"]


def test_a_span_over_the_change_says_it_where_it_matters() -> None:
    start, end = datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 2, 15, tzinfo=UTC)

    assert format_span(start, end, DUBLIN) == "01:45 (first time) to 02:15"


def test_zones_are_called_by_their_city() -> None:
    assert [zone_name(ZoneInfo(key)) for key in ("Europe/Dublin", "America/Argentina/Buenos_Aires")] == [
        "Dublin time",
        "Buenos Aires time",
    ]


def test_the_day_on_the_wall() -> None:
    assert local_date(datetime(2026, 11, 26, 23, 30, tzinfo=UTC), ZoneInfo("Asia/Tokyo")) == date(2026, 11, 27)


def test_a_full_hour_is_short_on_a_clock_of_twelve() -> None:
    noon = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    assert [format_full_hour(noon, Wall(ZoneInfo("Europe/Dublin"), country)) for country in ("IE", "US")] == [
        "12:00",
        "12 pm",
    ]


def test_times_are_counted_in_words() -> None:
    assert [count_times(1), count_times(7)] == ["1 time", "7 times"]
