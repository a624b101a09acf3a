"""What a worker does in a process of its own, and the guards that can be taken from it.

Guards: "all" as shipped; "no claim" sends what is due without taking it first; "sent first" marks mails as sent before
the server has them; "no mark" hands mails over without saying so before; "no second look" sends what was once true.
"""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.conf import settings as django_settings
from django.core.mail import EmailMessage

from booking.intake.stops import is_stopped
from booking.messages import outbox, rereading, steps
from booking.messages.delivery import Delivery, Post
from booking.messages.relevance import SEND
from booking.models import Message

SHORT_LEASE = timedelta(seconds=3)
# Where a worker can be made to die, in the order in which it comes past.
DEATHS = ("claimed", "looked again", "before the content", "after the content", "settled")


def work(
    *,
    port: int,
    now: str,
    guards: str = "all",
    rounds: int = 1,
    dies: str = "",
    lease_seconds: float = SHORT_LEASE.total_seconds(),
) -> str:
    """Sweep at the time `now`, `rounds` times; 0: until nothing more is due.

    With `dies` the process kills itself there, at the second mail.
    """
    use_sink(port)
    total = outbox.Sweep()
    with guarded(guards), short_leases(timedelta(seconds=lease_seconds)), dying(dies):
        for number in itertools.count(1):
            sweep = outbox.send_due(ask_gate=is_stopped, now=datetime.fromisoformat(now))
            total += sweep
            if number == rounds or (not rounds and not sweep.claimed):
                break
    return str(total)


def use_sink(port: int, *, seconds: float = 5, settings: Any = django_settings) -> None:
    """In a test's own process with the fixture, which puts back what was there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, seconds


@contextmanager
def short_leases(lease: timedelta) -> Iterator[None]:
    """So that a dead worker's mails are taken up within a test's time. Still longer than a local hand-off."""
    with mock.patch.object(steps, "CLAIM_LEASE", lease), mock.patch.object(steps, "HAND_OFF_LEASE", lease):
        yield


@contextmanager
def guarded(guards: str) -> Iterator[None]:
    with ExitStack() as stack:
        for name, replacement in _GUARDS[guards]:
            module, _, attribute = name.rpartition(".")
            stack.enter_context(mock.patch.object(_MODULES[module], attribute, replacement))
        yield


def _read_what_is_due(*, now: datetime, size: int) -> list[Message]:
    due = Message.objects.filter(state__in=Message.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")
    return list(due[:size])


def _step_for_anybody(message: Message, source: Message.State, **fields: Any) -> bool:
    fields |= {"lease_token": "", "lease_until": None}
    if fields["state"] == Message.State.HANDED_OFF:
        fields |= {"lease_token": "x", "lease_until": "2100-01-01 00:00:00+00:00"}
    return bool(Message.objects.filter(pk=message.pk).update(**fields))


def _mark_sent_first(message: Message, *, recipient: str, now: datetime) -> bool:
    return bool(Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, lease_token="", sent_at=now))


def _hand_off_in_silence(message: Message, *, recipient: str, now: datetime) -> bool:
    return True


def _settle_from_claimed(message: Message, *, fields: dict[str, Any]) -> bool:
    return bool(Message.objects.filter(pk=message.pk).update(**fields))


def _always_true(**_: Any) -> Any:
    return SEND


_MODULES = {"steps": steps, "rereading": rereading}
_GUARDS: dict[str, list[tuple[str, Callable[..., Any]]]] = {
    "all": [],
    "no claim": [("steps.claim", _read_what_is_due), ("steps._step", _step_for_anybody)],
    "sent first": [("steps.hand_off", _mark_sent_first)],
    "no mark": [("steps.hand_off", _hand_off_in_silence), ("steps.settle", _settle_from_claimed)],
    "no second look": [("rereading.judge_visit_mail", _always_true)],
}


@contextmanager
def dying(where: str) -> Iterator[None]:
    """Kill this process with SIGKILL when its second mail comes to `where`."""
    if not where:
        yield
        return
    passed = {"count": 0}

    def die() -> None:
        passed["count"] += 1
        if passed["count"] == (1 if where == "claimed" else 2):
            os.kill(os.getpid(), signal.SIGKILL)

    with _dying_at(where, die):
        yield


def _dying_at(where: str, die: Callable[[], None]) -> Any:
    if where == "claimed":
        return mock.patch.object(steps, "claim", _then(steps.claim, die))
    if where == "looked again":
        return mock.patch.object(steps, "hand_off", _then(steps.hand_off, die))
    if where == "settled":
        return mock.patch.object(steps, "settle", _then(steps.settle, die))
    hand_over = Post.hand_over

    def around(self: Post, mail: EmailMessage) -> Delivery:
        if where == "before the content":
            die()
        delivery = hand_over(self, mail)
        if where == "after the content":
            die()
        return delivery

    return mock.patch.object(Post, "hand_over", around)


def _then(function: Callable[..., Any], after: Callable[[], None]) -> Callable[..., Any]:
    def both(*args: Any, **kwargs: Any) -> Any:
        value = function(*args, **kwargs)
        after()
        return value

    return both
