"""What one sweep does to rows. On both engines; servers that misbehave for real are in tests/faults."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.intake.stops import is_stopped
from booking.messages import content, outbox, reasons, steps
from booking.models import Heartbeat, Message
from services.models import ClinicPolicy
from tests.booking.messages import backends
from tests.booking.messages.factories import (
    EMAIL,
    make_many,
    make_message,
    make_policy,
    make_visit,
    state_of,
)
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

Kind = Message.Kind


@pytest.fixture
def script(settings: Settings) -> Iterator[list[str]]:
    settings.EMAIL_BACKEND = backends.NAME
    yield backends.Scripted.script
    backends.Scripted.script.clear()


def test_a_due_mail_is_sent_once() -> None:
    make_policy()
    message = make_message(visit=make_visit())

    first, second = outbox.send_due(ask_gate=is_stopped, now=soon(1)), outbox.send_due(ask_gate=is_stopped, now=soon(2))

    message.refresh_from_db()
    assert (str(first), str(second)) == ("1 due: 1 sent", "0 due: nothing to send")
    assert [(one.to, one.extra_headers["Message-ID"]) for one in mail.outbox] == [([EMAIL], message.message_id)]
    assert (message.state, message.sent_at, message.handed_off_at, message.attempts) == ("sent", soon(1), soon(1), 1)
    assert (message.lease_token, message.lease_until) == ("", None)


def test_what_is_not_due_waits() -> None:
    message = make_message(visit=make_visit(), due_at=soon(2))

    outbox.send_due(ask_gate=is_stopped, now=soon(1))

    assert (state_of(message), mail.outbox) == (("queued", ""), [])


def test_each_sweep_leaves_a_heartbeat() -> None:
    outbox.send_due(ask_gate=is_stopped, now=NOW)
    outbox.send_due(ask_gate=is_stopped, now=soon(1))

    assert list(Heartbeat.objects.values_list("name", "beat_at")) == [("send_due_messages", soon(1))]


def test_a_sweep_stops_at_its_limit() -> None:
    make_many(5)

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW, limit=3)

    assert (sweep.claimed, len(mail.outbox)) == (3, 3)


def test_sweeps_follow_each_other_until_nothing_is_due() -> None:
    make_many(5)

    sweeps = list(outbox.each_sweep(ask_gate=is_stopped, clock=lambda: NOW))

    assert [str(sweep) for sweep in sweeps] == ["5 due: 5 sent", "0 due: nothing to send"]


def test_a_sweep_without_time_gives_back_what_it_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(3)
    ticks = iter([0.0, 1.0, 2.0, 99.0])
    monkeypatch.setattr("booking.messages.sweep.time.monotonic", lambda: next(ticks, 99.0))

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW, seconds=10)

    assert str(sweep) == "3 due: 2 queued, 1 sent"
    assert sorted(Message.objects.values_list("state", "lease_token")) == [("queued", ""), ("queued", ""), ("sent", "")]


def test_while_the_server_is_away_mails_wait_and_nothing_is_handed_off(script: list[str]) -> None:
    make_policy()
    make_many(3)
    script += ["closed"]

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert str(sweep) == "3 due: 3 deferred; the mail server is away"
    assert set(Message.objects.values_list("state", "reason", "attempts", "next_try_at", "handed_off_at")) == {
        ("deferred", reasons.NOT_REACHED, 1, soon(1), None)
    }


def test_waiting_for_the_server_grows_to_five_minutes_and_never_ends(script: list[str]) -> None:
    make_policy()
    row = make_message(visit=make_visit())
    now, waits = NOW, []
    for _ in range(40):
        script.append("closed")
        outbox.send_due(ask_gate=is_stopped, now=now)
        row.refresh_from_db()
        waits.append((row.next_try_at - now) // timedelta(minutes=1))
        now = row.next_try_at
    outbox.send_due(ask_gate=is_stopped, now=now)

    assert waits == [1, 2, 4, *[5] * 37]
    assert (state_of(row), len(mail.outbox)) == (("sent", ""), 1)


def test_a_server_that_goes_away_in_between_stops_the_sweep(script: list[str]) -> None:
    make_many(5)
    script += ["sent", "away", "away"]

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert str(sweep) == "5 due: 4 deferred, 1 sent; the mail server is away"
    assert list(Message.objects.order_by("id").values_list("state", "attempts")) == [
        ("sent", 1), ("deferred", 1), ("deferred", 1), ("deferred", 1), ("deferred", 1),
    ]  # fmt: skip


def test_one_trouble_among_many_stops_nothing(script: list[str]) -> None:
    make_many(4)
    script += ["away", "sent", "away", "sent"]

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert str(sweep) == "4 due: 2 deferred, 2 sent"


def test_an_answer_that_never_came_is_asked_for_once_more_and_then_left_to_staff(script: list[str]) -> None:
    make_policy()
    row = make_message(visit=make_visit())
    script += ["unclear", "unclear"]

    outbox.send_due(ask_gate=is_stopped, now=NOW)
    first = state_of(row)
    outbox.send_due(ask_gate=is_stopped, now=soon(1))
    second = state_of(row)
    outbox.send_due(ask_gate=is_stopped, now=soon(600))

    assert first == ("queued", reasons.NO_ANSWER_SENT_AGAIN)
    assert second == ("unknown", reasons.NO_ANSWER)
    assert [one.extra_headers["Message-ID"] for one in mail.outbox] == [row.message_id] * 2


def test_a_mail_that_cannot_be_written_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(3)
    bad = Message.objects.order_by("id")[1]
    write = content.write_visit_mail

    def fail_for_one(*, message: Message, **others: Any) -> Any:
        if message.pk == bad.pk:
            raise ZeroDivisionError
        return write(message=message, **others)

    monkeypatch.setattr(content, "write_visit_mail", fail_for_one)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert list(Message.objects.order_by("id").values_list("state", "reason")) == [
        ("sent", ""), ("failed", reasons.NOT_WRITTEN), ("sent", ""),
    ]  # fmt: skip


def test_what_was_handed_over_is_recorded_even_if_the_next_hand_off_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(2)
    hand_off = steps.hand_off
    calls: list[int] = []

    def break_the_second(message: Message, **others: Any) -> bool:
        calls.append(message.pk)
        if len(calls) == 2:
            raise ZeroDivisionError
        return hand_off(message, **others)

    monkeypatch.setattr(steps, "hand_off", break_the_second)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert list(Message.objects.order_by("id").values_list("state", "reason")) == [
        ("sent", ""), ("failed", reasons.NOT_JUDGED),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "each"), [(Kind.FORM_MISSING, 3), (Kind.REMINDER, 4), (Kind.BOOKED, 4)])
def test_statements_per_mail_are_constant(kind: Message.Kind, each: int) -> None:
    """A mail costs a look at its visit, its hand-off and its outcome; all else is per sweep or batch.

    One that invites somebody costs the question to the gate as well: here what the person has said last. Who did
    what a mail may tell of is asked once for a batch.
    """
    counts = []
    for number in (1, 2, 30):
        Message.objects.all().delete()
        make_policy()
        for position in range(number):
            make_message(visit=make_visit(), kind=kind, key=f"{number}-{position}")
        ClinicPolicy.current()  # the clinic's own facts are read once a process
        with CaptureQueriesContext(connection) as queries:
            sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)
        assert str(sweep) == f"{number} due: {number} sent"
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))

    assert (counts[1] - counts[0], counts[2] - counts[1]) == (each, 28 * each)
