"""The box that stands first on a visit: what to be careful about, what was written, and what is to be settled."""

from dataclasses import dataclass
from datetime import datetime

from booking.models import Appointment
from booking.people.desk_lines import lines_of
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.visit.cautions import Cautions, describe_cautions
from clinic.panel.visit.open_points import Concern, OpenPoint, list_concerns


@dataclass(frozen=True)
class Careful:
    """The box of what to be careful about. `look` is its class in the stylesheet."""

    look: str
    is_form_missing: bool
    is_form_too_old: bool
    cautions: Cautions | None
    has_nothing: bool
    concerns: tuple[Concern, ...]
    lines: tuple[str, ...]
    points: tuple[OpenPoint, ...]


def describe_careful(
    member: Member, found: Appointment, points: list[OpenPoint], now: datetime, *, needs_form: bool
) -> Careful | None:
    """None for somebody who may not see it. `points` as `list_points` gives them."""
    if not may(member, Right.SEE_RESTRICTIONS, visit=found):
        return None
    cautions, concerns = describe_cautions(member, found, now), list_concerns(member, found)
    lines = tuple(one.text for one in lines_of(found.client)) if found.client else ()
    has_nothing = bool(cautions and cautions.is_nothing and not points and not concerns and not lines)
    return Careful(
        look=_look(found, cautions, has_nothing=has_nothing),
        is_form_missing=found.intake is None,
        is_form_too_old=needs_form and found.intake is not None,
        cautions=cautions,
        has_nothing=has_nothing,
        concerns=tuple(concerns),
        lines=lines,
        points=tuple(points),
    )


def _look(found: Appointment, cautions: Cautions | None, *, has_nothing: bool) -> str:
    if cautions and cautions.is_stop:
        return "side-stop"
    if found.intake is None:
        return "side-form"
    return "" if has_nothing else "side-caution"
