"""What one sweep does to rows. On both engines; servers that misbehave for real are in tests/faults."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

import clinic.settings
from booking.intake.stops import is_stopped
from booking.messages import content, outbox, reasons, steps
from booking.messages.delivery import Delivery, Result
from booking.messages.steps import outcome_fields, retry_delay
from booking.models import Case, Heartbeat, Message, State
from tests.booking.messages import backends
from tests.booking.messages.factories import (
    EMAIL,
    STARTS_AT,
    build_message,
    make_location,
    make_many,
    make_message,
    make_policy,
    make_visit,
)
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

Kind, MailState = Message.Kind, Message.State
AN_HOUR = timedelta(hours=1)
DEAD_LEASE: dict[str, Any] = {"lease_token": "of a dead worker", "lease_until": NOW - timedelta(days=365)}


@pytest.fixture
def script(settings: Settings) -> Iterator[list[str]]:
    settings.EMAIL_BACKEND = backends.NAME
    yield backends.Scripted.script
    backends.Scripted.script.clear()


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.reason


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


@pytest.mark.parametrize(
    ("kind", "visit", "message", "expected"),
    [
        (Kind.BOOKED, {"version": 2}, {"version": 1}, reasons.SUPERSEDED),
        (Kind.BOOKED, {"state": State.ARRIVED}, {}, reasons.NOT_SO),
        (Kind.BOOKED, {"state": State.CANCELLED}, {}, reasons.NOT_SO),
        (Kind.BOOKED, {"starts_at": NOW}, {}, reasons.BEGUN),
        (Kind.BOOKED, {"booker_email": ""}, {"recipient": EMAIL}, reasons.NO_ADDRESS),
        (Kind.MOVED, {"state": State.CANCELLED}, {}, reasons.NOT_SO),
        (Kind.REQUESTED, {"state": State.BOOKED}, {}, reasons.NOT_SO),
        (Kind.CANCELLED, {"state": State.BOOKED}, {}, reasons.NOT_SO),
        (Kind.RESTORED, {"state": State.CANCELLED}, {}, reasons.NOT_SO),
        (Kind.CONFIRMED, {"state": State.REQUESTED}, {}, reasons.NOT_SO),
        (Kind.DECLINED, {"state": State.REQUESTED}, {}, reasons.NOT_SO),
        (Kind.RAN_OUT, {"state": State.BOOKED}, {}, reasons.NOT_SO),
        (Kind.FORM_MISSING, {"state": State.ARRIVED}, {}, reasons.NOT_SO),
        (Kind.CHOOSE_AGAIN, {"state": State.CANCELLED}, {}, reasons.NOT_SO),
        (Kind.REMINDER, {"state": State.NO_SHOW}, {}, reasons.NOT_SO),
        (Kind.REMINDER, {"state": State.REQUESTED}, {}, reasons.NOT_SO),
        (Kind.REMINDER, {"wants_reminders": False}, {}, reasons.UNWANTED),
        (Kind.REMINDER, {"confirmed_at": NOW}, {"only_unconfirmed": True}, reasons.CONFIRMED),
        (Kind.REMINDER, {"starts_at": NOW + timedelta(minutes=25)}, {}, reasons.TOO_LATE),
        (Kind.REMINDER, {"starts_at": NOW - AN_HOUR}, {}, reasons.BEGUN),
    ],
)
def test_what_is_no_longer_true_is_not_sent(
    kind: Message.Kind, visit: dict[str, Any], message: dict[str, Any], expected: str
) -> None:
    make_policy()
    row = make_message(visit=make_visit(**visit), kind=kind, **message)

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(row), mail.outbox, str(sweep)) == (("suppressed", expected), [], "1 due: 1 suppressed")


@pytest.mark.parametrize(
    ("kind", "visit", "message"),
    [
        (Kind.BOOKED, {}, {}),
        (Kind.MOVED, {"state": State.REQUESTED}, {}),
        (Kind.REQUESTED, {"state": State.REQUESTED}, {}),
        (Kind.CANCELLED, {"state": State.CANCELLED, "starts_at": NOW - AN_HOUR}, {}),
        (
            Kind.CANCELLED,
            {"state": State.CANCELLING, "cancelled_from": State.BOOKED, "deadline_at": NOW + AN_HOUR},
            {},
        ),
        (Kind.RAN_OUT, {"state": State.CANCELLED}, {}),
        (Kind.REMINDER, {}, {"only_unconfirmed": True}),
        (Kind.REMINDER, {"confirmed_at": NOW}, {}),
        (Kind.REMINDER, {"starts_at": NOW + timedelta(minutes=30)}, {}),
        (Kind.BOOKED, {"wants_reminders": False}, {}),
    ],
)
def test_what_is_true_is_sent(kind: Message.Kind, visit: dict[str, Any], message: dict[str, Any]) -> None:
    make_policy()
    row = make_message(visit=make_visit(**visit), kind=kind, **message)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(row), len(mail.outbox)) == (("sent", ""), 1)


def test_a_mail_goes_to_the_address_of_now() -> None:
    make_policy()
    visit = make_visit()
    row = make_message(visit=visit)
    visit.booker_email = "corrected@example.com"
    visit.save()

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    row.refresh_from_db()
    assert (row.recipient, [one.to for one in mail.outbox]) == ("corrected@example.com", [["corrected@example.com"]])


def test_a_reminder_that_the_sweep_finds_by_night_waits_for_the_morning() -> None:
    make_policy()
    night = NOW.replace(hour=23)
    row = make_message(visit=make_visit(), kind=Kind.REMINDER, due_at=NOW)

    outbox.send_due(ask_gate=is_stopped, now=night)
    waiting = state_of(row), row.next_try_at
    outbox.send_due(ask_gate=is_stopped, now=night + timedelta(hours=9))

    assert waiting == (("queued", reasons.QUIET), night + timedelta(hours=9))
    assert (state_of(row), len(mail.outbox)) == (("sent", ""), 1)


def test_after_a_long_outage_only_the_last_reminder_goes_out() -> None:
    make_policy()
    visit = make_visit()
    early, late = STARTS_AT - 48 * AN_HOUR, STARTS_AT - 3 * AN_HOUR
    make_message(visit=visit, kind=Kind.REMINDER, key="early", due_at=early)
    make_message(visit=visit, kind=Kind.REMINDER, key="late", due_at=late, only_unconfirmed=True)

    outbox.send_due(ask_gate=is_stopped, now=late)

    assert list(Message.objects.order_by("due_at").values_list("state", "reason")) == [
        ("suppressed", reasons.LATER_REMINDER),
        ("sent", ""),
    ]


def test_a_later_reminder_that_will_not_be_sent_does_not_hold_back_the_earlier() -> None:
    make_policy()
    visit = make_visit(confirmed_at=NOW)
    early, late = STARTS_AT - 48 * AN_HOUR, STARTS_AT - 3 * AN_HOUR
    make_message(visit=visit, kind=Kind.REMINDER, key="early", due_at=early)
    make_message(visit=visit, kind=Kind.REMINDER, key="late", due_at=late, only_unconfirmed=True)

    outbox.send_due(ask_gate=is_stopped, now=late)

    assert list(Message.objects.order_by("due_at").values_list("state", "reason")) == [
        ("sent", ""),
        ("suppressed", reasons.CONFIRMED),
    ]


def make_case(**fields: Any) -> Case:
    return Case.objects.create(kind=Case.Kind.EMERGENCY, opened_at=NOW, **fields)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Case.State.OPEN, ("sent", "")),
        (Case.State.CALLED, ("sent", "")),
        (Case.State.CLOSED, ("suppressed", reasons.CASE_SETTLED)),
        (Case.State.CLEARED, ("suppressed", reasons.CASE_SETTLED)),
    ],
)
def test_staff_hear_of_cases_that_are_still_open(state: Case.State, expected: tuple[str, str]) -> None:
    make_policy()
    case = make_case(state=state)
    row = make_message(visit=None, kind=Kind.CASE_OPENED, case=case)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert state_of(row) == expected


def test_the_list_of_the_day_is_for_its_day() -> None:
    make_policy()
    location = make_location()
    today = make_message(visit=None, kind=Kind.DAY_LIST, key="t", location=location, on_date=NOW.date())
    past = make_message(
        visit=None, kind=Kind.DAY_LIST, key="p", location=location, on_date=NOW.date() - timedelta(days=1)
    )

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert (state_of(today), state_of(past)) == (("sent", ""), ("suppressed", reasons.DAY_OVER))


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
        visit=make_visit(starts_at=now_of_worker + AN_HOUR * 48), state=MailState.CLAIMED,
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


@pytest.mark.parametrize(("kind", "each"), [(Kind.FORM_MISSING, 3), (Kind.REMINDER, 4), (Kind.BOOKED, 5)])
def test_statements_per_mail_are_constant(kind: Message.Kind, each: int) -> None:
    """A mail costs a look at its visit, its hand-off and its outcome; all else is per sweep or batch.

    One that invites somebody costs the question to the gate as well: here what the person has said last. One that may
    tell what a client has done costs the question who did it.
    """
    counts = []
    for number in (1, 2, 30):
        Message.objects.all().delete()
        make_policy()
        for position in range(number):
            make_message(visit=make_visit(), kind=kind, key=f"{number}-{position}")
        with CaptureQueriesContext(connection) as queries:
            sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)
        assert str(sweep) == f"{number} due: {number} sent"
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))

    assert (counts[1] - counts[0], counts[2] - counts[1]) == (each, 28 * each)


def test_a_hand_off_outlives_the_slowest_server() -> None:
    """Sender, recipient, content announced, content sent, answer: each may take the whole time-out."""

    assert timedelta(seconds=5 * clinic.settings.EMAIL_TIMEOUT) < steps.HAND_OFF_LEASE
