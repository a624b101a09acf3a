"""What staff may do with a reason: off the grid and outside of hours, but never over others and never past the gate."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from booking.models import Appointment
from booking.scheduling import stranding
from booking.scheduling.appointments.changing import OVERRIDE
from booking.scheduling.appointments.ledger import By
from booking.scheduling.appointments.offering import offered_start
from booking.scheduling.appointments.refusals import NotOnOffer
from booking.scheduling.availability import Reason, StartOnOffer
from booking.scheduling.search import Search, wish_of
from booking.scheduling.starts import why_not_offered
from services.blanks import is_blank

# What a reason outweighs. Everything else binds staff, too.
OUTWEIGHED = frozenset({Reason.OFF_GRID, Reason.OFF_SHIFT})


def start_for_staff(*, search: Search, starts_at: datetime, reason: str) -> tuple[StartOnOffer, Reason | None]:
    """The start, and what `reason` had to outweigh for it; None where it is on offer to everybody.

    Under the locks of its resources, for a named therapist only. Raises SlotTaken where somebody has it, else NotOnOffer.
    """
    try:
        return offered_start(search=search, starts_at=starts_at), None
    except NotOnOffer as refused:
        is_named = search.wish.therapist_id is not None
        if refused.reason not in OUTWEIGHED or is_blank(reason) or not is_named:
            raise
        return offered_start(search=replace(search, off_rota=True), starts_at=starts_at), refused.reason


def start_in_place(*, search: Search, visit: Appointment, takes_back: bool) -> StartOnOffer:
    """The start of `visit` for something else that it becomes there, as `search` says. Under the locks of its resources.

    It may stay off the grid, and outside of hours where it is so already or goes back to what it was (`takes_back`). Raises
    SlotTaken where somebody has the time, else NotOnOffer.
    """
    try:
        return offered_start(search=search, starts_at=visit.starts_at)
    except NotOnOffer as refused:
        was = why_not_offered(
            search=replace(search, wish=wish_of(visit, therapist_id=visit.therapist_id)), starts_at=visit.starts_at
        )
        stays = OUTWEIGHED if takes_back or was is Reason.OFF_SHIFT else {Reason.OFF_GRID}
        if refused.reason not in stays:
            raise
        return offered_start(search=replace(search, off_rota=True), starts_at=visit.starts_at)


def as_override(outweighed: Reason | None) -> dict[str, Any]:
    """What the event says, so that it can be listed."""
    return {} if outweighed is None else {OVERRIDE: outweighed.name.lower()}


def keep_there(visit: Appointment, *, by: By, now: datetime) -> None:
    """Whoever put the visit outside of hours has seen to it: it does not wait for a new time. Under its locks."""
    stranding.look_at(visit, now=now)
    row = stranding.open_row(visit)
    if row is not None:
        stranding.keep(row, by=by.user, now=now)
