"""Lengths of time in the unit that people think in."""

from booking.wording.spans import format_span_of


def test_a_span_is_told_in_the_largest_unit_that_people_think_in() -> None:
    minutes = [0, 1, 45, 60, 90, 61, 120, 1440, 1620, 2160, 2880, 2940, 10_080, 43_200]

    assert [format_span_of(one) for one in minutes] == [
        "0 minutes",
        "1 minute",
        "45 minutes",
        "1 hour",
        "1 hour 30 minutes",
        "1 hour 1 minute",
        "2 hours",
        "24 hours",
        "27 hours",
        "36 hours",
        "2 days",
        "49 hours",
        "7 days",
        "30 days",
    ]
