"""The steps of a row, and who may take them: by what a sweep leaves. On both engines."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

import clinic.settings
from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons, steps
from booking.messages.delivery import Delivery, Result
from booking.messages.steps import outcome_fields, retry_delay
from booking.models import Message
from tests.booking.messages.factories import build_message, make_case, make_message, make_policy, make_visit, state_of
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

Kind, MailState = Message.Kind, Message.State


DEAD_LEASE: dict[str, Any] = {"lease_token": "of a dead worker", "lease_until": NOW - timedelta(days=365)}


def test_a_worker_that_died_before_the_hand_off_loses_nothing() -> None:
    make_policy()
    row = make_message(visit=make_visit(), state=MailState.CLAIMED, **DEAD_LEASE)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    row.refresh_from_db()
    assert (row.state, row.was_unclear, len(mail.outbox)) == ("sent", False, 1)


def test_a_worker_that_died_in_the_hand_off_costs_one_copy_at_most() -> None:
    """Sent once more under the same Message-ID; if that ends in the dark as well, staff decide."""
    make_policy()
    row = make_message(visit=make_visit(), state=MailState.HANDED_OFF, handed_off_at=NOW, **DEAD_LEASE)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    row.refresh_from_db()
    assert (row.state, row.was_unclear) == ("sent", True)
    assert [one.extra_headers["Message-ID"] for one in mail.outbox] == [row.message_id]


def test_a_second_death_in_the_hand_off_is_left_to_staff() -> None:
    row = make_message(visit=make_visit(), state=MailState.HANDED_OFF, was_unclear=True, **DEAD_LEASE)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(row), mail.outbox) == (("unknown", reasons.INTERRUPTED), [])


def test_mails_about_cases_are_never_sent_twice_by_themselves() -> None:
    row = make_message(visit=None, kind=Kind.CASE_OPENED, case=make_case(), state=MailState.HANDED_OFF, **DEAD_LEASE)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(row), mail.outbox) == (("unknown", reasons.INTERRUPTED), [])


def test_a_copy_that_is_no_longer_true_stays_unclear_instead_of_not_sent() -> None:
    row = make_message(visit=make_visit(version=2), version=1, state=MailState.HANDED_OFF, **DEAD_LEASE)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(row), mail.outbox) == (("unknown", reasons.NOT_SENT_AGAIN), [])


@pytest.mark.parametrize("now_of_worker", [NOW, NOW + timedelta(days=3650)])
def test_a_lease_holds_by_the_clock_of_the_database(now_of_worker: Any) -> None:
    """However late the worker thinks it is, a lease that the database gave a moment ago is not over."""
    row = make_message(
        visit=make_visit(starts_at=now_of_worker + timedelta(hours=48)), state=MailState.CLAIMED,
        lease_token="another's", lease_until=timezone.now() + timedelta(seconds=60),
    )  # fmt: skip

    outbox.send_due(ask_gate=is_stopped, now=now_of_worker)

    row.refresh_from_db()
    assert (row.state, row.lease_token, mail.outbox) == ("claimed", "another's", [])


def test_a_step_without_the_lease_changes_nothing() -> None:
    row = make_message(visit=make_visit(), state=MailState.HANDED_OFF, lease_token="another's", lease_until=NOW)
    mine = Message.objects.get(pk=row.pk)
    mine.lease_token = "lost"

    settled = steps.settle(mine, fields={"state": MailState.FAILED, "reason": "no"})
    released = steps.release([mine])

    assert (settled, released, state_of(row)) == (False, 0, ("handed_off", ""))


TABLE = [
    (Result.SENT, {}, "sent", "", None),
    (Result.PERMANENT, {}, "failed", "why", None),
    (Result.TEMPORARY, {}, "deferred", "why", soon(1)),
    (Result.TEMPORARY, {"attempts": 4}, "deferred", "why", soon(16)),
    (Result.TEMPORARY, {"attempts": 8}, "deferred", "why", soon(60)),
    (Result.TEMPORARY, {"attempts": 28}, "deferred", "why", soon(60)),
    (Result.TEMPORARY, {"attempts": 29}, "failed", reasons.GIVEN_UP, None),
    (Result.UNCLEAR, {}, "queued", reasons.NO_ANSWER_SENT_AGAIN, soon(1)),
    (Result.UNCLEAR, {"was_unclear": True}, "unknown", "why", None),
    (Result.UNCLEAR, {"kind": Kind.CASE_OPENED}, "unknown", "why", None),
]


@pytest.mark.parametrize(("result", "fields", "state", "reason", "next_try_at"), TABLE)
def test_what_becomes_of_a_row(
    result: Result, fields: dict[str, Any], state: str, reason: str, next_try_at: Any
) -> None:
    message = build_message(visit=None, key="k", **fields)

    found = outcome_fields(message=message, delivery=Delivery(result, "why"), now=NOW)

    assert (found["state"], found["reason"], found.get("next_try_at")) == (state, reason, next_try_at)
    assert (found["lease_token"], found["lease_until"]) == ("", None)


def test_trouble_with_the_connection_never_gives_up() -> None:
    message = build_message(visit=None, key="k", attempts=500)

    found = outcome_fields(message=message, delivery=Delivery(Result.TEMPORARY, "why", is_trouble=True), now=NOW)

    assert (found["state"], found["next_try_at"]) == ("deferred", soon(5))


def test_delays_grow_to_an_hour() -> None:
    assert [retry_delay(attempts=number) // timedelta(minutes=1) for number in range(1, 9)] == [
        1, 2, 4, 8, 16, 32, 60, 60,
    ]  # fmt: skip


def test_a_hand_off_outlives_the_slowest_server() -> None:
    """Sender, recipient, content announced, content sent, answer: each may take the whole time-out."""

    assert timedelta(seconds=5 * clinic.settings.EMAIL_TIMEOUT) < steps.HAND_OFF_LEASE
