"""What a start would leave of the free time around it, so that the tidiest can be shown first. Pure; see `services.cells`."""

from dataclasses import dataclass
from datetime import timedelta

from booking.scheduling.availability import Question, StartOnOffer
from services.cells import CELL, cell_at, first_in, mask, next_cell


@dataclass(frozen=True)
class Shortest:
    """The shortest visit that could be given in a rest: whole cells."""

    length: timedelta
    turnover: timedelta


def unusable_rest(start: StartOnOffer, question: Question, shortest: Shortest) -> timedelta:
    """How much free time of its therapist beside `start` would be too short for any visit.

    A rest before it, or before the next visit, has to hold the turnover, too; one up to closing need not. What is over by
    the earliest start of `question` is nobody's. Rooms are not looked at: a small rest is the therapist's.
    """
    diary = next(one for one in question.diaries if one.therapist_id == start.therapist_id)
    limits, origin = question.limits, question.origin
    here = cell_at(start.starts_at)
    opens, closes = next((first, last) for first, last in diary.open if first <= here < last)
    first = here - origin
    opens = max(opens, next_cell(limits.earliest)) - origin
    taken_before = diary.busy & mask(opens, first)
    before = first - max(opens, taken_before.bit_length())
    end = first + (limits.length + limits.turnover) // CELL
    until_taken = first_in(diary.busy >> end)
    until_closing = max(0, closes - origin - end)
    length, turnover = shortest.length // CELL, shortest.turnover // CELL
    is_next = until_taken is not None and until_taken < until_closing
    after = until_taken if until_taken is not None and is_next else until_closing
    lost = before if before < length + turnover else 0
    lost += after if after < length + (turnover if is_next else 0) else 0
    return lost * CELL
