"""The clinic has changed its reminders, or the hours without mail: those of visits that are booked follow."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.messages import reasons
from booking.messages.plan import Offset, QuietHours, Reminder, plan_reminders
from booking.messages.rows import make_visit_row, reminder_prefix
from booking.models import Appointment, Message, State
from services.bulk import update_each

AT_ONCE = 500  # rows a statement
COMES_BACK = (reasons.SUPERSEDED, reasons.QUIET_TOO_LONG)
# What is read of each. Whoever needs more adds it here: a field that is missing would cost a statement for each row.
_OF_A_VISIT = ("starts_at", "time_zone", "state", "version", "booker_email")
_OF_A_REMINDER = ("appointment", "dedupe_key", "state", "reason", "was_unclear", "due_at", "created_at")


@dataclass
class _Changes:
    """What is to be written, and the ids of the visits that it is about."""

    made: list[Message] = field(default_factory=list)
    moved: list[Message] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    visits: set[int] = field(default_factory=set)


def plan_again(*, offsets: Sequence[Offset], quiet: QuietHours, now: datetime) -> int:
    """Give coming visits the reminders that they would have if they were booked under this plan.

    What has gone out stays so, and what should have gone out by now is not sent after all. Called in the transaction
    that stores the plan, while nobody can book. Returns how many visits are reminded of differently.
    """
    changes = _Changes()
    for visit, rows in _coming(now=now):
        prefix = reminder_prefix(visit, visit.version)
        existing = {row.dedupe_key.removeprefix(prefix): row for row in rows if row.dedupe_key.startswith(prefix)}
        since = min((row.created_at for row in existing.values()), default=now)
        planned = {
            reminder.key: reminder
            for reminder in plan_reminders(
                starts_at=visit.starts_at, zone=visit.zone, offsets=offsets, quiet=quiet, booked_at=since
            )
        }
        _withdraw(visit, existing, planned, changes)
        if visit.state == State.BOOKED and visit.booker_email:
            _plan(visit, existing, planned.values(), changes, now=now)
    _write(changes)
    return len(changes.visits)


def _coming(*, now: datetime) -> Iterator[tuple[Appointment, list[Message]]]:
    rows: dict[int, list[Message]] = defaultdict(list)
    coming = Appointment.objects.filter(starts_at__gt=now)
    reminders = Message.objects.filter(kind=Message.Kind.REMINDER, appointment__in=coming)
    # Locked, so that no worker takes one up meanwhile; none that it has taken up is changed.
    for row in reminders.select_for_update(of=("self",)).only(*_OF_A_REMINDER).order_by("pk"):
        rows[row.appointment_id or 0].append(row)
    for visit in coming.only(*_OF_A_VISIT).order_by("pk").iterator(chunk_size=AT_ONCE):
        yield visit, rows.get(visit.pk, [])


def _withdraw(
    visit: Appointment, existing: dict[str, Message], planned: dict[str, Reminder], changes: _Changes
) -> None:
    """What still waits and is planned no more, and what could come back: with its visit, or in other hours."""
    for key, row in existing.items():
        waits = row.state in Message.WAITING and not row.was_unclear
        may_come_back = row.state == Message.State.SUPPRESSED and row.reason in COMES_BACK
        if key not in planned and (waits or may_come_back):
            changes.withdrawn.append(row.pk)
            changes.visits |= {visit.pk} if waits else set()


def _plan(
    visit: Appointment, existing: dict[str, Message], reminders: Iterable[Reminder], changes: _Changes, *, now: datetime
) -> None:
    for reminder in reminders:
        row = existing.get(reminder.key)
        if row is None and reminder.defined_at > now:
            key = f"{reminder_prefix(visit, visit.version)}{reminder.key}"
            row = make_visit_row(visit, Message.Kind.REMINDER, key, due_at=reminder.due_at, now=now)
            row.only_unconfirmed = reminder.only_unconfirmed
            _set(row, reminder)
            changes.made.append(row)
            changes.visits.add(visit.pk)
        elif row is not None and _follows(row, reminder, now=now):
            _set(row, reminder)
            changes.moved.append(row)
            changes.visits.add(visit.pk)


def _follows(row: Message, reminder: Reminder, *, now: datetime) -> bool:
    """Whether a row that was not sent yet says another time than the plan, or was withdrawn by an earlier plan."""
    if row.state == Message.State.QUEUED and not row.was_unclear:
        return row.due_at != reminder.due_at or reminder.is_pointless
    if row.state != Message.State.SUPPRESSED or reminder.due_at <= now:
        return False
    return row.reason == reasons.PLAN_CHANGED or (row.reason == reasons.QUIET_TOO_LONG and not reminder.is_pointless)


def _set(row: Message, reminder: Reminder) -> None:
    row.due_at = row.next_try_at = reminder.due_at
    row.state = Message.State.SUPPRESSED if reminder.is_pointless else Message.State.QUEUED
    row.reason = reasons.QUIET_TOO_LONG if reminder.is_pointless else ""


def _write(changes: _Changes) -> None:
    Message.objects.bulk_create(changes.made, batch_size=AT_ONCE)
    update_each(changes.moved, ["due_at", "next_try_at", "state", "reason"])
    for first in range(0, len(changes.withdrawn), AT_ONCE):
        rows = Message.objects.filter(pk__in=changes.withdrawn[first : first + AT_ONCE])
        rows.update(state=Message.State.SUPPRESSED, reason=reasons.PLAN_CHANGED)
