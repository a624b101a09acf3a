"""Why a time can't be had, in words: one sentence for clients, one for staff, who may know more."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.scheduling.availability import Reason
from booking.scheduling.search import Wish
from booking.wording.prices import format_treatment
from booking.wording.times import Wall, format_near, format_time
from services import catalogue


@dataclass(frozen=True)
class Sentences:
    """What is said of one refused time."""

    for_client: str
    for_staff: str


def say(reason: Reason, *, starts_at: datetime, wish: Wish, near: datetime | None = None) -> Sentences:
    """The sentences for `starts_at` (UTC), by the clock of the place; with the day as it is said at `near`."""
    wall = Wall.of_place(wish.location)
    words = {
        "time": format_near(starts_at, wall, now=near) if near else format_time(starts_at, wall),
        "who": catalogue.name_of(therapist_id=wish.therapist_id) if wish.therapist_id else "",
        "treatment": wish.treatment.name,
        "what": format_treatment(wish.treatment.name, wish.minutes),
    }
    for_client, for_staff = _templates(is_anyone=wish.therapist_id is None)[reason]
    return Sentences(for_client % words, for_staff % words)


def _templates(*, is_anyone: bool) -> dict[Reason, tuple[str, str]]:
    """Looked up when they are said, in the language of the request."""
    passed = _("%(time)s has passed.")
    no_skill = _("Nobody here gives %(treatment)s.") if is_anyone else _("%(who)s does not give %(treatment)s.")
    off_shift = (
        _("Nobody who gives %(treatment)s works through a visit at %(time)s.")
        if is_anyone
        else _("%(who)s does not work through a visit at %(time)s.")
    )
    taken = (
        _("Everybody who gives %(treatment)s is taken at %(time)s.")
        if is_anyone
        else _("%(who)s is taken at %(time)s.")
    )
    no_room = _("No room that suits %(treatment)s is free at %(time)s.")
    not_offered = _("%(what)s, is not on offer on that day.")
    off_grid = _("%(time)s is not one of our starting times.")
    not_open = _("Nothing can be booked online just now. Please call us.")
    return {
        Reason.NOT_OPEN: (not_open, not_open),
        Reason.PAST: (passed, passed),
        Reason.TOO_SOON: (_("%(time)s is too soon to book online. Please call us."), _("%(time)s is too soon.")),
        Reason.TOO_FAR: (
            _("%(time)s is further ahead than we take bookings."),
            _("%(time)s is further ahead than visits can be booked."),
        ),
        Reason.NOT_OFFERED: (not_offered, not_offered),
        Reason.WRONG_SKILL: (no_skill, no_skill),
        Reason.OFF_SHIFT: (_("%(time)s is outside our working hours."), off_shift),
        Reason.OFF_GRID: (off_grid, off_grid),
        Reason.TAKEN: (_("%(time)s has just been taken."), taken),
        Reason.NO_ROOM: (_("No room is free at %(time)s."), no_room),
        Reason.CLIENT_BUSY: (_("You already have a visit then."), _("This person already has a visit then.")),
    }
