"""The card of one visit on the board: when and where, who comes, and what needs attention, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from booking.intake.findings import Findings
from booking.intake.stops import Shelf, Stop
from booking.models import Appointment, State
from booking.rules.levels import Level
from booking.scheduling.states import MOVABLE
from booking.scheduling.stranding import is_waiting
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_time, local_date, promised_time
from clinic.panel.day.shown import Badge, Place, VisitBlock
from clinic.panel.stranded import say_why
from clinic.panel.visit.words import STOP_BADGES
from services.models import Treatment

# What ends by itself says when.
UNTIL = {State.HELD: _lazy("Held until %(time)s"), State.CANCELLING: _lazy("Cancelling until %(time)s")}
LATE_STEP = timedelta(minutes=5)
# Nobody writes "1th": by the last digits of a number.
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


class Clock:
    """The times of a day in words. Many visits begin and end together, so each is worked out once."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.time = cache(partial(format_time, wall=wall))
        self.span = cache(
            lambda start, end: _("%(start)s to %(end)s") % {"start": self.time(start), "end": self.time(end)}
        )


@dataclass(frozen=True)
class Known:
    """What the cards of one board are written from, beside their visits. `sees_contacts`: whoever looks may read phones."""

    clock: Clock
    now: datetime
    stops: Mapping[int, Stop]
    shelf: Shelf
    therapists: Mapping[int, str]
    sees_contacts: bool


def draw_card(visit: Appointment, *, place: Place, turnover: Place | None, known: Known) -> VisitBlock:
    """`visit` with its parts, and with what `clinic.panel.day.board` annotates."""
    clock = known.clock
    return VisitBlock(
        place=place,
        turnover=turnover,
        reference=visit.reference,
        starts_at=visit.starts_at,
        last_event=visit.last_event,  # type: ignore[attr-defined]  # annotated by the loader
        state=visit.state,
        state_word=_state_word(visit, clock),
        time=clock.time(visit.starts_at),
        ends=clock.time(visit.ends_at),
        span=clock.span(visit.starts_at, visit.ends_at),
        name=visit.client.name if visit.client else "",
        is_new=bool(visit.client_id) and not visit.earlier,  # type: ignore[attr-defined]  # annotated, too
        phone=_phone(visit.booker_phone, visit.location.country) if known.sees_contacts else "",
        past=_past(visit, known.therapists),
        treatment=visit.treatment.name_for_staff,
        mark=visit.treatment.key if visit.treatment.key in Treatment.Kind.values else "other",
        minutes=visit.minutes,
        room=visit.room.name if visit.room else "",
        badges=tuple(_badges(visit, known)),
    )


@lru_cache(maxsize=4096)
def _phone(typed: str, country: str) -> str:
    """Remembered: reading a number costs more than the rest of its card."""
    return format_phone(typed, country=country)


def _past(visit: Appointment, therapists: Mapping[int, str]) -> str:
    """ "4th visit, last 5 November with Tom"; empty for a first one."""
    earlier = visit.earlier  # type: ignore[attr-defined]  # annotated
    if not earlier or visit.last_at is None:  # type: ignore[attr-defined]
        return ""
    last = local_date(visit.last_at, visit.zone)  # type: ignore[attr-defined]
    is_this_year = last.year == local_date(visit.starts_at, visit.zone).year
    return _("%(number)s visit, last %(day)s with %(name)s") % {
        "number": _ordinal(earlier + 1),
        "day": date_format(last, "j F" if is_this_year else "j F Y"),
        "name": therapists.get(visit.last_with, ""),  # type: ignore[attr-defined]
    }


def _ordinal(number: int) -> str:
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else _ENDINGS.get(number % 10, 'th')}"


def _state_word(visit: Appointment, clock: Clock) -> str:
    if visit.state == State.BOOKED:
        return ""
    if visit.state in UNTIL and visit.deadline_at is not None:
        return UNTIL[State(visit.state)] % {"time": clock.time(visit.deadline_at)}
    if visit.state == State.ARRIVED and visit.arrived_at:  # type: ignore[attr-defined]  # annotated by the loader
        return _("Arrived %(time)s") % {"time": clock.time(visit.arrived_at)}  # type: ignore[attr-defined]
    return {State.COMPLETED: _("Done"), State.NO_SHOW: _("No-show")}.get(
        State(visit.state), str(visit.get_state_display()).capitalize()
    )


def _badges(visit: Appointment, known: Known) -> Iterable[Badge]:
    if visit.wall_time_lost_at is not None and visit.state in MOVABLE:
        yield Badge("task", _("Promised for %(time)s") % {"time": promised_time(visit)})
    if (why := visit.stranded) and is_waiting(visit, now=known.now):  # type: ignore[attr-defined]  # annotated, too
        asked = _("Asked, no reply yet") if visit.was_asked else _("Needs new time")  # type: ignore[attr-defined]
        yield Badge("new-time", _("Needs a new time: %(why)s") % {"why": say_why(why, visit)}, short=asked)
    if stop := known.stops.get(visit.pk):
        yield Badge("stop", str(STOP_BADGES[stop]))
    if careful := _careful(visit, known.shelf):
        yield careful
    if visit.intake is None and visit.state != State.HELD:
        yield Badge("form", _("Form missing"), short=_("No form"))
    if visit.state == State.REQUESTED and visit.deadline_at is not None:
        yield Badge("task", _("Confirm by %(time)s") % {"time": known.clock.time(visit.deadline_at)})
    if visit.has_open_points:  # type: ignore[attr-defined]  # annotated, too
        yield Badge("plain", _("To settle first"))
    if visit.has_lines:  # type: ignore[attr-defined]  # annotated, too
        yield Badge("plain", _("Staff line"))
    yield from _quiet(visit, known.now)


def _quiet(visit: Appointment, now: datetime) -> Iterable[Badge]:
    if visit.state == State.BOOKED and visit.starts_at < now:
        yield Badge("quiet", _say_late(visit, now))
    if visit.confirmed_at:
        yield Badge("quiet", _("Confirmed"))


def _say_late(visit: Appointment, now: datetime) -> str:
    """In steps of five minutes, so that the day holds for as long; once the visit would be over nobody counts."""
    minutes = (now - visit.starts_at) // LATE_STEP * 5
    return _("Late, %(minutes)s min") % {"minutes": minutes} if minutes and now < visit.ends_at else _("Late")


def late_turns(visit: Appointment, now: datetime) -> datetime:
    """When a visit that is booked is next said to be late, or later than before."""
    if now < visit.starts_at:
        return visit.starts_at
    return visit.starts_at + ((now - visit.starts_at) // LATE_STEP + 1) * LATE_STEP


def _careful(visit: Appointment, shelf: Shelf) -> Badge | None:
    """Where not to press, by the latest decision on the visit's form; never why. The first place, and how many more."""
    decision = shelf.decisions.get(visit.intake_id or 0)
    if decision is None:
        return None
    findings = Findings.of(decision)
    cautions = sum(reason.level == Level.CAUTION for reason in findings.reasons)
    if not cautions:
        return None
    short = ngettext("Careful: %(count)s", "Careful: %(count)s", cautions) % {"count": cautions}
    if not findings.avoid:
        return Badge("careful", short, short=short, number=cautions)
    words = _("%(region)s: avoid") % {"region": capfirst(findings.avoid[0])}
    more = max(cautions, len(findings.avoid)) - 1
    return Badge("careful", f"{words} +{more}" if more else words, short=short, number=cautions)
