"""Whether a visit still fits where it is: the same facts that decide which starts are on offer, asked about one visit.

All times are UTC; intervals are half-open. No Django, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.intervals import Interval, contains, overlaps


class Why(StrEnum):
    """What a visit lacks. The first that is true is named."""

    PLACE = "place"
    LEFT = "left"
    TREATMENT = "treatment"
    SKILL = "skill"
    CLOSED = "closed"
    TIME_OFF = "time_off"
    HOURS = "hours"
    ROOM = "room"


@dataclass(frozen=True)
class Ground:
    """What a visit rests on. `hours` are the therapist's hours of that day at that place, before closures and time off."""

    place_is_open: bool
    works_here: bool
    is_offered: bool
    has_skill: bool
    closures: Sequence[Interval]
    time_off: Sequence[Interval]
    hours: Sequence[Interval]
    room_suits: bool


def why_unfit(visit: Interval, ground: Ground) -> Why | None:
    """Why `visit` (without its turnover) could not be given where it is; None where it fits."""
    lacks = {
        Why.PLACE: not ground.place_is_open,
        Why.LEFT: not ground.works_here,
        Why.TREATMENT: not ground.is_offered,
        Why.SKILL: not ground.has_skill,
        Why.CLOSED: any(overlaps(visit, span) for span in ground.closures),
        Why.TIME_OFF: any(overlaps(visit, span) for span in ground.time_off),
        Why.HOURS: not any(contains(span, visit) for span in ground.hours),
        Why.ROOM: not ground.room_suits,
    }
    return next((why for why in Why if lacks[why]), None)
