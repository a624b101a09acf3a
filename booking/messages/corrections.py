"""Mails about a step by staff wait for an undo, and tell only what is news.

A step that was taken back in time sends nothing, and several steps send one mail about where they lead together. That
is decided from what the booker knew before the first of them, which stands on the row: as the visit was when nothing
about it was waiting or in doubt.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from booking.messages import reasons
from booking.models import CALLED_OFF, OPEN, Appointment, Message, State

STAFF_WAIT = timedelta(minutes=3)

_NEW, _OFF = "new", "off"
_K = Message.Kind
# A booker has one of these for each version of a visit that stands: it says when and where the visit is.
TELLS_OF_THE_VISIT = frozenset(
    {_K.BOOKED, _K.REQUESTED, _K.CONFIRMED, _K.MOVED, _K.CHANGED, _K.RESTORED, _K.CLOCKS_CHANGED}
)
# Each of these tells its reader how things are with a visit.
TELLING = TELLS_OF_THE_VISIT | {_K.CANCELLED, _K.DECLINED, _K.RAN_OUT, _K.LATE_CHANGE}


@dataclass(frozen=True)
class Known:
    """A visit as far as a mail about it says. `stage`: its state while it is open, else that it is new or off.

    `starts_at` in UTC. `version` is the visit's, and nothing that is told.
    """

    version: int
    stage: str
    starts_at: datetime
    therapist: int
    treatment: int
    minutes: int

    @classmethod
    def of(cls, visit: Appointment) -> Self:
        stage = str(visit.state) if visit.state in OPEN else _OFF if visit.state in CALLED_OFF else _NEW
        place = visit.starts_at, visit.therapist_id, visit.treatment_id, visit.minutes
        return cls(visit.version, stage, *place)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored | {"starts_at": datetime.fromisoformat(stored["starts_at"])})

    def as_stored(self) -> dict[str, Any]:
        return self.__dict__ | {"starts_at": self.starts_at.isoformat()}

    def says_the_same(self, other: "Known") -> bool:
        if self.stage in (_NEW, _OFF) and other.stage in (_NEW, _OFF):
            return True
        return replace(self, version=other.version) == other


@dataclass(frozen=True)
class Step:
    """A step by staff. `before`: the visit as the reader knows it, None where that is in doubt.

    `is_first`: nothing else about the visit waits to be told. `is_taken_back`: with it all is as the reader knows it.
    """

    before: Known | None
    is_first: bool
    is_taken_back: bool

    def kind(self, visit: Appointment, kind: Message.Kind) -> Message.Kind:
        """Which mail tells of all that is waiting to be told, where the last step alone would be told by `kind`."""
        if self.is_first or self.is_taken_back or self.before is None or visit.state not in OPEN:
            return kind
        after = Known.of(visit)
        opening = _K.REQUESTED if visit.state == State.REQUESTED else _K.BOOKED
        has_moved = (after.starts_at, after.therapist) != (self.before.starts_at, self.before.therapist)
        if self.before.stage == _OFF:
            is_as_before = replace(after, version=self.before.version, stage=_OFF) == self.before
            return _K.RESTORED if is_as_before else opening
        if self.before.stage == State.REQUESTED and visit.state == State.BOOKED:
            return _K.CONFIRMED
        if self.before.stage == _NEW:
            return opening
        return _K.MOVED if has_moved else _K.CHANGED


def take_step(visit: Appointment, *, before: Known, told: Collection[Message]) -> Step:
    """The (changed, locked) visit was as `before`; `told` are the rows about it from earlier on."""
    rows = [row for row in told if row.kind in TELLING]
    newest = max((row.version for row in rows), default=None)
    last = [row for row in rows if row.version == newest]
    # What people at the desk were told counts where there is no booker to tell.
    last = [row for row in last if row.kind != _K.LATE_CHANGE] or last
    waiting = next((row for row in last if _waits(row)), None)
    known: Known | None = before
    if waiting is not None:
        known = Known.read(waiting.known) if waiting.known else None
    elif not all(_is_certain(row) for row in last):
        known = None
    return Step(known, waiting is None, known is not None and known.says_the_same(Known.of(visit)))


def wait_for_undo(rows: Iterable[Message], step: Step, *, now: datetime) -> None:
    """None goes out where all is as the reader knows it already; the rows are kept to say so."""
    for row in rows:
        row.known = step.before.as_stored() if step.before else {}
        row.due_at = row.next_try_at = now + STAFF_WAIT
        if step.is_taken_back:
            row.state, row.reason = Message.State.SUPPRESSED, reasons.TAKEN_BACK


def knows_already(step: Step, existing: Iterable[Message]) -> bool:
    """Whether staff were told before a step that was taken back how the request stands that is here again."""
    version = step.before.version if step.before and step.is_taken_back else None
    asked = (row for row in existing if row.kind == Message.Kind.REQUEST_ENDS and row.version == version)
    return any(row.state in Message.GOES_WELL and row.reason != reasons.SUPERSEDED for row in asked)


def take_questions_along(
    appointment: Appointment, step: Step | None, existing: Iterable[Message], *, now: datetime
) -> None:
    """A form that was asked for, and not mailed yet, is asked for with the visit as it is now."""
    if appointment.state not in OPEN:
        return
    since = step.before.version if step and step.before else appointment.version
    asked = [row for row in existing if row.kind == Message.Kind.FORM_MISSING and not row.was_unclear]
    held = [row.pk for row in asked if row.state in Message.WAITING and row.version < appointment.version]
    held += [row.pk for row in asked if row.reason == reasons.SUPERSEDED and row.version >= since]
    if held:
        Message.objects.filter(pk__in=held, state__in=Message.WAITING | {Message.State.SUPPRESSED}).update(
            state=Message.State.QUEUED, version=appointment.version, next_try_at=now, reason=""
        )


def is_taken_back(message: Message, visit: Appointment) -> bool:
    """Whether the visit is by now as the reader of this mail knows it already. A copy that may be out is no news."""
    if not message.known or message.was_unclear:
        return False
    return Known.read(message.known).says_the_same(Known.of(visit))


def find_waiting(messages: Iterable[Message], *, now: datetime) -> dict[int, datetime]:
    """By visit of these mails, until when a mail to its booker waits for an undo (UTC). One statement at most."""
    others = {one.appointment_id for one in messages if one.known is None and one.appointment_id}
    if not others:
        return {}
    waiting = Message.objects.filter(appointment__in=others, known__isnull=False, account=None)
    found = waiting.filter(state=Message.State.QUEUED, due_at__gt=now)
    return dict(found.order_by("due_at").values_list("appointment_id", "due_at"))


def find_news(visit: Appointment) -> Message | None:
    """The mail that tells the booker of the last step by staff; None where none was to. Its state says what became of it."""
    told = Message.objects.filter(appointment=visit, version=visit.version, known__isnull=False, account=None)
    return told.order_by("-pk").first()


def _waits(row: Message) -> bool:
    """A row that a worker has claimed is looked at once more, under the visit's lock, before it goes out."""
    is_here = row.state in Message.WAITING | {Message.State.CLAIMED}
    return is_here and row.known is not None and not row.was_unclear


def _is_certain(row: Message) -> bool:
    """Whoever is not mailed about what they did themselves knows it, too."""
    return row.state == Message.State.SENT or row.reason in (reasons.TAKEN_BACK, reasons.NOT_CHOSEN)
