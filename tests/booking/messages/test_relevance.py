"""Which mail is still true when its row comes up: by what a sweep leaves. On both engines."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.models import Case, Message, State
from tests.booking.messages.factories import (
    EMAIL,
    STARTS_AT,
    make_case,
    make_location,
    make_message,
    make_policy,
    make_visit,
    state_of,
)
from tests.cast import NOW

pytestmark = pytest.mark.django_db

Kind = Message.Kind
AN_HOUR = timedelta(hours=1)


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
