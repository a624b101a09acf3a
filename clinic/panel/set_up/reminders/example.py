"""What a list of reminders does to one visit: planned by the same function as the reminders of every visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.messages.plan import Line, QuietHours, Reminder, first_instant_at, plan_reminders
from booking.messages.trial import Told
from booking.models import Message
from booking.wording.times import Wall, format_moment, format_time, local_date

NEXT_WEEK, EARLY, SOON = "next-week", "early", "soon"
VISITS = {
    NEXT_WEEK: gettext_lazy("Booked today for next Thursday, in the afternoon"),
    EARLY: gettext_lazy("Booked today for next Thursday, early in the morning"),
    SOON: gettext_lazy("Booked 2 hours before"),
}
AFTERNOON, MORNING = time(14, 30), time(8, 30)
THURSDAY = 4
LEAST_DAYS = 4  # so that a week's reminders have room
BOOKED_BEFORE = timedelta(hours=2)


@dataclass(frozen=True)
class Visit:
    booked_at: datetime
    starts_at: datetime


@dataclass(frozen=True)
class Moment:
    """One line of the example. `look`: sent, perhaps, not, or a moment without a mail."""

    when: str
    what: str
    look: str
    note: str = ""


@dataclass(frozen=True)
class Example:
    """`said` counts what goes out; `warnings` are about lines by their number."""

    about: str
    moments: tuple[Moment, ...]
    said: str
    warnings: tuple[str, ...]


def visit_of(which: str, *, wall: Wall, now: datetime) -> Visit:
    """The made-up visit of that name, UTC; the first one for a name that is none."""
    day = local_date(now, wall.zone) + timedelta(days=LEAST_DAYS)
    day += timedelta(days=(THURSDAY - day.isoweekday()) % 7)
    clock = MORNING if which == EARLY else AFTERNOON
    starts_at = first_instant_at(datetime.combine(day, clock), wall.zone)
    booked_at = now.replace(second=0, microsecond=0).astimezone(UTC)
    return Visit(starts_at - BOOKED_BEFORE if which == SOON else booked_at, starts_at)


def describe_example(lines: Sequence[Line], *, quiet: QuietHours, visit: Visit, free_hours: int, wall: Wall) -> Example:
    """What the booker of `visit` gets, in the order of time. `free_hours`: until when before it changes are free."""
    reminders = _plan(lines, quiet=quiet, visit=visit, wall=wall)
    free_until = visit.starts_at - timedelta(hours=free_hours)
    moments = [(visit.booked_at, 0, _("Booked. The confirmation goes out."), "sent", "")]
    moments += [(one.due_at, 2, *_say(one, wall)) for one in reminders]
    moments.append((visit.starts_at, 3, _("The visit"), "moment", ""))
    if free_until > visit.booked_at:
        moments.append((free_until, 1, _("Until now free to move or cancel"), "moment", ""))
    return Example(
        about=_("Booked on %(booked)s for %(start)s.")
        % {"booked": format_moment(visit.booked_at, wall), "start": format_moment(visit.starts_at, wall)},
        moments=tuple(
            Moment(format_moment(at, wall), what, look, note) for at, _order, what, look, note in sorted(moments)
        ),
        said=_count(reminders),
        warnings=tuple(_warn(lines, reminders, visit=visit, free_until=free_until, wall=wall, quiet=quiet)),
    )


def mails_of(lines: Sequence[Line], *, quiet: QuietHours, visit: Visit, wall: Wall) -> list[Told]:
    """What goes out to the booker of `visit`, who confirms nothing, in the order of time."""
    reminders = [one for one in _plan(lines, quiet=quiet, visit=visit, wall=wall) if not one.is_pointless]
    return [
        Told(Message.Kind.BOOKED, visit.starts_at, visit.booked_at),
        *(Told(Message.Kind.REMINDER, visit.starts_at, one.due_at) for one in reminders),
    ]


def _plan(lines: Sequence[Line], *, quiet: QuietHours, visit: Visit, wall: Wall) -> list[Reminder]:
    return plan_reminders(
        starts_at=visit.starts_at,
        zone=wall.zone,
        offsets=[line.offset for line in lines if line.is_on],
        quiet=quiet,
        booked_at=visit.booked_at,
    )


def _say(reminder: Reminder, wall: Wall) -> tuple[str, str, str]:
    if reminder.is_pointless:
        return (
            _("No reminder: the hours without email last too long."),
            "not",
            _("It was for %(time)s.") % {"time": format_time(reminder.defined_at, wall)},
        )
    moved = (
        _("Not at %(time)s: no email then.") % {"time": format_time(reminder.defined_at, wall)}
        if reminder.due_at != reminder.defined_at
        else ""
    )
    if reminder.only_unconfirmed:
        return _("Reminder, if not confirmed yet"), "perhaps", moved
    return _("Reminder"), "sent", moved


def _count(reminders: Sequence[Reminder]) -> str:
    sent = [one for one in reminders if not one.is_pointless]
    if not sent:
        return _("Only the confirmation, and no reminder.")
    return ngettext(
        "The confirmation and at most %(count)s reminder.",
        "The confirmation and at most %(count)s reminders.",
        len(sent),
    ) % {"count": len(sent)}


def _warn(
    lines: Sequence[Line],
    reminders: Sequence[Reminder],
    *,
    visit: Visit,
    free_until: datetime,
    wall: Wall,
    quiet: QuietHours,
) -> list[str]:
    planned = {one.key: one for one in reminders}
    found = []
    if quiet.begins == quiet.ends:
        found.append(_("Both times are the same, so emails go out at any hour."))
    for number, line in enumerate(lines, start=1):
        if not line.is_on or line.offset.instant(starts_at=visit.starts_at, zone=wall.zone) <= visit.booked_at:
            continue
        reminder = planned.get(line.offset.key)
        if reminder is None:
            found.append(_("Line %(line)s goes out together with another line: clients get one.") % {"line": number})
    sent = [one.due_at for one in reminders if not one.is_pointless]
    if free_until > visit.booked_at and sent and min(sent) >= free_until:
        found.append(_("The first reminder goes out after the last moment to cancel for free."))
    return found
