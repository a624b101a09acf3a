from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.reports.periods import LONGEST_DAYS, Choice, Period, Week, chosen, of_dates

DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


def test_each_button_ends_today() -> None:
    today = date(2027, 1, 3)  # the Sunday of week 53

    assert {choice: chosen(choice, today=today) for choice in Choice} == {
        Choice.WEEK: Period(date(2026, 12, 28), today),
        Choice.EIGHT_WEEKS: Period(date(2026, 11, 9), today),
        Choice.MONTH: Period(date(2027, 1, 1), today),
        Choice.QUARTER: Period(date(2027, 1, 1), today),
        Choice.YEAR: Period(date(2027, 1, 1), today),
    }


def test_weeks_over_the_end_of_a_year_are_whole_but_for_those_that_are_cut_short_or_not_over() -> None:
    period = Period(date(2026, 12, 23), date(2027, 1, 10))

    assert period.weeks(today=date(2027, 1, 10)) == (
        Week(date(2026, 12, 21), is_whole=False),
        Week(date(2026, 12, 28), is_whole=True),
        Week(date(2027, 1, 4), is_whole=False),
    )


@given(DAYS, DAYS)
def test_dates_of_ones_own_are_put_in_order_and_a_year_at_most(one: date, other: date) -> None:
    period = of_dates(one, other)
    before = period.before()

    assert period.last == max(one, other)
    assert 1 <= period.days <= LONGEST_DAYS
    assert before.days == period.days
    assert before.last < period.first
    assert period.first - before.first < timedelta(days=period.days + 7)
    assert before.first.weekday() == period.first.weekday()
