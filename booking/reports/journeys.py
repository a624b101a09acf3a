"""Where visitors' journeys ended, by calendar month; told like outcomes, and nothing under five.

A journey is counted when it is deleted, up to a day and a night after it began, so a month is over two days later.
"""

from collections import defaultdict
from datetime import date, timedelta

from booking.models import JourneyEnd
from booking.reports.outcomes import Month, months_of, tell
from booking.reports.periods import Period

DAYS_TO_THE_END = 2


def read_ends(period: Period, *, today: date) -> list[Month]:
    """The months that are over and that `period` touches; without one, the last that is over. One statement."""
    months = months_of(period, today - timedelta(days=DAYS_TO_THE_END))
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    for month, where, count in JourneyEnd.objects.filter(month__in=months).values_list("month", "where", "count"):
        counts[month][where] = count
    return [Month(first, tell(counts[first], JourneyEnd.Where.values)) for first in months]
