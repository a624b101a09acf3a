"""Half-open spans of time, [start, end), in UTC."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_NO_OFFSET = timedelta(0)


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The instants from `start` up to, not including, `end`. May be empty.

    Both must be in UTC: in one local zone Python compares wall clocks, which go back when the clocks do. Raises
    ValueError otherwise, and where the end lies before the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != _NO_OFFSET or self.end.utcoffset() != _NO_OFFSET:
            raise ValueError("an interval is made of instants in UTC")
        if self.end < self.start:
            raise ValueError("an interval does not end before it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as strictly rising intervals that neither overlap nor touch; empty ones are dropped."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if interval.start == interval.end:
            continue
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """What is left of each interval, in the given order. Intervals that touch stay apart."""
    merged = merge(holes)
    ends = [hole.end for hole in merged]
    left: list[Interval] = []
    for interval in intervals:
        start = interval.start
        for hole in merged[bisect_right(ends, start) :]:
            if hole.start >= interval.end:
                break
            if start < hole.start:
                left.append(Interval(start, hole.start))
            start = hole.end
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return left


def overlaps(a: Interval, b: Interval) -> bool:
    """Whether the two share an instant. Touching is not sharing, and an empty interval shares nothing."""
    return max(a.start, b.start) < min(a.end, b.end)


def contains(outer: Interval, inner: Interval) -> bool:
    """Whether `inner` lies within `outer`, ends included."""
    return outer.start <= inner.start and inner.end <= outer.end
