"""What is to be mailed, as rows: written in the transaction of the change that they tell of, sent later by a sweep.

Called by the only writers of visits and cases, under their locks. Nothing here talks to a mail server or a broker.
"""

import logging
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import F, Q

from booking.messages import reasons, to_staff
from booking.messages.corrections import (
    TELLS_OF_THE_VISIT,
    Known,
    Step,
    knows_already,
    take_questions_along,
    take_step,
    wait_for_undo,
)
from booking.messages.day_list import visits_of_day
from booking.messages.parking import park
from booking.messages.plan import REQUEST_WARNING, first_instant_at, plan_reminders
from booking.messages.policy import offsets_of, quiet_hours
from booking.messages.rows import make_row, make_visit_row, reminder_prefix
from booking.messages.stops import look_again
from booking.messages.sweep import Sweep, each_sweep, send_due
from booking.models import Appointment, Case, CaseEvent, Invitation, Message, State
from services.models import ClinicPolicy, Location

__all__ = [
    "Sweep",
    "announce",
    "announce_case",
    "ask",
    "each_sweep",
    "leave_unsent",
    "look_again",
    "park",
    "queue_day_lists",
    "queue_forgotten",
    "queue_invitation",
    "queue_links",
    "queue_password_mail",
    "send_again",
    "send_due",
    "send_new_link",
    "set_strangers_aside",
    "tell_new_address",
    "withdraw",
]

logger = logging.getLogger(__name__)

# Staff who get the list of the day later than this have long begun.
DAY_LIST_WINDOW = timedelta(hours=4)


def announce(
    *, appointment: Appointment, kind: Message.Kind | None, now: datetime, before: Known | None = None
) -> None:
    """Queue the mail that tells of a change (None: tell nothing) and plan the reminders of a booked visit again.

    What still waits and is no longer true is suppressed: so two quick changes send one mail. The answer to what a
    client has just done is due at once, also by night. A step by staff comes with the visit as it was `before`: its
    mails wait three minutes, and tell what is news by then, if anything is. No mail where the booker left no address.
    """
    existing = {row.dedupe_key: row for row in Message.objects.filter(appointment=appointment)}
    step = take_step(appointment, before=before, told=existing.values()) if before and kind else None
    prefix = reminder_prefix(appointment, appointment.version)
    planned = {key for key in existing if key.startswith(prefix)}
    is_booked = appointment.state == State.BOOKED
    if existing:
        take_questions_along(appointment, step, existing.values(), now=now)
        _suppress_superseded(appointment, kept=planned if is_booked else set())
    if step is None or not knows_already(step, existing.values()):
        _tell_staff(appointment, kind, existing, now=now)
    rows = to_staff.late_rows(appointment, kind, now=now, known=step.before if step else None)
    if appointment.booker_email and kind is not None:
        told = step.kind(appointment, kind) if step else kind
        rows.append(make_visit_row(appointment, told, _visit_key(appointment, told), due_at=now, now=now))
    if step is not None:
        wait_for_undo(rows, step, now=now)
    if appointment.booker_email and is_booked and planned:
        _revive(planned, now=now)
    elif appointment.booker_email and is_booked:
        rows += _plan_rows(appointment, prefix, again=_unsent(appointment, step, existing.values()), now=now)
    Message.objects.bulk_create(row for row in rows if row.dedupe_key not in existing)


def ask(*, appointment: Appointment, kind: Message.Kind, now: datetime) -> bool:
    """Queue a mail by which staff ask for something, once per version of the visit; false where it was asked before.

    What was withdrawn and never sent is asked again. The visit has an email address.
    """
    asked = Message.objects.filter(appointment=appointment, kind=kind, version=appointment.version)
    if asked.exclude(state=Message.State.SUPPRESSED).exists():
        return False
    if not asked.update(state=Message.State.QUEUED, due_at=now, next_try_at=now, reason=""):
        make_visit_row(appointment, kind, _visit_key(appointment, kind), due_at=now, now=now).save()
    return True


def tell_new_address(*, appointment: Appointment, now: datetime) -> None:
    """The booker's address was corrected: what told the old one of the visit goes to the new one, too.

    A mail that still waits is addressed when it is handed over, so there is nothing to queue then. Once for each
    correction, which has raised the visit's `link_generation`.
    """
    told = Message.objects.filter(appointment=appointment, kind__in=TELLS_OF_THE_VISIT, version=appointment.version)
    waiting = told.filter(state__in=Message.WAITING | {Message.State.CLAIMED}, was_unclear=False)
    if waiting.exists():
        waiting.filter(state=Message.State.DEFERRED).update(next_try_at=now)
        return
    told.filter(state__in=Message.IN_TROUBLE).update(state=Message.State.SUPPRESSED, reason=reasons.SUPERSEDED)
    kind = Message.Kind.REQUESTED if appointment.state == State.REQUESTED else Message.Kind.BOOKED
    key = f"{_visit_key(appointment, kind)}:{appointment.link_generation}"
    make_visit_row(appointment, kind, key, due_at=now, now=now).save()


