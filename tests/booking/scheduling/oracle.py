"""Which starts are on offer, worked out the slow way: interval by interval and one start after another, in instants.

`booking.scheduling.availability` answers the same questions on bits, and its tests ask both.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from booking.scheduling.availability import Gap, Limits, Reason, StartOnOffer
from services.intervals import Interval, contains, merge, subtract


@dataclass(frozen=True)
class Diary:
    """When one therapist is at the location, and when they are taken (turnover included)."""

    therapist_id: int
    open: Sequence[Interval]
    busy: Sequence[Interval]


@dataclass(frozen=True)
class RoomDiary:
    """When one suitable room is taken (turnover included)."""

    room_id: int
    busy: Sequence[Interval]


@dataclass(frozen=True)
class Question:
    """Everything that decides about the starts of one treatment at one length. `rooms` as in `find_starts`."""

    diaries: Sequence[Diary]
    rooms: Sequence[RoomDiary] | None
    limits: Limits


class _Busy:
    """Merged busy time that answers "is this span free?" by bisection."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        merged = merge(intervals)
        self._starts = [interval.start for interval in merged]
        self._ends = [interval.end for interval in merged]

    def is_free(self, start: datetime, end: datetime) -> bool:
        before = bisect_left(self._starts, end) - 1
        return before < 0 or self._ends[before] <= start

    def free_until(self, start: datetime, end: datetime) -> datetime:
        """How long it stays free from `start`, which is free, at most until `end`."""
        following = bisect_left(self._starts, start)
        return min(end, self._starts[following]) if following < len(self._starts) else end


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
    for diary in diaries if limits.is_open else ():
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


def why_not(
    *,
    starts_at: datetime,
    diaries: Sequence[Diary],
    rooms: Sequence[RoomDiary] | None,
    limits: Limits,
    now: datetime,
    client_busy: Sequence[Interval] = (),
) -> Reason | None:
    """Why `find_starts` does not give `starts_at` to any of these therapists; None where it does.

    Of several therapists the one who came nearest to it gives the reason.
    """
    outside = _why_outside(starts_at, limits, now)
    if outside is not None or not diaries:
        return outside or Reason.WRONG_SKILL
    reasons = [_why_not_with(diary, starts_at, limits) for diary in diaries]
    if None not in reasons:
        return max(reason for reason in reasons if reason is not None)
    end = starts_at + limits.length
    if rooms is not None and not any(_Busy(room.busy).is_free(starts_at, end + limits.turnover) for room in rooms):
        return Reason.NO_ROOM
    return None if _Busy(client_busy).is_free(starts_at, end) else Reason.CLIENT_BUSY


def _why_outside(starts_at: datetime, limits: Limits, now: datetime) -> Reason | None:
    if not limits.is_open:
        return Reason.NOT_OPEN
    if limits.earliest <= starts_at <= limits.latest:
        return None
    if starts_at < now:
        return Reason.PAST
    return Reason.TOO_SOON if starts_at < limits.earliest else Reason.TOO_FAR


def _why_not_with(diary: Diary, starts_at: datetime, limits: Limits) -> Reason | None:
    visit = Interval(starts_at, starts_at + limits.length)
    shift = next((interval for interval in diary.open if contains(interval, visit)), None)
    if shift is None:
        return Reason.OFF_SHIFT
    if (starts_at - shift.start) % limits.grid:
        return Reason.OFF_GRID
    is_free = _Busy(diary.busy).is_free(starts_at, visit.end + limits.turnover)
    return None if is_free else Reason.TAKEN


def find_gaps(questions: Sequence[Question]) -> list[Gap]:
    """The free time that begins with a start on offer, each stretch once, in order of therapist and time.

    A gap ends where the therapist, or the suitable room that is free longest, is taken again, or with the shift.
    """
    found: list[Gap] = []
    for candidates in _by_therapist(_gaps_of(question) for question in questions).values():
        free_again = None
        for start in sorted({gap.span.start for gap in candidates}):
            if free_again is None or start >= free_again:
                longest = max((gap for gap in candidates if gap.span.start == start), key=lambda gap: gap.span.end)
                found.append(longest)
                free_again = longest.span.end
    return found


def find_roomless(questions: Sequence[Question]) -> list[Gap]:
    """The time in which a therapist could give something if there were a room, outside of the gaps."""
    gaps = _by_therapist([find_gaps(questions)])
    roomless = _by_therapist(_without_room(question) for question in questions)
    return [
        Gap(therapist_id, span, None)
        for therapist_id, missing in roomless.items()
        for span in subtract(merge(gap.span for gap in missing), [gap.span for gap in gaps.get(therapist_id, ())])
    ]


def _gaps_of(question: Question) -> Iterable[Gap]:
    books = [(room.room_id, _Busy(room.busy)) for room in question.rooms or ()]
    for start in find_starts(diaries=question.diaries, rooms=question.rooms, limits=question.limits):
        end, room_id = _free_until(question, start), None
        if question.rooms is not None:
            taken = start.ends_at + question.limits.turnover
            free = [
                (book.free_until(start.starts_at, end), pk)
                for pk, book in books
                if book.is_free(start.starts_at, taken)
            ]
            end, room_id = max(free, key=lambda room: room[0])
        yield Gap(start.therapist_id, Interval(start.starts_at, end), room_id)


def _without_room(question: Question) -> Iterable[Gap]:
    if question.rooms is None:
        return
    limits = question.limits
    with_room = set()
    for start in find_starts(diaries=question.diaries, rooms=question.rooms, limits=limits):
        with_room.add((start.therapist_id, start.starts_at))
    for start in find_starts(diaries=question.diaries, rooms=None, limits=limits):
        if (start.therapist_id, start.starts_at) not in with_room:
            yield Gap(start.therapist_id, Interval(start.starts_at, start.ends_at), None)


def _free_until(question: Question, start: StartOnOffer) -> datetime:
    """Until when the therapist is free from `start` on."""
    diary = next(diary for diary in question.diaries if diary.therapist_id == start.therapist_id)
    shift = next(interval for interval in diary.open if interval.start <= start.starts_at < interval.end)
    return _Busy(diary.busy).free_until(start.starts_at, shift.end)


def _by_therapist(gaps: Iterable[Iterable[Gap]]) -> dict[int, list[Gap]]:
    grouped: dict[int, list[Gap]] = {}
    for gap in chain.from_iterable(gaps):
        grouped.setdefault(gap.therapist_id, []).append(gap)
    return {pk: grouped[pk] for pk in sorted(grouped)}


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
