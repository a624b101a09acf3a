"""Booked visits follow a changed list of reminders. On both engines."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from booking.messages import outbox, reasons
from booking.messages.plan import QuietHours, parse_plan
from booking.messages.policy import quiet_hours
from booking.messages.replanning import plan_again
from booking.models import Appointment, Message, State
from services.models import ClinicPolicy
from tests.booking.messages.factories import STARTS_AT, make_policy, make_visit
from tests.cast import NOW

pytestmark = pytest.mark.django_db

Plan = list[dict[str, Any]]
Row = tuple[str, str, datetime, str]
USUAL: Plan = [{"hours_before": 48}, {"hours_before": 3, "only_unconfirmed": True}]
EVENING: Plan = [{"days_before": 1, "at": "18:00"}]
EVENING_BEFORE = (STARTS_AT - timedelta(days=1)).replace(hour=18, minute=0)
TWO_DAYS, THREE_HOURS = STARTS_AT - timedelta(hours=48), STARTS_AT - timedelta(hours=3)


def booked(*, now: datetime = NOW, **fields: Any) -> Appointment:
    visit = make_visit(created_at=now, **fields)
    outbox.announce(appointment=visit, kind=Message.Kind.BOOKED, now=now)
    return visit


@transaction.atomic
def replan(plan: Plan, *, now: datetime = NOW, **fields: Any) -> int:
    """As the only writer of the policy does it."""
    policy = make_policy(reminder_plan=plan, **fields)
    return plan_again(offsets=parse_plan(plan), quiet=quiet_hours(policy), now=now)


def reminders(visit: Appointment) -> list[Row]:
    """The end of the key, state, when and why not, in order of time."""
    found = Message.objects.filter(appointment=visit, kind=Message.Kind.REMINDER).order_by("due_at", "pk")
    return [(one.dedupe_key.rsplit(":", 1)[-1], one.state, one.due_at, one.reason) for one in found]


def alive(visit: Appointment) -> list[Row]:
    return [row for row in reminders(visit) if row[3] != reasons.PLAN_CHANGED]


PLANS: list[Plan] = [
    [],
    EVENING,
    [{"hours_before": 48}],
    [{"hours_before": 27}, {"hours_before": 3, "only_unconfirmed": True}],
    [{"hours_before": 48, "only_unconfirmed": True}, {"days_before": 0, "at": "07:00"}],
    [{"hours_before": 1}, {"days_before": 60, "at": "12:00"}],
    [{"hours_before": 48, "off": True}, *EVENING],
]


def test_a_booked_visit_has_then_what_it_would_have_if_it_were_booked_now(engine: str) -> None:
    make_policy(reminder_plan=USUAL)
    starts = [STARTS_AT, STARTS_AT.replace(hour=8), NOW + timedelta(hours=2), NOW + timedelta(days=30)]
    visits = [booked(starts_at=start) for start in starts]

    for plan in [*PLANS, USUAL]:
        replan(plan)

        fresh = [booked(starts_at=start) for start in starts]
        assert [alive(visit) for visit in visits] == [alive(visit) for visit in fresh], plan
        Appointment.objects.filter(pk__in=[visit.pk for visit in fresh]).delete()


def test_what_is_planned_no_more_says_why_and_comes_back_with_its_line() -> None:
    make_policy(reminder_plan=USUAL)
    visit = booked()

    counts = [replan(EVENING), replan(EVENING), replan(USUAL)]

    assert counts == [1, 0, 1]
    assert reminders(visit) == [
        ("2880m", "queued", TWO_DAYS, ""),
        ("1d1800", "suppressed", EVENING_BEFORE, reasons.PLAN_CHANGED),
        ("180mu", "queued", THREE_HOURS, ""),
    ]


def test_what_has_gone_out_stays_and_what_should_have_gone_out_is_not_sent_after_all() -> None:
    make_policy(reminder_plan=[{"hours_before": 48}])
    visit = booked()
    Message.objects.filter(kind="reminder").update(state=Message.State.SENT, sent_at=TWO_DAYS)
    later = TWO_DAYS + timedelta(hours=1)

    counted = replan([{"hours_before": 49}, {"hours_before": 24}], now=later)

    assert counted == 1
    assert reminders(visit) == [
        ("2880m", "sent", TWO_DAYS, ""),
        ("1440m", "queued", STARTS_AT - timedelta(hours=24), ""),
    ]


def test_other_hours_without_mail_move_what_waits() -> None:
    early = STARTS_AT.replace(hour=8, minute=15)
    make_policy(reminder_plan=USUAL)
    visit = booked(starts_at=early)
    before = reminders(visit)

    replan(USUAL, quiet_from=time(22), quiet_until=time(5))

    in_time = [
        ("2880m", "queued", early - timedelta(hours=48), ""),
        ("180mu", "queued", early - timedelta(hours=3), ""),
    ]
    assert before[1][1:] == ("suppressed", early.replace(hour=8, minute=0), reasons.QUIET_TOO_LONG)
    assert reminders(visit) == in_time
    replan(USUAL, quiet_from=time(21), quiet_until=time(8))
    assert reminders(visit) != in_time
    assert {row[3] for row in reminders(visit)} == {"", reasons.QUIET_TOO_LONG}


def test_what_fell_due_by_night_and_waits_for_the_morning_stays(engine: str) -> None:
    """Due at 22:00, so at 08:00; the list is saved at 23:00 with another line."""
    start = STARTS_AT.replace(hour=22, minute=0)
    make_policy(reminder_plan=[{"hours_before": 24}])
    visit = booked(starts_at=start)

    replan([{"hours_before": 24}, {"hours_before": 2}], now=start - timedelta(hours=23))

    assert reminders(visit) == [
        ("1440m", "queued", start.replace(hour=8), ""),
        ("120m", "queued", start.replace(hour=20), ""),
    ]


@pytest.mark.parametrize("state", [Message.State.CLAIMED, Message.State.HANDED_OFF, Message.State.UNKNOWN])
def test_what_a_worker_has_taken_up_is_left_alone(state: str) -> None:
    make_policy(reminder_plan=[{"hours_before": 48}])
    visit = booked()
    Message.objects.filter(kind="reminder").update(state=state, lease_token="token", lease_until=NOW)

    replan([])

    assert [row[1] for row in reminders(visit)] == [state]


def test_who_can_not_be_reminded_gets_nothing_new() -> None:
    make_policy(reminder_plan=[])
    others = [booked(booker_email=""), booked(starts_at=NOW - timedelta(hours=1)), booked(state=State.REQUESTED)]

    assert (replan(USUAL), [reminders(visit) for visit in others]) == (0, [[], [], []])


def test_a_cancellation_that_is_undone_brings_no_line_back_that_is_gone() -> None:
    make_policy(reminder_plan=USUAL)
    visit = booked()
    visit.state, visit.cancelled_from, visit.deadline_at = State.CANCELLING, State.BOOKED, NOW + timedelta(minutes=10)
    visit.save()
    outbox.announce(appointment=visit, kind=None, now=NOW)
    replan([{"hours_before": 48}])

    visit.state, visit.cancelled_from, visit.deadline_at = State.BOOKED, "", None
    visit.save()
    outbox.announce(appointment=visit, kind=None, now=NOW)

    assert reminders(visit) == [
        ("2880m", "queued", TWO_DAYS, ""),
        ("180mu", "suppressed", THREE_HOURS, reasons.PLAN_CHANGED),
    ]


def test_the_work_is_the_same_few_statements_for_many_visits(django_assert_max_num_queries: Any) -> None:
    make_policy(reminder_plan=USUAL)
    for _number in range(20):
        booked()
    policy = ClinicPolicy.current()
    offsets, quiet = parse_plan(EVENING), QuietHours(policy.quiet_from, policy.quiet_until)

    with transaction.atomic(), django_assert_max_num_queries(5):
        assert plan_again(offsets=offsets, quiet=quiet, now=NOW) == 20