def send_new_link(*, appointment: Appointment, now: datetime) -> None:
    """Queue the mail with the visit's new link. One that still waits will carry it: a link is written at the hand-off."""
    kind = Message.Kind.NEW_LINK
    waiting = Message.objects.filter(
        appointment=appointment, kind=kind, version=appointment.version, state__in=Message.WAITING, was_unclear=False
    )
    if not waiting.exists():
        key = f"{_visit_key(appointment, kind)}:{appointment.link_generation}"
        make_visit_row(appointment, kind, key, due_at=now, now=now).save()


def withdraw(*, appointment: Appointment, kind: Message.Kind) -> None:
    """What was asked has been answered before the mail went out."""
    waiting = Message.objects.filter(appointment=appointment, kind=kind, state__in=Message.WAITING, was_unclear=False)
    waiting.update(state=Message.State.SUPPRESSED, reason=reasons.ANSWERED)


def announce_case(*, case: Case, now: datetime, event: CaseEvent | None = None) -> None:
    """Tell staff that a case waits; once per case, and once for the event that has opened it again.

    Without an address the row says why nobody was told.
    """
    key = f"case:{case.pk}:{Message.Kind.CASE_OPENED}" + (f":{event.pk}" if event else "")
    recipient = ClinicPolicy.current().contact_email
    row = make_row(Message.Kind.CASE_OPENED, key, recipient=recipient, due_at=now, now=now)
    row.case = case
    if not recipient:
        row.state, row.reason = Message.State.SUPPRESSED, reasons.NO_ADDRESS
    if not Message.objects.filter(dedupe_key=key).exists():
        row.save()
        Message.objects.bulk_create(to_staff.case_rows(case, key, now=now))


def queue_password_mail(*, account: User, now: datetime) -> None:
    """A link for a new password, to the address of the account."""
    key = f"password:{account.pk}:{secrets.token_hex(8)}"
    row = make_row(Message.Kind.NEW_PASSWORD, key, recipient=account.email, due_at=now, now=now)
    row.account = account
    row.save()


def queue_forgotten(*, email: str, now: datetime) -> None:
    """Links for new passwords, asked for by whoever typed an address: which accounts have it is looked up by the sweep."""
    key = f"password:{secrets.token_hex(16)}"
    make_row(Message.Kind.NEW_PASSWORD, key, recipient=email, due_at=now, now=now).save()


def queue_invitation(*, invitation: Invitation, now: datetime) -> None:
    """The link of this generation, to the address of the invitation."""
    key = f"invitation:{invitation.public_id}:{invitation.generation}"
    row = make_row(Message.Kind.INVITATION, key, recipient=invitation.email, due_at=now, now=now)
    row.version = invitation.generation
    row.save()


def queue_links(*, email: str, now: datetime) -> None:
    """The links to the coming visits of an address, whether or not there are any: that is looked up by the sweep."""
    key = f"links:{secrets.token_hex(16)}"
    make_row(Message.Kind.LINKS, key, recipient=email, due_at=now, now=now).save()


def queue_day_lists(*, now: datetime) -> int:
    """When the quiet hours end, once a day and location: the list of the day's visits, where there are any.

    Safe to call at any time and any number of times. Returns how many were queued.
    """
    policy = ClinicPolicy.current()
    if not policy.contact_email:
        return 0
    begins = quiet_hours(policy).ends
    queued = 0
    for location in Location.objects.filter(is_active=True):
        try:
            queued += _queue_day_list(location, policy.contact_email, begins=begins, now=now)
        except (ZoneInfoNotFoundError, ValueError):
            # One place with a zone that nobody knows must not cost the others their list.
            logger.exception("location %s gets no list of the day", location.pk)
    return queued


def send_again(*, message: Message, by: AbstractBaseUser | AnonymousUser, now: datetime) -> bool:
    """Staff send a failed or unclear mail once more, under the same Message-ID; false where it is neither any more.

    Like any other it is looked at again before it goes out. `by` is for the caller's audit trail, not for the row.
    """
    changed = Message.objects.filter(pk=message.pk, state__in=Message.IN_TROUBLE).update(
        state=Message.State.QUEUED, next_try_at=now, attempts=0, reason=reasons.BY_HAND
    )
    logger.info("message %s is sent again by user %s: %s", message.pk, by.pk, bool(changed))
    return bool(changed)


def set_strangers_aside() -> int:
    """Rows in a state that nobody knows would wait for ever without a word. Returns how many there were."""
    strangers = Message.objects.exclude(state__in=Message.State.values)
    return strangers.update(state=Message.State.FAILED, reason=reasons.NOT_JUDGED, lease_token="", lease_until=None)


