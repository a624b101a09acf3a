"""Sends what is due, once, and only what is still true.

The commit of `handed_off` comes after the visit was read under its lock and before the server hears of the mail: a
visit that changed first is never told of, and a program that dies leaves a row that says how far it came. One commit
carries the outcome of one mail and the hand-off of the next. A row that nobody can judge or write is set aside, and the
next one has its turn.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Exists, Q
from django.db.models.functions import Now

from booking.messages import floods, reasons, steps, stops
from booking.messages.clock import from_database_now
from booking.messages.delivery import Delivery, NoConnection, Post, Result
from booking.messages.parking import is_parked
from booking.messages.relevance import Verdict
from booking.messages.rereading import Desk, Judged, look_again
from booking.messages.sender import find_sender
from booking.messages.stops import AskGate
from booking.models import Appointment, Heartbeat, Message, Parking
from services.facts import reading_once
from services.models import ClinicPolicy

logger = logging.getLogger(__name__)

HEARTBEAT = "send_due_messages"
BEAT_EVERY = timedelta(seconds=30)
LIMIT = 500  # mails of one sweep, all judged by the time at its beginning
BATCH = 100  # mails claimed at once
SECONDS = 30.0  # after which one sweep hands over nothing more, well before a worker's patience ends
TROUBLES_IN_A_ROW = 2


@dataclass
class Sweep:
    """What one sweep did, by the state in which it left the mails.

    `is_stuck`: the mail server is away. `is_parked`: nothing goes out until somebody has looked at the queue.
    """

    counts: Counter[str] = field(default_factory=Counter)
    claimed: int = 0
    is_stuck: bool = False
    is_parked: bool = False

    def __add__(self, other: "Sweep") -> "Sweep":
        return Sweep(self.counts + other.counts, self.claimed + other.claimed, other.is_stuck, other.is_parked)

    def __str__(self) -> str:
        figures = ", ".join(f"{self.counts[state]} {state}" for state in sorted(self.counts))
        if self.is_parked:
            return "the queue is parked since the restore; nothing was sent"
        stuck = "; the mail server is away" if self.is_stuck else ""
        return f"{self.claimed} due: {figures or 'nothing to send'}{stuck}"


def each_sweep(*, clock: Callable[[], datetime], ask_gate: AskGate) -> Iterator[Sweep]:
    """Sweep after sweep, each at the time that `clock` shows, until nothing more is due or the server is away."""
    while True:
        sweep = send_due(now=clock(), ask_gate=ask_gate)
        yield sweep
        if sweep.is_stuck or not sweep.claimed:
            return


def send_due(*, now: datetime, ask_gate: AskGate, limit: int = LIMIT, seconds: float = SECONDS) -> Sweep:
    """Send up to `limit` mails that are due at `now`. Safe to run any number of times at once. Writes the heartbeat.

    With a slow server it ends after `seconds`; what is left waits for the next sweep.

    `ask_gate` says of a visit whether the gate would stop it; no mail that invites somebody goes out past that.
    `now` is UTC by the *database's* clock (`clock.read_database_clock`), which the task and the command read: a worker
    whose own clock is a day off sends nothing early or late. Leases are compared by the database itself.
    """
    sweep = Sweep()
    ends_at = time.monotonic() + seconds
    if is_parked():
        beat(HEARTBEAT, now=now)
        return Sweep(is_parked=True)
    steps.recover()
    policy = ClinicPolicy.current()
    with Post() as post:
        while sweep.claimed < limit and not sweep.is_stuck and time.monotonic() < ends_at:
            messages = steps.claim(now=now, size=min(BATCH, limit - sweep.claimed))
            if not messages:
                break
            sweep.claimed += len(messages)
            desk = Desk.of(messages, policy=policy, ask_gate=ask_gate, now=now)
            _Batch(messages=messages, desk=desk, post=post, sweep=sweep, ends_at=ends_at).send()
    beat(HEARTBEAT, now=now)
    return sweep


def is_idle() -> bool:
    """Whether a sweep would do nothing: nothing is due, no lease ran out, and it beat a moment ago. One statement."""
    due = Message.objects.filter(state__in=Message.WAITING, next_try_at__lte=Now())
    lapsed = Message.objects.filter(state__in=Message.IN_HAND, lease_until__lt=Now())
    due = due.filter(~Exists(Parking.objects.all()))
    is_fresh = Q(name=HEARTBEAT, beat_at__gt=from_database_now(-BEAT_EVERY))
    return Heartbeat.objects.filter(is_fresh, ~Exists(due), ~Exists(lapsed)).exists()


def beat(name: str, *, now: datetime) -> None:
    """Record that a piece of background work has run to its end."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_at"],
    )


