"""Days with their breaks, and the spans that they come to."""

from datetime import date, time, timedelta

from clinic.panel.set_up.people.week import Day, changes_after, days_of
from services.hours import WeeklySpan

MONDAY = date(2026, 11, 30)
LUNCH = (time(12), time(12, 45))


def test_a_day_with_two_breaks_is_three_spans_and_is_read_back() -> None:
    day = Day(1, 7, time(9), time(20), (LUNCH, (time(17), time(18))))

    assert day.spans == [
        WeeklySpan(1, time(9), time(12)),
        WeeklySpan(1, time(12, 45), time(17)),
        WeeklySpan(1, time(18), time(20)),
    ]
    assert day.minutes == 555
    assert days_of([(7, span) for span in reversed(day.spans)], on=MONDAY) == [day]


def test_two_places_on_one_day_are_two_days_by_the_clock() -> None:
    morning, afternoon = Day(1, 8, time(9), time(12)), Day(1, 7, time(13), time(17))
    spans = [(7, afternoon.spans[0]), (8, morning.spans[0])]

    assert days_of(spans, on=MONDAY) == [morning, afternoon]


def test_only_what_is_valid_in_the_week_from_that_date_is_shown() -> None:
    spans = [
        (7, WeeklySpan(1, time(9), time(10), last_date=MONDAY - timedelta(days=1))),
        (7, WeeklySpan(1, time(11), time(12), first_date=MONDAY)),
        (7, WeeklySpan(2, time(13), time(14), first_date=MONDAY + timedelta(days=2))),
        # The week that begins on a Monday ends with the Sunday after it.
        (7, WeeklySpan(7, time(15), time(16), first_date=MONDAY + timedelta(days=6))),
    ]

    assert days_of(spans, on=MONDAY) == [Day(1, 7, time(11), time(12)), Day(7, 7, time(15), time(16))]


def test_the_dates_on_which_a_week_changes_later_are_named_once() -> None:
    end = MONDAY + timedelta(days=20)
    spans = [
        WeeklySpan(1, time(9), time(10), first_date=MONDAY, last_date=end),
        WeeklySpan(2, time(9), time(10), last_date=end),
        WeeklySpan(1, time(9), time(11), first_date=end + timedelta(days=1)),
        WeeklySpan(3, time(9), time(10), last_date=MONDAY - timedelta(days=1)),
    ]

    assert changes_after(spans, on=MONDAY) == [end + timedelta(days=1)]
