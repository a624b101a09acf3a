"""Which starts are on offer: one pure answer that the listing and the commit share.

All times are UTC; intervals are half-open. No Django, no clock.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.intervals import Interval, merge


@dataclass(frozen=True)
class Diary:
    """When one therapist is at the location, and when taken (turnover included)."""

    therapist_id: int
    open: Sequence[Interval]
    busy: Sequence[Interval]


@dataclass(frozen=True)
class RoomDiary:
    """When one suitable room is taken (turnover included)."""

    room_id: int
    busy: Sequence[Interval]


@dataclass(frozen=True)
class Limits:
    """What a start must keep to: `earliest` and `latest` bound the start itself, both inclusive."""

    length: timedelta
    turnover: timedelta
    grid: timedelta
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, order=True)
class StartOnOffer:
    """A time that can be booked, with the therapist and room that would get it (no room where a location has none)."""

    starts_at: datetime
    therapist_id: int
    ends_at: datetime
    room_id: int | None


class _Busy:
    """Merged busy time that answers "is this span free?" by bisection."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        merged = merge(intervals)
        self._starts = [interval.start for interval in merged]
        self._ends = [interval.end for interval in merged]

    def is_free(self, start: datetime, end: datetime) -> bool:
        before = bisect_left(self._starts, end) - 1
        return before < 0 or self._ends[before] <= start


def _grid_starts(interval: Interval, limits: Limits) -> Iterable[datetime]:
    """The grid is counted from the start of the open interval, so that a shift at 9:10 offers 9:10, 9:25, ..."""
    skipped = max(0, -((interval.start - limits.earliest) // limits.grid))
    start = interval.start + skipped * limits.grid
    last = min(interval.end - limits.length, limits.latest)
    while start <= last:
        yield start
        start += limits.grid


def find_starts(
    *,
    diaries: Sequence[Diary],
    rooms: Sequence[RoomDiary] | None,
    limits: Limits,
    client_busy: Sequence[Interval] = (),
) -> list[StartOnOffer]:
    """Every start of every therapist, in order of time and therapist.

    `rooms` are the suitable ones in the order in which they are taken; None where the location has no rooms at all.
    """
    room_books = None if rooms is None else [(room.room_id, _Busy(room.busy)) for room in rooms]
    client_book = _Busy(client_busy)
    room_at: dict[datetime, int | None] = {}
    found: list[StartOnOffer] = []
    for diary in diaries:
        book = _Busy(diary.busy)
        for interval in diary.open:
            for start in _grid_starts(interval, limits):
                end = start + limits.length
                free_again = end + limits.turnover
                if not book.is_free(start, free_again) or not client_book.is_free(start, end):
                    continue
                if room_books is not None and start not in room_at:
                    room_at[start] = _first_free(room_books, start, free_again)
                room_id = room_at.get(start)
                if room_books is None or room_id is not None:
                    found.append(StartOnOffer(start, diary.therapist_id, end, room_id))
    return sorted(found, key=lambda start: (start.starts_at, start.therapist_id))


def _first_free(rooms: Sequence[tuple[int, _Busy]], start: datetime, end: datetime) -> int | None:
    return next((room_id for room_id, book in rooms if book.is_free(start, end)), None)


def choose_for_anyone(
    starts: Sequence[StartOnOffer], *, minutes_booked: Mapping[tuple[int, date], int], zone: ZoneInfo
) -> list[StartOnOffer]:
    """One start per time: the therapist with the fewest minutes booked on that local day, then the lowest id."""
    best: dict[datetime, StartOnOffer] = {}
    for start in starts:
        rival = best.get(start.starts_at)
        if rival is None or _load(start, minutes_booked, zone) < _load(rival, minutes_booked, zone):
            best[start.starts_at] = start
    return [best[moment] for moment in sorted(best)]


def _load(start: StartOnOffer, minutes_booked: Mapping[tuple[int, date], int], zone: ZoneInfo) -> tuple[int, int]:
    day = start.starts_at.astimezone(zone).date()
    return minutes_booked.get((start.therapist_id, day), 0), start.therapist_id
