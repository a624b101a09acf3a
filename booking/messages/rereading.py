"""What a message is about, read again and judged immediately before the hand-off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models.functions import Lower

from booking.messages import content, floods, reasons, trial
from booking.messages.corrections import find_waiting
from booking.messages.day_list import visits_of_day
from booking.messages.kinds import KINDS, About, To
from booking.messages.policy import quiet_hours
from booking.messages.relevance import (
    SEND,
    Verdict,
    judge_account_mail,
    judge_case_mail,
    judge_day_list,
    judge_forgotten_mail,
    judge_invitation_mail,
    judge_links_mail,
    judge_trial,
    judge_visit_mail,
)
from booking.messages.stops import AskGate, was_told
from booking.messages.to_staff import is_wanted
from booking.models import OPEN, Appointment, Case, Invitation, Message
from services import facts
from services.models import ClinicPolicy


class CannotBeJudged(Exception):
    """This kind of mail is unknown, or what it is about is gone. `str()` says which, for the log."""


@dataclass(frozen=True)
class Judged:
    """The verdict on a mail, to whom it goes, and how to write it from what was just read. `visit` is locked."""

    verdict: Verdict
    recipient: str
    write: Callable[[], EmailMessage]
    visit: Appointment | None = None


@dataclass(frozen=True)
class Desk:
    """What is read once for many mails: the policy, the time, and per visit the reminders that are due together.

    `waits_behind`: by visit, until when a mail about it waits for an undo. A step that comes later is another version
    of the visit, of which no claimed mail tells.

    `counted`: the ids of the mails that count towards how many one address gets a day.
    `ask_gate` is the question of the floor above.
    """

    policy: ClinicPolicy
    now: datetime
    ask_gate: AskGate
    due_reminders: Mapping[int, Sequence[Message]]
    waits_behind: Mapping[int, datetime]
    counted: frozenset[int]

    @classmethod
    def of(cls, messages: Sequence[Message], *, policy: ClinicPolicy, ask_gate: AskGate, now: datetime) -> Self:
        return cls(
            policy,
            now,
            ask_gate,
            _due_reminders(messages, now=now),
            find_waiting(messages, now=now),
            floods.find_counted(messages),
        )


def look_again(message: Message, *, desk: Desk) -> Judged:
    """Read what the mail is about under its lock, inside the transaction of the hand-off.

    Raises CannotBeJudged, and whatever else a damaged row leads to.
    """
    kind = KINDS.get(message.kind)
    if kind is None:
        raise CannotBeJudged("nobody knows this kind of mail")
    return _LOOKS[kind.about](message, desk)


def _look_at_visit(message: Message, desk: Desk) -> Judged:
    locked = Appointment.objects.select_for_update(of=("self",)).filter(pk=message.appointment_id or 0).order_by()
    visit = next(iter(locked.select_related("treatment", "client")), None)
    if visit is None:
        raise CannotBeJudged("its visit is not there")
    visit.reread_client()
    # Names and addresses as they were when this batch began; what the gate asks about is read now.
    facts.fill_in(visit, "therapist", "location")
    to_booker = KINDS[message.kind].to is To.BOOKER
    verdict = judge_visit_mail(
        message=message,
        visit=visit,
        quiet=quiet_hours(desk.policy),
        due_reminders=desk.due_reminders.get(visit.pk, ()),
        waits_behind=desk.waits_behind.get(visit.pk),
        is_stopped=lambda: desk.ask_gate(visit, desk.now),
        was_told=lambda: was_told(visit, before=message),
        now=desk.now,
    )

    if verdict == SEND and message.account_id is not None and not is_wanted(message, visit=visit):
        verdict = Verdict(reasons.NOT_CHOSEN)

    def write() -> EmailMessage:
        is_late = message.kind == Message.Kind.LATE_CHANGE
        to_staff = content.write_late_mail if is_late else content.write_request_mail
        make = content.write_visit_mail if to_booker else to_staff
        return make(message=message, visit=visit, policy=desk.policy, now=desk.now)

    return Judged(verdict, visit.booker_email if to_booker else message.recipient, write, visit)


def _look_at_case(message: Message, desk: Desk) -> Judged:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=message.case_id or 0).order_by().first()
    if case is None:
        raise CannotBeJudged("its case is not there")

    def write() -> EmailMessage:
        return content.write_case_mail(message=message, policy=desk.policy, now=desk.now)

    verdict = judge_case_mail(message=message, case=case)
    if verdict == SEND and message.account_id is not None and not is_wanted(message, visit=None):
        verdict = Verdict(reasons.NOT_CHOSEN)
    return Judged(verdict, message.recipient, write)


def _look_at_day(message: Message, desk: Desk) -> Judged:
    location, day = message.location, message.on_date
    if location is None or day is None:
        raise CannotBeJudged("its day or place is not there")
    visits = list(visits_of_day(location=location, day=day))

    def write() -> EmailMessage:
        return content.write_day_list(message=message, visits=visits, policy=desk.policy, now=desk.now)

    verdict = judge_day_list(message=message, zone=location.zone, now=desk.now)
    return Judged(verdict, message.recipient, write)


def _look_at_account(message: Message, desk: Desk) -> Judged:
    if message.kind == Message.Kind.NEW_PASSWORD and message.account_id is None:
        return _look_at_forgotten(message, desk)
    account = User.objects.select_for_update().filter(pk=message.account_id or 0).first()
    if account is None:
        raise CannotBeJudged("its account is not there")

    if message.kind == Message.Kind.TRIAL:
        return _look_at_trial(message, account, desk)

    def write() -> EmailMessage:
        return content.write_password_mail(
            message=message, recipient=message.recipient, accounts=[account], policy=desk.policy, now=desk.now
        )

    verdict = judge_account_mail(message=message, account=account, lasts=_link_lasts(), now=desk.now)
    return Judged(verdict, message.recipient, write)


def _look_at_forgotten(message: Message, desk: Desk) -> Judged:
    """It goes to the address as the accounts have it, never to what was typed: those may differ in more than they show."""
    found = User.objects.select_for_update().filter(email__iexact=message.recipient, is_active=True)
    matching = list(found.exclude(email="").order_by("pk"))
    accounts = [account for account in matching if account.email.lower() == matching[0].email.lower()]
    recipient = accounts[0].email if accounts else message.recipient

    def write() -> EmailMessage:
        return content.write_password_mail(
            message=message, recipient=recipient, accounts=accounts, policy=desk.policy, now=desk.now
        )

    verdict = judge_forgotten_mail(message=message, accounts=accounts, lasts=_link_lasts(), now=desk.now)
    return Judged(verdict, recipient, write)


def _link_lasts() -> timedelta:
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def _look_at_invitation(message: Message, desk: Desk) -> Judged:
    invitation = Invitation.objects.select_for_update().filter(email=message.recipient).first()

    def write() -> EmailMessage:
        assert invitation is not None, "it is only written where there is one"
        return content.write_invitation_mail(message=message, invitation=invitation, policy=desk.policy, now=desk.now)

    verdict = judge_invitation_mail(message=message, invitation=invitation, now=desk.now)
    return Judged(verdict, message.recipient, write)


def _look_at_trial(message: Message, account: User, desk: Desk) -> Judged:
    told = trial.read_told(message)
    visit = trial.make_up_visit(starts_at=told.starts_at, now=desk.now) if told else None

    def write() -> EmailMessage:
        if told is None or visit is None:
            return content.write_trial_mail(message=message, policy=desk.policy, now=desk.now)
        return content.write_trial_of_visit(message=message, told=told, visit=visit, policy=desk.policy, now=desk.now)

    verdict = judge_trial(message=message, account=account, is_told=told is not None, has_visit=visit is not None)
    return Judged(verdict, message.recipient, write)


def _look_at_address(message: Message, desk: Desk) -> Judged:
    """It goes to the address as the visits have it, never to what was typed: those may differ in more than they show."""
    mine = Appointment.objects.annotate(email=Lower("booker_email")).filter(email=message.recipient.lower())
    coming = mine.filter(state__in=OPEN, starts_at__gt=desk.now).exclude(booker_email="")
    found = list(coming.select_for_update(of=("self",)).select_related("treatment", "client").order_by("pk"))
    for visit in found:
        facts.fill_in(visit, "therapist", "location")
    visits = sorted(
        (visit for visit in found if not desk.ask_gate(visit, desk.now)), key=lambda visit: (visit.starts_at, visit.pk)
    )
    recipient = visits[0].booker_email if visits else message.recipient

    def write() -> EmailMessage:
        return content.write_links_mail(
            message=message, recipient=recipient, visits=visits, policy=desk.policy, now=desk.now
        )

    return Judged(judge_links_mail(message=message, visits=visits), recipient, write)


_LOOKS: dict[About, Callable[[Message, Desk], Judged]] = {
    About.VISIT: _look_at_visit,
    About.CASE: _look_at_case,
    About.DAY: _look_at_day,
    About.ACCOUNT: _look_at_account,
    About.ADDRESS: _look_at_address,
    About.INVITATION: _look_at_invitation,
}


def _due_reminders(messages: Sequence[Message], *, now: datetime) -> dict[int, list[Message]]:
    """Of the visits that `messages` remind of. When a reminder falls due never changes, so this may be read before."""
    visit_ids = {one.appointment_id for one in messages if one.kind == Message.Kind.REMINDER and one.appointment_id}
    found: dict[int, list[Message]] = {}
    if visit_ids:
        reminders = Message.objects.filter(appointment_id__in=visit_ids, kind=Message.Kind.REMINDER, due_at__lte=now)
        for reminder in reminders.exclude(state=Message.State.SUPPRESSED):
            found.setdefault(reminder.appointment_id or 0, []).append(reminder)
    return found
