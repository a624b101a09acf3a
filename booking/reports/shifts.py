"""How long therapists are on shift, by local date: working hours less time off and closures. Pure.

Each date of a therapist is the bits of one whole number, a bit for each five-minute cell from the date's beginning. Most
dates have no clock change, so that what a weekday comes to is worked out once and used for a year of them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.reports.periods import Period
from services.cells import Span, mask, next_cell
from services.hours import Week, WeeklySpan, local_day

MINUTES_IN_A_CELL = 5
_CELLS_IN_A_DAY = 288

Hours = Mapping[int, Sequence[WeeklySpan]]
Absences = Mapping[int | None, Sequence[Span]]
Shifts = dict[date, dict[int, int]]


def shifts(*, hours: Hours, absences: Absences, zone: ZoneInfo, period: Period) -> Shifts:
    """The cells on shift at one place by date and therapist, in bits from the beginning of the date.

    `absences` are spans of cells since the epoch by therapist; closures of the place under None.
    """
    days = list(period.dates())
    # A day more, since the end of one is the beginning of the next.
    begins = [next_cell(local_day(date=day, zone=zone).start) for day in [*days, period.last + timedelta(days=1)]]
    lengths = {day: end - begin for day, begin, end in zip(days, begins[:-1], begins[1:], strict=True)}
    first_cell = dict(zip(days, begins[:-1], strict=True))
    away = {whose: _by_day(spans, days, begins) for whose, spans in absences.items()}
    closed = away.get(None, {})
    found: Shifts = {}
    weeks = {pk: Week(spans, zone) for pk, spans in hours.items()}
    usual = {pk: _usual(spans) for pk, spans in hours.items()}
    for day in days:
        on: dict[int, int] = {}
        weekday, is_usual, closed_then = day.isoweekday(), lengths[day] == _CELLS_IN_A_DAY, closed.get(day, 0)
        for pk in hours:
            cells = 0
            if is_usual:
                for span, span_cells in usual[pk].get(weekday, ()):
                    if span.falls_on(day):
                        cells |= span_cells
            else:
                cells = _from(weeks[pk].open_cells(days=[day]), first_cell[day])
            if cells and pk in away:
                cells &= ~away[pk].get(day, 0)
            if cells := cells & ~closed_then:
                on[pk] = cells
        found[day] = on
    return found


def minutes(cells: int) -> int:
    return cells.bit_count() * MINUTES_IN_A_CELL


def anybody(on: Iterable[int]) -> int:
    """The cells in which at least one of them is on shift."""
    together = 0
    for cells in on:
        together |= cells
    return together


def _usual(spans: Iterable[WeeklySpan]) -> dict[int, list[tuple[WeeklySpan, int]]]:
    """By ISO weekday each span with its cells, on a date of 24 hours in a row."""
    found: dict[int, list[tuple[WeeklySpan, int]]] = defaultdict(list)
    for span in spans:
        opens, closes = ((one.hour * 60 + one.minute) // MINUTES_IN_A_CELL for one in (span.opens, span.closes))
        found[span.weekday].append((span, mask(opens, closes)))
    return found


def _from(spans: Iterable[Span], first: int) -> int:
    return anybody(mask(begin - first, end - first) for begin, end in spans)


def _by_day(spans: Iterable[Span], days: Sequence[date], begins: Sequence[int]) -> dict[date, int]:
    """The same cells, cut at the beginning of each date."""
    found: dict[date, int] = defaultdict(int)
    for begin, end in spans:
        number = max(0, bisect_right(begins, begin) - 1)
        while number < len(days) and begins[number] < end:
            cells = mask(begin - begins[number], min(end, begins[number + 1]) - begins[number])
            found[days[number]] |= cells
            number += 1
    return found
