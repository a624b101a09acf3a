"""Time in cells of five minutes, and sets of cells as the bits of one whole number. No Django, no clock.

A cell is epoch seconds // 300, so that clock changes do not matter. Bit 0 of a mask is the cell that whoever makes the
mask counts from; what lies before it has no bit.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from services.intervals import Interval

CELL_SECONDS = 300
CELL = timedelta(seconds=CELL_SECONDS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The cells from the first up to, not including, the second.
Span = tuple[int, int]


def cell_at(instant: datetime) -> int:
    """The cell in which `instant` lies."""
    return (instant - EPOCH) // CELL


def next_cell(instant: datetime) -> int:
    """The first cell that begins at `instant` or later."""
    return -((EPOCH - instant) // CELL)


def begins_at(cell: int) -> datetime:
    return EPOCH + cell * CELL


def span_within(interval: Interval) -> Span:
    """The whole cells in `interval`."""
    first = next_cell(interval.start)
    return first, max(first, cell_at(interval.end))


def span_around(interval: Interval) -> Span:
    """The cells that share an instant with `interval`."""
    return cell_at(interval.start), next_cell(interval.end)


def as_interval(span: Span) -> Interval:
    return Interval(begins_at(span[0]), begins_at(span[1]))


def subtract(spans: tuple[Span, ...], holes: list[Span]) -> tuple[Span, ...]:
    """What is left of `spans`, in the given order. Spans that touch stay apart."""
    for hole_first, hole_last in holes:
        if hole_first == hole_last:
            continue
        left: list[Span] = []
        for first, last in spans:
            if hole_last <= first or last <= hole_first:
                left.append((first, last))
                continue
            if first < hole_first:
                left.append((first, hole_first))
            if hole_last < last:
                left.append((hole_last, last))
        spans = tuple(left)
    return spans


def mask(first: int, last: int) -> int:
    """Bits `first` up to, not including, `last`; as far as there are such bits."""
    first = max(0, first)
    return ((1 << (last - first)) - 1) << first if first < last else 0


@lru_cache(maxsize=1024)
def every(step: int, count: int) -> int:
    """`count` bits from 0 on, one every `step`."""
    return ((1 << step * count) - 1) // ((1 << step) - 1)


def whence_met(taken: int, *, length: int) -> int:
    """Where a stretch of `length` cells (one or more) would have to begin to meet a cell in `taken`."""
    reach, met = 1, taken
    while reach < length:
        step = min(reach, length - reach)
        met |= met >> step
        reach += step
    return met


def stretched(starts: int, *, length: int) -> int:
    """The cells of every stretch of `length` cells (one or more) that begins in `starts`."""
    reach, covered = 1, starts
    while reach < length:
        step = min(reach, length - reach)
        covered |= covered << step
        reach += step
    return covered


def first_in(cells: int) -> int | None:
    """The lowest bit; None where there is none."""
    return (cells & -cells).bit_length() - 1 if cells else None


def each_in(cells: int) -> list[int]:
    """The bits, rising."""
    digits = f"{cells:b}"[::-1]
    found: list[int] = []
    place = digits.find("1")
    while place >= 0:
        found.append(place)
        place = digits.find("1", place + 1)
    return found


def spans_in(cells: int) -> list[Span]:
    """The stretches without a gap, rising."""
    digits = f"{cells:b}"[::-1]
    found: list[Span] = []
    first = digits.find("1")
    while first >= 0:
        last = digits.find("0", first)
        if last < 0:
            last = len(digits)
        found.append((first, last))
        first = digits.find("1", last)
    return found
