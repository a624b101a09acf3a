"""A week as people type it: hours of a day with their breaks at one place; and the spans that these come to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby, pairwise

from services.hours import WeeklySpan

DAYS = range(1, 8)


@dataclass(frozen=True)
class Day:
    """Hours of one ISO weekday at one place: `breaks` lie within them, rising, and do not meet."""

    weekday: int
    place_id: int
    opens: time
    closes: time
    breaks: tuple[tuple[time, time], ...] = ()

    @property
    def pieces(self) -> list[tuple[time, time]]:
        """Between the breaks."""
        edges = [self.opens, *(edge for pause in self.breaks for edge in pause), self.closes]
        return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if first < last]

    @property
    def spans(self) -> list[WeeklySpan]:
        return [WeeklySpan(self.weekday, first, last) for first, last in self.pieces]

    @property
    def minutes(self) -> int:
        return sum(minutes_of(last) - minutes_of(first) for first, last in self.pieces)


def days_of(spans: Iterable[tuple[int, WeeklySpan]], *, on: date) -> list[Day]:
    """The week that begins on that date, from spans with the ids of their places: by weekday, then by the clock."""
    falling = [
        (span.weekday, place, span.opens, span.closes) for place, span in spans if span.falls_on(_next(on, span))
    ]
    days = []
    for (weekday, place), pieces in groupby(sorted(falling), key=lambda one: one[:2]):
        times = [(opens, closes) for *_day, opens, closes in pieces]
        gaps = [(end, start) for (_from, end), (start, _to) in pairwise(times) if end < start]
        days.append(Day(weekday, place, times[0][0], times[-1][1], tuple(gaps)))
    return sorted(days, key=lambda day: (day.weekday, day.opens))


def changes_after(spans: Sequence[WeeklySpan], *, on: date) -> list[date]:
    """The dates after `on` from which the week is another one than before."""
    starts = {span.first_date for span in spans if span.first_date is not None and span.first_date > on}
    ends = {span.last_date + timedelta(days=1) for span in spans if span.last_date is not None and span.last_date >= on}
    return sorted(starts | ends)


def minutes_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _next(day: date, span: WeeklySpan) -> date:
    return day + timedelta(days=(span.weekday - day.isoweekday()) % 7)
