"""Which starts are on offer: one pure answer that the listing, the board's gaps and the commit share.

Time is counted in cells of five minutes, and what a therapist or a room has free is worked out for all cells at once, as
the bits of one number: see `services.cells`. Instants are UTC. No Django, no clock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, auto
from functools import lru_cache

from services.cells import (
    CELL,
    Span,
    as_interval,
    begins_at,
    cell_at,
    each_in,
    every,
    first_in,
    mask,
    next_cell,
    spans_in,
    stretched,
    whence_met,
)
from services.hours import DayPiece
from services.intervals import Interval


@dataclass(frozen=True)
class Diary:
    """When one therapist is at the location (cells since the epoch), and in which cells they are taken, turnover included.

    `busy` is a mask, counted like all masks of a question from its `origin`.
    """

    therapist_id: int
    open: tuple[Span, ...]
    busy: int


@dataclass(frozen=True)
class RoomDiary:
    """In which cells one suitable room is taken (turnover included)."""

    room_id: int
    busy: int


@dataclass(frozen=True)
class Limits:
    """What a start must keep to: `earliest` and `latest` bound the start itself, both inclusive.

    Where it is not `is_open`, whoever asks can book nothing at all. The lengths are whole cells, and `length` is one at least; `earliest` and `latest` need not be on a mark.
    """

    length: timedelta
    turnover: timedelta
    grid: timedelta
    earliest: datetime
    latest: datetime
    is_open: bool = True


@dataclass(frozen=True)
class Question:
    """Everything that decides about the starts of one treatment at one length.

    `origin` is the cell that the masks count from; no start before it is asked about. `rooms` are the suitable ones in
    the order in which they are taken; None where the location has no rooms at all. `client_busy` are the cells in which
    the client is treated.
    """

    origin: int
    diaries: Sequence[Diary]
    rooms: Sequence[RoomDiary] | None
    limits: Limits
    client_busy: int = 0


@dataclass(frozen=True, order=True)
class StartOnOffer:
    """A time that can be booked, with the therapist and room that would get it (no room where a location has none)."""

    starts_at: datetime
    therapist_id: int
    ends_at: datetime
    room_id: int | None


class Reason(IntEnum):
    """Why a start is not on offer. The further down the list, the closer it came to being on offer."""

    NOT_OPEN = auto()
    PAST = auto()
    TOO_SOON = auto()
    TOO_FAR = auto()
    NOT_OFFERED = auto()
    WRONG_SKILL = auto()
    OFF_SHIFT = auto()
    OFF_GRID = auto()
    TAKEN = auto()
    NO_ROOM = auto()
    CLIENT_BUSY = auto()


@dataclass(frozen=True)
class Gap:
    """Time that a therapist and a room have free together, beginning with a start on offer."""

    therapist_id: int
    span: Interval
    room_id: int | None


# The cells in which a visit may start, by therapist; lowest id first.
Offered = Mapping[int, int]


# --- Starts ----------------------------------------------------------------------------------------------------------


def find_offered(question: Question) -> Offered:
    """In which cells each therapist has a start on offer: the one answer that everything below is read from."""
    limits = question.limits
    closes = max((diary.open[-1][1] for diary in question.diaries if diary.open), default=question.origin)
    last = min(cell_at(limits.latest) + 1, closes) - question.origin
    shown = mask(next_cell(limits.earliest) - question.origin, last) if limits.is_open else 0
    if question.client_busy:
        shown &= ~whence_met(question.client_busy, length=_cells(limits.length))
    if question.rooms is not None:
        shown &= _with_a_room(question)
    taken = _cells(limits.length + limits.turnover)
    return {
        diary.therapist_id: _in_hours(diary, question) & shown & ~whence_met(diary.busy, length=taken)
        for diary in sorted(question.diaries, key=lambda diary: diary.therapist_id)
    }


def find_starts(question: Question) -> list[StartOnOffer]:
    """Every start of every therapist, in order of time and therapist."""
    return list_offered(find_offered(question), question)


def list_offered(offered: Offered, question: Question) -> list[StartOnOffer]:
    """The starts that `offered` has of what `question` asks for, each with its room, in order of time and therapist."""
    length = question.limits.length
    room_at = _rooms_taken(question, wanted=any_of(offered))
    found: list[StartOnOffer] = []
    for cell, therapist_ids in by_time(offered):
        starts_at, room_id = begins_at(question.origin + cell), room_at.get(cell)
        found += [StartOnOffer(starts_at, pk, starts_at + length, room_id) for pk in therapist_ids]
    return found


def any_of(offered: Offered) -> int:
    """The cells in which somebody has a start."""
    cells = 0
    for mine in offered.values():
        cells |= mine
    return cells


def by_time(offered: Offered) -> list[tuple[int, list[int]]]:
    """The cells that have a start, rising, each with its therapists, lowest id first."""
    therapists: dict[int, list[int]] = {cell: [] for cell in each_in(any_of(offered))}
    for therapist_id, cells in offered.items():
        for cell in each_in(cells):
            therapists[cell].append(therapist_id)
    return list(therapists.items())


def choose_for_anyone(
    offered: Offered, *, origin: int, minutes_booked: Mapping[tuple[int, date], int], days: Sequence[DayPiece]
) -> Offered:
    """One therapist for each time: who has the fewest minutes booked on that local day, then the lowest id."""
    chosen = dict.fromkeys(offered, 0)
    for piece in days:
        left = mask(piece.span[0] - origin, piece.span[1] - origin) & any_of(offered)
        for therapist_id in sorted(offered, key=lambda pk: (minutes_booked.get((pk, piece.day), 0), pk)):
            if not left:
                break
            mine = offered[therapist_id] & left
            chosen[therapist_id] |= mine
            left &= ~mine
    return chosen


def count_by_day(rows: Collection[int], *, origin: int, days: Sequence[DayPiece]) -> dict[date, int]:
    """How many starts there are on each local day, in all the masks of `rows` together. Days without one are absent."""
    counts: dict[date, int] = {}
    for piece in days:
        first = max(0, piece.span[0] - origin)
        cells = mask(0, piece.span[1] - origin - first)
        if count := sum((row >> first & cells).bit_count() for row in rows):
            counts[piece.day] = counts.get(piece.day, 0) + count
    return counts


# --- Why not ---------------------------------------------------------------------------------------------------------


def why_not(question: Question, *, starts_at: datetime, now: datetime) -> Reason | None:
    """Why `find_starts` does not give `starts_at` to any of these therapists; None where it does.

    Of several therapists the one who came nearest to it gives the reason.
    """
    limits = question.limits
    outside = _why_outside(starts_at, limits, now)
    if outside is not None or not question.diaries:
        return outside or Reason.WRONG_SKILL
    reasons = [_why_not_with(diary, starts_at, question) for diary in question.diaries]
    if None not in reasons:
        return max(reason for reason in reasons if reason is not None)
    cell = cell_at(starts_at) - question.origin
    if question.rooms is not None and not _with_a_room(question) >> cell & 1:
        return Reason.NO_ROOM
    is_treated = question.client_busy & mask(cell, cell + _cells(limits.length))
    return Reason.CLIENT_BUSY if is_treated else None


def _why_outside(starts_at: datetime, limits: Limits, now: datetime) -> Reason | None:
    if not limits.is_open:
        return Reason.NOT_OPEN
    if limits.earliest <= starts_at <= limits.latest:
        return None
    if starts_at < now:
        return Reason.PAST
    return Reason.TOO_SOON if starts_at < limits.earliest else Reason.TOO_FAR


def _why_not_with(diary: Diary, starts_at: datetime, question: Question) -> Reason | None:
    limits = question.limits
    first, last = cell_at(starts_at), next_cell(starts_at + limits.length)
    shift = next((span for span in diary.open if span[0] <= first and last <= span[1]), None)
    if shift is None:
        return Reason.OFF_SHIFT
    if (starts_at - begins_at(shift[0])) % limits.grid:
        return Reason.OFF_GRID
    first -= question.origin
    is_taken = diary.busy & mask(first, first + _cells(limits.length + limits.turnover))
    return Reason.TAKEN if is_taken else None


# --- Gaps ------------------------------------------------------------------------------------------------------------


def find_gaps(questions: Sequence[Question]) -> list[Gap]:
    """The free time that begins with a start on offer, each stretch once, in order of therapist and time.

    A gap ends where the therapist, or the suitable room that is free longest, is taken again, or with the shift. The
    questions share an origin.
    """
    offers = [find_offered(question) for question in questions]
    found: list[Gap] = []
    for therapist_id in sorted({pk for offered in offers for pk in offered}):
        starts = [offered.get(therapist_id, 0) for offered in offers]
        left = any_of(dict(enumerate(starts)))
        while (cell := first_in(left)) is not None:
            candidates = [
                _free_from(cell, therapist_id, question)
                for question, cells in zip(questions, starts, strict=True)
                if cells >> cell & 1
            ]
            end, room_id = max(candidates, key=lambda candidate: candidate[0])
            origin = questions[0].origin
            found.append(Gap(therapist_id, as_interval((origin + cell, origin + end)), room_id))
            left &= ~mask(0, end)
    return found


def find_roomless(questions: Sequence[Question]) -> list[Gap]:
    """The time in which a therapist could give something if there were a room, outside of the gaps."""
    missing: dict[int, int] = {}
    for question in questions:
        if question.rooms is None:
            continue
        with_room, without = find_offered(question), find_offered(replace(question, rooms=None))
        for therapist_id, cells in without.items():
            lacking = stretched(cells & ~with_room[therapist_id], length=_cells(question.limits.length))
            missing[therapist_id] = missing.get(therapist_id, 0) | lacking
    for gap in find_gaps(questions):
        if gap.therapist_id in missing:
            origin = questions[0].origin
            first, last = cell_at(gap.span.start) - origin, cell_at(gap.span.end) - origin
            missing[gap.therapist_id] &= ~mask(first, last)
    return [
        Gap(therapist_id, as_interval((questions[0].origin + first, questions[0].origin + last)), None)
        for therapist_id in sorted(missing)
        for first, last in spans_in(missing[therapist_id])
    ]


# --- Parts -----------------------------------------------------------------------------------------------------------


def _cells(length: timedelta) -> int:
    return length // CELL


def _in_hours(diary: Diary, question: Question) -> int:
    """Where a visit is on the grid and ends within the same open span."""
    if not diary.open:
        return 0
    limits = question.limits
    starts = _grid_starts(diary.open, length=_cells(limits.length), step=_cells(limits.grid))
    shift = diary.open[0][0] - question.origin
    return starts << shift if shift >= 0 else starts >> -shift


@lru_cache(maxsize=256)
def _grid_starts(opened: tuple[Span, ...], *, length: int, step: int) -> int:
    """The grid is counted from the start of each open span, so that a shift at 9:10 offers 9:10, 9:25, ...

    As a mask from the first open cell. The same hours are asked about again and again, so the last few are remembered.
    """
    starts = 0
    for first, last in opened:
        if last - first >= length:
            starts |= every(step, (last - first - length) // step + 1) << first - opened[0][0]
    return starts


def _free_for_a_visit(room: RoomDiary, question: Question) -> int:
    """Where the room is free from, for a visit with its turnover: as a negative number, all cells but those taken."""
    return ~whence_met(room.busy, length=_cells(question.limits.length + question.limits.turnover))


def _with_a_room(question: Question) -> int:
    """Where some suitable room is free for a visit with its turnover; all cells where the location has no rooms."""
    free = 0
    for room in question.rooms or ():
        free |= _free_for_a_visit(room, question)
    return free


def _rooms_taken(question: Question, *, wanted: int) -> dict[int, int]:
    """For each cell in `wanted` the first room that is free, by id."""
    room_at: dict[int, int] = {}
    for room in question.rooms or ():
        if not wanted:
            break
        mine = wanted & _free_for_a_visit(room, question)
        wanted &= ~mine
        room_at.update(dict.fromkeys(each_in(mine), room.room_id))
    return room_at


def _free_from(cell: int, therapist_id: int, question: Question) -> tuple[int, int | None]:
    """Until when therapist and room are free together from a start on offer, and the room that is free longest."""
    diary = next(diary for diary in question.diaries if diary.therapist_id == therapist_id)
    here = question.origin + cell
    end = next(last for first, last in diary.open if first <= here < last) - question.origin
    end = _free_until(diary.busy, cell, end)
    if question.rooms is None:
        return end, None
    taken = mask(cell, cell + _cells(question.limits.length + question.limits.turnover))
    free = [(_free_until(room.busy, cell, end), room.room_id) for room in question.rooms if not room.busy & taken]
    return max(free, key=lambda room: room[0])


def _free_until(busy: int, cell: int, end: int) -> int:
    taken = first_in(busy >> cell)
    return end if taken is None else min(end, cell + taken)
