"""Is this mail still true? Asked for each mail immediately before it is handed over. Reads nothing, writes nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from booking.links import INVITATION_LASTS
from booking.messages import reasons
from booking.messages.corrections import is_taken_back
from booking.messages.kinds import KINDS, To
from booking.messages.plan import REQUEST_WARNING, QuietHours, is_too_late, next_allowed
from booking.models import Appointment, Case, Invitation, Message


@dataclass(frozen=True)
class Verdict:
    """`reason` empty: send it. `wait_until`: not now, but then; else it is never to be sent."""

    reason: str = ""
    wait_until: datetime | None = None


SEND = Verdict()


def judge_visit_mail(
    *,
    message: Message,
    visit: Appointment,
    quiet: QuietHours,
    due_reminders: Iterable[Message],
    waits_behind: datetime | None = None,
    is_stopped: Callable[[], bool],
    was_told: Callable[[], bool],
    now: datetime,
) -> Verdict:
    """`due_reminders`: those of the same visit that have fallen due by now, this one among them.

    `waits_behind`: until when a mail about a step by staff waits for an undo. Nothing else tells of the visit before.

    `is_stopped`: whether the gate would stop the visit; `was_told`: whether the booker has heard of that before. Both
    are asked last, and only where it matters.
    """
    kind = KINDS[message.kind]
    is_question = message.kind == Message.Kind.STOPPED
    verdict = _judge_visit(message, visit, is_question=is_question, now=now)
    if verdict != SEND:
        return verdict
    if waits_behind is not None and message.known is None and kind.to is To.BOOKER:
        return Verdict(reasons.BEHIND, wait_until=waits_behind)
    if is_question:
        return _judge_stop(visit, is_stopped=is_stopped, was_told=was_told)
    if message.kind == Message.Kind.REQUEST_ENDS:
        return _judge_request(visit, now=now)
    if kind.is_reminder:
        verdict = _judge_reminder(message, visit, quiet=quiet, due_reminders=due_reminders, now=now)
    if verdict == SEND and kind.invites and is_stopped():
        return Verdict(reasons.STOPPED)
    return verdict


def judge_case_mail(*, message: Message, case: Case) -> Verdict:
    """Staff need no mail about what is no longer open."""
    if case.state not in KINDS[message.kind].true_in:
        return Verdict(reasons.CASE_SETTLED)
    return SEND if message.recipient else Verdict(reasons.NO_ADDRESS)


def judge_day_list(*, message: Message, zone: ZoneInfo, now: datetime) -> Verdict:
    """Yesterday's list helps nobody."""
    if message.on_date != now.astimezone(zone).date():
        return Verdict(reasons.DAY_OVER)
    return SEND if message.recipient else Verdict(reasons.NO_ADDRESS)


def judge_account_mail(*, message: Message, account: User, lasts: timedelta, now: datetime) -> Verdict:
    """A link for a new password goes to whoever asked for it, while they wait for it."""
    if not account.is_active or account.email != message.recipient:
        return Verdict(reasons.ACCOUNT_CHANGED)
    return Verdict(reasons.LINK_OVER) if now > message.created_at + lasts else SEND


def judge_forgotten_mail(*, message: Message, accounts: Sequence[User], lasts: timedelta, now: datetime) -> Verdict:
    """`accounts`: those of the address that somebody typed."""
    if not accounts:
        return Verdict(reasons.NO_ACCOUNT)
    return Verdict(reasons.LINK_OVER) if now > message.created_at + lasts else SEND


def judge_invitation_mail(*, message: Message, invitation: Invitation | None, now: datetime) -> Verdict:
    """`invitation`: the open one of this address; none where it was withdrawn, or has led to an account."""
    if invitation is None:
        return Verdict(reasons.INVITATION_OVER)
    if invitation.generation != message.version:
        return Verdict(reasons.NEWER_INVITATION)
    return SEND if now < invitation.sent_at + INVITATION_LASTS else Verdict(reasons.LINK_OVER)


def judge_trial(*, message: Message, account: User, is_told: bool, has_visit: bool) -> Verdict:
    """`is_told`: it tells of a made-up visit, for which there has to be something on offer; to the account alone."""
    if not account.is_active or (is_told and account.email != message.recipient):
        return Verdict(reasons.ACCOUNT_CHANGED)
    return Verdict(reasons.NOTHING_OFFERED) if is_told and not has_visit else SEND


def judge_links_mail(*, message: Message, visits: Sequence[Appointment]) -> Verdict:
    """`visits`: those that may be led to."""
    if not message.recipient:
        return Verdict(reasons.NO_ADDRESS)
    return SEND if visits else Verdict(reasons.NOTHING_COMING)


def _judge_visit(message: Message, visit: Appointment, *, is_question: bool, now: datetime) -> Verdict:
    """What holds for every kind. Whether a visit is stopped is asked for any version, and without an address, too."""
    kind = KINDS[message.kind]
    if message.version != visit.version and not is_question:
        return Verdict(reasons.SUPERSEDED)
    if visit.state not in kind.true_in:
        return Verdict(reasons.NOT_SO)
    if is_taken_back(message, visit):
        return Verdict(reasons.TAKEN_BACK)
    if now >= visit.starts_at and not kind.helps_late:
        return Verdict(reasons.BEGUN)
    recipient = message.recipient if kind.to is To.STAFF else visit.booker_email
    return SEND if recipient or is_question else Verdict(reasons.NO_ADDRESS)


def _judge_request(visit: Appointment, *, now: datetime) -> Verdict:
    """Where the visit was moved without a word, its request ends later than when this was planned."""
    if visit.deadline_at is None:
        return Verdict(reasons.NOT_SO)
    told_at = visit.deadline_at - REQUEST_WARNING
    return SEND if told_at <= now else Verdict(reasons.NOT_YET, wait_until=told_at)


def _judge_stop(visit: Appointment, *, is_stopped: Callable[[], bool], was_told: Callable[[], bool]) -> Verdict:
    if not is_stopped():
        return Verdict(reasons.NOTHING_STOPS)
    if was_told():
        return Verdict(reasons.TOLD)
    return SEND if visit.booker_email else Verdict(reasons.NO_ADDRESS)


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
    allowed_at = next_allowed(now, zone=visit.zone, quiet=quiet)
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
