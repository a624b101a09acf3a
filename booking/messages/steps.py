"""The steps of a message's row, each one conditional update: queued -> claimed -> handed_off -> and its end.

A worker may only take a step on a row whose lease token it holds; whoever lost the lease changes nothing. Leases are
set and compared by the database's clock.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from booking.messages import reasons
from booking.messages.clock import from_database_now
from booking.messages.delivery import Delivery, Result
from booking.messages.kinds import NEVER_SENT_TWICE
from booking.messages.relevance import Verdict
from booking.models import Message

CLAIM_LEASE = timedelta(seconds=60)
# Longer than the longest conversation over one mail, five steps of EMAIL_TIMEOUT each: or a slow mail is sent twice.
HAND_OFF_LEASE = timedelta(seconds=180)
MOST_ATTEMPTS = 30
LONGEST_DELAY = timedelta(hours=1)
# When it is the server that is away, all mail waits, and should flow soon after it is back.
LONGEST_DELAY_IN_TROUBLE = timedelta(minutes=5)
ATTEMPTS_IN_TROUBLE = 4
DELAY_WHEN_UNCLEAR = timedelta(minutes=1)
# Asked for by whoever typed an address, and nobody has it.
NOBODY_HAS_IT = frozenset({reasons.NOTHING_COMING, reasons.NO_ACCOUNT})

_NO_LEASE: dict[str, Any] = {"lease_token": "", "lease_until": None}


def claim(*, now: datetime, size: int) -> list[Message]:
    """Up to `size` rows that are due at `now` and from here on ours."""
    due = Message.objects.filter(state__in=Message.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")
    if not due.exists():
        return []
    token = secrets.token_hex(16)
    with transaction.atomic():
        # Rows that another worker is just claiming are passed over, not waited for. (SQLite: one writer at a time.)
        found = list(due.select_for_update(of=("self",), skip_locked=True)[:size])
        Message.objects.filter(pk__in=[message.pk for message in found], state__in=Message.WAITING).update(
            state=Message.State.CLAIMED, lease_token=token, lease_until=from_database_now(CLAIM_LEASE)
        )
    for message in found:
        message.lease_token = token
    return found


def hand_off(message: Message, *, recipient: str, now: datetime) -> bool:
    """Mark the row as about to be given to the server; false where the lease was lost."""
    return _step(
        message,
        Message.State.CLAIMED,
        state=Message.State.HANDED_OFF,
        handed_off_at=now,
        lease_until=from_database_now(HAND_OFF_LEASE),
        attempts=message.attempts + 1,
        recipient=recipient,
    )


def put_aside(message: Message, *, verdict: Verdict) -> str:
    """A claimed row that is not handed over, for now or for good. The new state; empty where the lease was lost."""
    if verdict.wait_until is not None:
        state, fields = Message.State.QUEUED, {"next_try_at": verdict.wait_until, "reason": verdict.reason}
    elif message.was_unclear:
        state, fields = Message.State.UNKNOWN, {"reason": reasons.NOT_SENT_AGAIN}
    else:
        state, fields = Message.State.SUPPRESSED, {"reason": verdict.reason}
        if verdict.reason in NOBODY_HAS_IT:
            fields["recipient"] = ""  # whatever a stranger typed is nothing to keep
    return state if _step(message, Message.State.CLAIMED, state=state, **fields, **_NO_LEASE) else ""


def set_aside(message: Message, *, reason: str) -> str:
    """A claimed row about which nothing can be decided: staff see it. The new state; empty where the lease was lost."""
    state = Message.State.FAILED
    return state if _step(message, Message.State.CLAIMED, state=state, reason=reason, **_NO_LEASE) else ""


def put_off(messages: list[Message], *, reason: str, now: datetime) -> int:
    """Claimed rows that never came to the server, back to waiting: one statement for each number of attempts."""
    changed = 0
    for attempts in sorted({message.attempts for message in messages}):
        group = [message for message in messages if message.attempts == attempts]
        rows = Message.objects.filter(
            pk__in=[message.pk for message in group],
            lease_token=group[0].lease_token,
            state=Message.State.CLAIMED,
        )
        counted = count_attempt(attempts, is_of_the_server=True)
        delay = retry_delay(attempts=counted, longest=LONGEST_DELAY_IN_TROUBLE)
        changed += rows.update(
            state=Message.State.DEFERRED, attempts=counted, next_try_at=now + delay, reason=reason, **_NO_LEASE
        )
    return changed


def release(messages: list[Message]) -> int:
    """Claimed rows for which there was no time, back to where they were."""
    rows = Message.objects.filter(
        pk__in=[message.pk for message in messages],
        lease_token=messages[0].lease_token,
        state=Message.State.CLAIMED,
    )
    return rows.update(state=Message.State.QUEUED, **_NO_LEASE)


def settle(message: Message, *, fields: dict[str, Any]) -> bool:
    """Write what came of a hand-off; false where the lease had run out before."""
    return _step(message, Message.State.HANDED_OFF, **fields)


def recover() -> int:
    """Take up rows whose worker died. Before the hand-off nothing was sent; after it nobody knows."""
    lapsed = Message.objects.filter(state__in=Message.IN_HAND, lease_until__lt=Now()).order_by()
    if not lapsed.exists():
        return 0
    handed_off = lapsed.filter(state=Message.State.HANDED_OFF)
    # One or the other of each row: a lease may run out between two statements.
    is_last = Q(was_unclear=True) | Q(kind__in=NEVER_SENT_TWICE)
    return (
        lapsed.filter(state=Message.State.CLAIMED).update(state=Message.State.QUEUED, **_NO_LEASE)
        + handed_off.filter(is_last).update(state=Message.State.UNKNOWN, reason=reasons.INTERRUPTED, **_NO_LEASE)
        + handed_off.exclude(is_last).update(
            state=Message.State.QUEUED, was_unclear=True, reason=reasons.INTERRUPTED_SENT_AGAIN, **_NO_LEASE
        )
    )


def outcome_fields(*, message: Message, delivery: Delivery, now: datetime) -> dict[str, Any]:
    """What the row says once the server has answered, or has not. `message` is the row as it was claimed."""
    if delivery.result == Result.SENT:
        return {"state": Message.State.SENT, "sent_at": now, "reason": "", **_NO_LEASE}
    if delivery.result == Result.PERMANENT:
        return {"state": Message.State.FAILED, "reason": delivery.reason, **_NO_LEASE}
    if delivery.result == Result.UNCLEAR:
        return _unclear_fields(message, delivery, now=now)
    is_of_the_server = delivery.is_trouble or delivery.is_ours
    attempts = count_attempt(message.attempts, is_of_the_server=is_of_the_server)
    if attempts >= MOST_ATTEMPTS and not is_of_the_server:
        return {"state": Message.State.FAILED, "reason": reasons.GIVEN_UP, **_NO_LEASE}
    longest = LONGEST_DELAY_IN_TROUBLE if is_of_the_server else LONGEST_DELAY
    return {
        "state": Message.State.DEFERRED,
        "attempts": attempts,
        "next_try_at": now + retry_delay(attempts=attempts, longest=longest),
        "handed_off_at": None,
        "reason": delivery.reason,
        **_NO_LEASE,
    }


def count_attempt(attempts: int, *, is_of_the_server: bool) -> int:
    """One more, up to where the delays of a server in trouble end: what is not the mail's fault never gives it up."""
    return max(attempts, min(attempts + 1, ATTEMPTS_IN_TROUBLE)) if is_of_the_server else attempts + 1


def retry_delay(*, attempts: int, longest: timedelta = LONGEST_DELAY) -> timedelta:
    """1, 2, 4, 8 ... minutes after the first, second ... attempt, up to `longest`."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), longest)


def _unclear_fields(message: Message, delivery: Delivery, *, now: datetime) -> dict[str, Any]:
    if message.was_unclear or message.kind in NEVER_SENT_TWICE:
        return {"state": Message.State.UNKNOWN, "reason": delivery.reason, **_NO_LEASE}
    return {
        "state": Message.State.QUEUED,
        "was_unclear": True,
        "next_try_at": now + DELAY_WHEN_UNCLEAR,
        "reason": reasons.NO_ANSWER_SENT_AGAIN,
        **_NO_LEASE,
    }


def _step(message: Message, source: Message.State, **fields: Any) -> bool:
    """The only place where a claimed row changes its state."""
    return bool(Message.objects.filter(pk=message.pk, lease_token=message.lease_token, state=source).update(**fields))
