"""What a message is about, read again and judged immediately before the hand-off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage

from booking.messages import content
from booking.messages.days import visits_of_day
from booking.messages.policy import quiet_hours
from booking.messages.relevance import Verdict, judge_case_mail, judge_day_list, judge_visit_mail
from booking.models import Appointment, Case, Message
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Errand:
    """The verdict on a mail, to whom it goes, and how to write it from what was just read."""

    verdict: Verdict
    recipient: str
    write: Callable[[], EmailMessage]


@dataclass(frozen=True)
class Desk:
    """What is read once for many mails: the policy, the time, and per visit the reminders that are due together."""

    policy: ClinicPolicy
    now: datetime
    due_reminders: Mapping[int, Sequence[Message]]

    @classmethod
    def of(cls, messages: Sequence[Message], *, policy: ClinicPolicy, now: datetime) -> Self:
        return cls(policy, now, _due_reminders(messages, now=now))


def look_again(message: Message, *, desk: Desk) -> Errand | None:
    """Read what the mail is about under its lock, inside the transaction of the hand-off. None where it is gone."""
    if message.appointment_id is not None:
        return _look_at_visit(message, message.appointment_id, desk=desk)
    if message.case_id is not None:
        return _look_at_case(message, message.case_id, desk=desk)
    return _look_at_day(message, desk=desk)


def _look_at_visit(message: Message, visit_id: int, *, desk: Desk) -> Errand | None:
    locked = Appointment.objects.select_for_update(of=("self",)).filter(pk=visit_id).order_by()
    visit = next(iter(locked.select_related("treatment", "therapist", "location")), None)
    if visit is None:
        return None
    verdict = judge_visit_mail(
        message=message,
        visit=visit,
        quiet=quiet_hours(desk.policy),
        due_reminders=desk.due_reminders.get(visit_id, ()),
        now=desk.now,
    )

    def write() -> EmailMessage:
        return content.write_visit_mail(message=message, visit=visit, policy=desk.policy, now=desk.now)

    return Errand(verdict, visit.booker_email, write)


def _look_at_case(message: Message, case_id: int, *, desk: Desk) -> Errand | None:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).order_by().first()
    if case is None:
        return None

    def write() -> EmailMessage:
        return content.write_case_mail(message=message, policy=desk.policy, now=desk.now)

    return Errand(judge_case_mail(message=message, case=case), message.recipient, write)


def _look_at_day(message: Message, *, desk: Desk) -> Errand | None:
    location, day = message.location, message.on_date
    if location is None or day is None:
        return None
    visits = list(visits_of_day(location=location, day=day))

    def write() -> EmailMessage:
        return content.write_day_list(message=message, visits=visits, policy=desk.policy, now=desk.now)

    verdict = judge_day_list(message=message, zone=ZoneInfo(location.time_zone), now=desk.now)
    return Errand(verdict, message.recipient, write)


def _due_reminders(messages: Sequence[Message], *, now: datetime) -> dict[int, list[Message]]:
    """Of the visits that `messages` remind of. When a reminder falls due never changes, so this may be read before."""
    visit_ids = {one.appointment_id for one in messages if one.kind == Message.Kind.REMINDER and one.appointment_id}
    found: dict[int, list[Message]] = {}
    if visit_ids:
        reminders = Message.objects.filter(appointment_id__in=visit_ids, kind=Message.Kind.REMINDER, due_at__lte=now)
        for reminder in reminders.exclude(state=Message.State.SUPPRESSED):
            found.setdefault(reminder.appointment_id or 0, []).append(reminder)
    return found
