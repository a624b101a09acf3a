"""What the safety check said, as counts of people by calendar month; none that stands for fewer than five.

A number that is not told could be found where a total, or the same numbers of another period, are told beside it. So
only months that are over are counted, each by itself and always whole; what is told of several months is the sum of what
is told of each; and there is no total.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.reports.periods import Period
from booking.rules.levels import Level
from services.hours import local_day
from services.statements import read_rows

FEWEST = 5
# An empty level: a rule could not be evaluated, and a person has to look.
OUTCOMES = (*(level.value for level in Level), "")

# What somebody was told first, whatever a later rulebook says; a check without a known client is a person by itself.
_OUTCOMES = """
SELECT {number} AS month, d.level, count(DISTINCT coalesce(i.client_id, -i.id)) FROM booking_intake i
JOIN booking_decision d ON d.id = (SELECT min(o.id) FROM booking_decision o WHERE o.intake_id = i.id)
WHERE i.created_at >= %(since_{number})s AND i.created_at < %(until_{number})s GROUP BY d.level
"""


@dataclass(frozen=True)
class Month:
    """How many people there were of each kind, an outcome or an end; None where it is too few to say."""

    first: date
    people: Mapping[str, int | None]


def read_outcomes(period: Period, *, zone: ZoneInfo, today: date) -> list[Month]:
    """The months that are over and that `period` touches; without one, the last that is over. One statement."""
    months = months_of(period, today)
    instants: dict[str, datetime] = {}
    for number, first in enumerate(months):
        instants[f"since_{number}"] = local_day(date=first, zone=zone).start
        instants[f"until_{number}"] = local_day(date=next_month(first), zone=zone).start
    statement = " UNION ALL ".join(_OUTCOMES.format(number=number) for number in range(len(months)))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for number, level, count in read_rows(statement, instants):
        counts[number][level] = count
    return [Month(first, tell(counts[number])) for number, first in enumerate(months)]


def months_of(period: Period, today: date) -> list[date]:
    """The first days of the months that the period touches and that are over; without one, of the last that is over."""
    month, found = period.first.replace(day=1), []
    while month <= period.last and next_month(month) <= today:
        found.append(month)
        month = next_month(month)
    return found or [(today.replace(day=1) - timedelta(days=1)).replace(day=1)]


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def tell(counts: Mapping[str, int], keys: Sequence[str] = OUTCOMES) -> dict[str, int | None]:
    """The count of each of `keys`, or None for fewer than five, nobody included."""
    return {key: count if (count := counts.get(key, 0)) >= FEWEST else None for key in keys}


def total(months: Sequence[Month]) -> dict[str, int | None]:
    """The sum of what is told of each month, which says no more than they do."""
    told = {key: [count for month in months if (count := month.people[key]) is not None] for key in months[0].people}
    return {key: sum(counts) if counts else None for key, counts in told.items()}