@dataclass
class _Batch:
    """Hands some claimed mails to the server, one after the other.

    `settled`: the mail that was handed over last, with what its row has to say, until that is committed.
    """

    messages: list[Message]
    desk: Desk
    post: Post
    sweep: Sweep
    ends_at: float
    settled: tuple[Message, dict[str, Any]] | None = None
    troubles: int = 0

    def send(self) -> None:
        with reading_once():
            self._send()

    def _send(self) -> None:
        try:
            for position, message in enumerate(self.messages):
                if time.monotonic() >= self.ends_at:
                    self.sweep.counts[Message.State.QUEUED] += steps.release(self.messages[position:])
                    break
                if not self._is_server_there(rest=self.messages[position:]):
                    break
                judged = self._hand_off(message)
                if judged is not None:
                    self._deliver(message, judged)
        finally:
            # Also when something broke: what is known of the last mail must not be lost.
            self._settle()

    def _is_server_there(self, *, rest: list[Message]) -> bool:
        """Connect before anything is handed off; where that fails the rest waits."""
        reason = reasons.NOT_REACHED
        if find_sender(policy=self.desk.policy) is None:
            reason = reasons.NO_SENDER
        elif self.troubles < TROUBLES_IN_A_ROW:
            try:
                self.post.open()
            except NoConnection as error:
                reason = str(error)
            else:
                return True
        self.sweep.is_stuck = True
        self.sweep.counts[Message.State.DEFERRED] += steps.put_off(rest, reason=reason, now=self.desk.now)
        return False

    def _hand_off(self, message: Message) -> Judged | None:
        """Look again, and commit that this mail is being handed over, together with the outcome of the last one."""
        try:
            with transaction.atomic():
                # The visit's lock comes first: whoever changes a visit takes it before the visit's messages.
                judged = look_again(message, desk=self.desk)
                self._write_settled()
                is_ours = self._record(message, judged)
        except OperationalError:
            # Not the row's fault: a deadlock, or a database that is away. In that case this raises as well.
            logger.exception("message %s has to wait for the database", message.pk)
            self._put_back(message)
            return None
        except Exception:
            logger.exception("message %s could not be judged", message.pk)
            self._set_aside(message)
            return None
        self.settled = None
        return judged if is_ours else None

    def _put_back(self, message: Message) -> None:
        with transaction.atomic():
            self._write_settled()
            steps.put_off([message], reason=reasons.DATABASE_BUSY, now=self.desk.now)
        self.settled = None
        self.sweep.counts[Message.State.DEFERRED] += 1

    def _set_aside(self, message: Message) -> None:
        with transaction.atomic():
            self._write_settled()
            state = steps.set_aside(message, reason=reasons.NOT_JUDGED)
        self.settled = None
        self.sweep.counts[state] += bool(state)

    def _record(self, message: Message, judged: Judged) -> bool:
        """Whether the mail is true and ours to hand over."""
        verdict = judged.verdict
        if not verdict.reason and judged.visit is not None and message.pk in self.desk.counted:
            verdict = floods.count(judged.visit, now=self.desk.now)
        if not verdict.reason:
            return steps.hand_off(message, recipient=judged.recipient, now=self.desk.now)
        state = steps.put_aside(message, verdict=verdict)
        self.sweep.counts[state] += bool(state)
        if judged.visit is not None and state:
            _follow_up(judged.visit, verdict, now=self.desk.now)
        return False

    def _deliver(self, message: Message, judged: Judged) -> None:
        """The row says handed_off now; whatever comes, its outcome is written with the next commit."""
        try:
            mail = judged.write()
        except Exception:
            logger.exception("message %s could not be written", message.pk)
            delivery = Delivery(Result.PERMANENT, reasons.NOT_WRITTEN)
        else:
            delivery = self.post.hand_over(mail)
        self.troubles = self.troubles + 1 if delivery.is_trouble else 0
        fields = steps.outcome_fields(message=message, delivery=delivery, now=self.desk.now)
        self.sweep.counts[fields["state"]] += 1
        was_taken = delivery.result not in (Result.TEMPORARY, Result.PERMANENT)
        if not was_taken and judged.visit is not None and message.pk in self.desk.counted:
            floods.uncount(judged.visit, now=self.desk.now)
        self.settled = message, fields

    def _settle(self) -> None:
        if self.settled is not None:
            self._write_settled()
            self.settled = None

    def _write_settled(self) -> None:
        if self.settled is not None:
            message, fields = self.settled
            if not steps.settle(message, fields=fields):
                logger.warning("message %s: its lease had run out before its outcome was known", message.pk)


def _follow_up(visit: Appointment, verdict: Verdict, *, now: datetime) -> None:
    """What a stop, or its end, means for the other mails of the (locked) visit."""
    if verdict.reason == reasons.STOPPED and not stops.was_told(visit):
        stops.ask(visit=visit, now=now)
    elif verdict.reason == reasons.NOTHING_STOPS:
        stops.revive(visit=visit, now=now)
