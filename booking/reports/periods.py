"""Which days a report is about. Pure: local dates, both ends included; weeks are ISO weeks, from Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_DAYS = 366
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class Choice(StrEnum):
    """The periods that have a button. Each ends today."""

    WEEK = "week"
    EIGHT_WEEKS = "8-weeks"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Week:
    """An ISO week as far as it lies in the period; `is_whole` unless the period, or today, cuts it short."""

    monday: date
    is_whole: bool


@dataclass(frozen=True)
class Period:
    """The local dates from `first` to `last`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def dates(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    def weeks(self, *, today: date) -> tuple[Week, ...]:
        """Every week that the period touches, in order. The week that today is in is not over."""
        monday, weeks = monday_of(self.first), []
        while monday <= self.last:
            sunday = monday + _WEEK - _DAY
            weeks.append(Week(monday, self.first <= monday and sunday <= self.last and sunday < today))
            monday += _WEEK
        return tuple(weeks)

    def before(self) -> "Period":
        """As many days, the same weekdays, so many whole weeks earlier that the two do not meet."""
        earlier = _WEEK * -(-self.days // 7)
        return Period(self.first - earlier, self.last - earlier)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def chosen(choice: Choice, *, today: date) -> Period:
    """What a button means on this day."""
    first = {
        Choice.WEEK: monday_of(today),
        Choice.EIGHT_WEEKS: monday_of(today) - 7 * _WEEK,
        Choice.MONTH: today.replace(day=1),
        Choice.QUARTER: today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        Choice.YEAR: today.replace(month=1, day=1),
    }[choice]
    return Period(first, today)


def of_dates(first: date, last: date) -> Period:
    """Two dates that were typed, in either order, at most a year apart."""
    first, last = min(first, last), max(first, last)
    return Period(max(first, last - timedelta(days=LONGEST_DAYS - 1)), last)
