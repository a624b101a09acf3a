from datetime import date

import pytest

from booking.models import JourneyEnd
from booking.reports.journeys import read_ends
from booking.reports.outcomes import Month
from booking.reports.periods import Period

NOBODY = {"start": None, "check": None, "stopped": None, "time": None, "details": None, "booked": None}


@pytest.mark.django_db
def test_a_month_is_told_once_its_last_journeys_are_over_and_nothing_under_five() -> None:
    rows = [(9, "start", 12), (9, "time", 4), (9, "booked", 5), (10, "start", 7), (11, "start", 9)]
    for month, where, count in rows:
        JourneyEnd.objects.create(month=date(2026, month, 1), where=where, count=count)
    september = Month(date(2026, 9, 1), NOBODY | {"start": 12, "booked": 5})
    period = Period(date(2026, 9, 3), date(2026, 11, 1))

    assert read_ends(period, today=date(2026, 11, 2)) == [september]
    assert read_ends(period, today=date(2026, 11, 3)) == [september, Month(date(2026, 10, 1), NOBODY | {"start": 7})]
