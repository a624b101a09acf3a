"""Is this mail still true? Asked for each mail immediately before it is handed over. Reads nothing, writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.messages import reasons
from booking.messages.plan import QuietHours, is_too_late, next_allowed
from booking.models import Appointment, Case, Message, State

Kind = Message.Kind

# In which states of the visit a mail says the truth.
TRUE_IN: dict[str, tuple[State, ...]] = {
    Kind.BOOKED: (State.BOOKED,),
    Kind.REQUESTED: (State.REQUESTED,),
    Kind.MOVED: (State.BOOKED, State.REQUESTED),
    Kind.CANCELLED: (State.CANCELLING, State.CANCELLED),
    Kind.RESTORED: (State.BOOKED, State.REQUESTED),
    Kind.REMINDER: (State.BOOKED,),
    Kind.CONFIRMED: (State.BOOKED,),
    Kind.DECLINED: (State.CANCELLED,),
    Kind.RAN_OUT: (State.CANCELLED,),
    Kind.FORM_MISSING: (State.BOOKED, State.REQUESTED),
    Kind.CHOOSE_AGAIN: (State.BOOKED, State.REQUESTED),
}
# That a visit will not take place is worth knowing at any time.
WORTH_KNOWING_LATE = (Kind.CANCELLED, Kind.DECLINED, Kind.RAN_OUT)
OPEN_CASE_STATES = (Case.State.OPEN, Case.State.CALLED)


@dataclass(frozen=True)
class Verdict:
    """`reason` empty: send it. `wait_until`: not now, but then; else it is never to be sent."""

    reason: str = ""
    wait_until: datetime | None = None


SEND = Verdict()


def judge_visit_mail(
    *, message: Message, visit: Appointment, quiet: QuietHours, due_reminders: Iterable[Message], now: datetime
) -> Verdict:
    """`due_reminders`: those of the same visit that have fallen due by now, this one among them."""
    if message.version != visit.version:
        return Verdict(reasons.SUPERSEDED)
    if visit.state not in TRUE_IN[message.kind]:
        return Verdict(reasons.NOT_SO)
    if now >= visit.starts_at and message.kind not in WORTH_KNOWING_LATE:
        return Verdict(reasons.BEGUN)
    if not visit.booker_email:
        return Verdict(reasons.NO_ADDRESS)
    if message.kind == Kind.REMINDER:
        return _judge_reminder(message, visit, quiet=quiet, due_reminders=due_reminders, now=now)
    return SEND


def judge_case_mail(*, message: Message, case: Case) -> Verdict:
    """Staff need no mail about what is no longer open."""
    if case.state not in OPEN_CASE_STATES:
        return Verdict(reasons.CASE_SETTLED)
    return SEND if message.recipient else Verdict(reasons.NO_ADDRESS)


def judge_day_list(*, message: Message, zone: ZoneInfo, now: datetime) -> Verdict:
    """Yesterday's list helps nobody."""
    if message.on_date != now.astimezone(zone).date():
        return Verdict(reasons.DAY_OVER)
    return SEND if message.recipient else Verdict(reasons.NO_ADDRESS)


def _judge_reminder(
    message: Message, visit: Appointment, *, quiet: QuietHours, due_reminders: Iterable[Message], now: datetime
) -> Verdict:
    if not visit.wants_reminders:
        return Verdict(reasons.UNWANTED)
    if message.only_unconfirmed and visit.confirmed_at is not None:
        return Verdict(reasons.CONFIRMED)
    if any(_replaces(other, message, visit) for other in due_reminders):
        return Verdict(reasons.LATER_REMINDER)
    # The sweep may come late: what was due by day must not go out by night.
    allowed_at = next_allowed(now, zone=ZoneInfo(visit.time_zone), quiet=quiet)
    if is_too_late(allowed_at, starts_at=visit.starts_at):
        return Verdict(reasons.TOO_LATE)
    if allowed_at > now:
        return Verdict(reasons.QUIET, wait_until=allowed_at)
    return SEND


def _replaces(other: Message, message: Message, visit: Appointment) -> bool:
    """After a long outage a visit's reminders are due together; then only the last one that still holds is sent."""
    is_later = (other.due_at, other.pk) > (message.due_at, message.pk)
    holds = not other.only_unconfirmed or visit.confirmed_at is None
    return is_later and holds and other.version == visit.version