def leave_unsent(*, message: Message) -> bool:
    """Staff have seen that it failed and do without it; false where it is neither failed nor unclear any more."""
    seen = Message.objects.filter(pk=message.pk, state__in=Message.IN_TROUBLE)
    return bool(seen.update(state=Message.State.SUPPRESSED, reason=reasons.LEFT))


def _tell_staff(
    appointment: Appointment, kind: Message.Kind | None, existing: Collection[str], *, now: datetime
) -> None:
    """A day before a client's request ends by itself, and when it has."""
    told: Message.Kind | None = None
    due_at = now
    if appointment.state == State.REQUESTED and appointment.deadline_at is not None:
        told, due_at = Message.Kind.REQUEST_ENDS, max(now, appointment.deadline_at - REQUEST_WARNING)
    elif kind == Message.Kind.RAN_OUT:
        told = Message.Kind.REQUEST_ENDED
    if told is None or (key := _visit_key(appointment, told)) in existing:
        return
    row = make_visit_row(appointment, told, key, due_at=due_at, now=now)
    row.recipient = ClinicPolicy.current().contact_email
    if not row.recipient:
        row.state, row.reason = Message.State.SUPPRESSED, reasons.NO_ADDRESS
    row.save()
    Message.objects.bulk_create(to_staff.request_rows(appointment, told, due_at=due_at, now=now))


def _unsent(appointment: Appointment, step: Step | None, existing: Iterable[Message]) -> frozenset[str]:
    """Keys of the reminders that a step held back which was taken back: nothing else tells the client of the visit."""
    if step is None or step.before is None or not step.is_taken_back:
        return frozenset()
    prefix = reminder_prefix(appointment, step.before.version)
    rows = (row for row in existing if row.dedupe_key.startswith(prefix) and row.reason == reasons.SUPERSEDED)
    return frozenset(row.dedupe_key.removeprefix(prefix) for row in rows)


def _suppress_superseded(appointment: Appointment, *, kept: Collection[str]) -> None:
    """All that waits for other versions, and reminders but `kept`; a copy that may be out is judged at its hand-off.

    A visit that staff have moved without a word keeps its version, and nobody has to choose another time any more.
    """
    waiting = Message.objects.filter(appointment=appointment, state__in=Message.WAITING, was_unclear=False)
    of_other_version = ~Q(version=appointment.version) | Q(kind=Message.Kind.CHOOSE_AGAIN)
    other_reminder = Q(kind=Message.Kind.REMINDER) & ~Q(dedupe_key__in=kept)
    waiting.filter(of_other_version | other_reminder).update(state=Message.State.SUPPRESSED, reason=reasons.SUPERSEDED)


def _revive(planned: Collection[str], *, now: datetime) -> None:
    """The visit is back where these reminders were planned for: undone, or stepped back."""
    superseded = Message.objects.filter(
        dedupe_key__in=planned, state=Message.State.SUPPRESSED, reason=reasons.SUPERSEDED, due_at__gt=now
    )
    superseded.update(state=Message.State.QUEUED, next_try_at=F("due_at"), reason="")


def _plan_rows(appointment: Appointment, prefix: str, *, again: Collection[str], now: datetime) -> list[Message]:
    """Those that fall due from now on, and those of the keys `again`, which may have fallen due already."""
    policy = ClinicPolicy.current()
    reminders = plan_reminders(
        starts_at=appointment.starts_at,
        zone=appointment.zone,
        offsets=offsets_of(policy),
        quiet=quiet_hours(policy),
        booked_at=appointment.created_at if again else now,
    )
    rows = []
    for reminder in reminders:
        if reminder.defined_at <= now and reminder.key not in again:
            continue
        key = f"{prefix}{reminder.key}"
        row = make_visit_row(appointment, Message.Kind.REMINDER, key, due_at=reminder.due_at, now=now)
        row.only_unconfirmed = reminder.only_unconfirmed
        if reminder.is_pointless:
            row.state, row.reason = Message.State.SUPPRESSED, reasons.QUIET_TOO_LONG
        rows.append(row)
    return rows


def _visit_key(appointment: Appointment, kind: Message.Kind) -> str:
    return f"visit:{appointment.pk}:{appointment.version}:{kind}"


def _queue_day_list(location: Location, recipient: str, *, begins: time, now: datetime) -> bool:
    zone = location.zone
    today = now.astimezone(zone).date()
    due_at = first_instant_at(datetime.combine(today, begins), zone)
    key = f"day:{location.pk}:{today}:{Message.Kind.DAY_LIST}"
    if not due_at <= now < due_at + DAY_LIST_WINDOW or Message.objects.filter(dedupe_key=key).exists():
        return False
    if not visits_of_day(location=location, day=today).exists():
        return False
    row = make_row(Message.Kind.DAY_LIST, key, recipient=recipient, due_at=due_at, now=now)
    row.location, row.on_date = location, today
    # Two sweeps may come here at once; the key lets one of them in.
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return True
