"""`tick` does all that beat does, once, and each tick leaves its heartbeat."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from booking import tasks
from booking.models import Draft, Heartbeat
from clinic.running.health import read_health
from clinic.running.ticks import TICKS, Tick
from tests.booking.test_tasks import make_due_message
from tests.cast import make_clinic, make_draft

pytestmark = pytest.mark.django_db


def tick() -> str:
    said = io.StringIO()
    try:
        call_command("tick", stdout=said)
    except CommandError as error:
        return str(error)
    return said.getvalue().strip()


def test_a_tick_is_all_that_beat_does(settings: Settings) -> None:
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {one.task for one in TICKS} == planned


def test_one_tick_deletes_abandoned_answers_sends_mail_and_is_all_that_readyz_asks_for() -> None:
    clinic = make_clinic()
    make_draft(clinic=clinic, now=timezone.now() - timedelta(days=2))
    message = make_due_message()
    before = read_health(now=timezone.now()).problems

    said = tick()

    message.refresh_from_db()
    assert said == "Done: sweep, send_due_messages."
    assert (Draft.objects.count(), message.state, len(mail.outbox)) == (0, "sent", 1)
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {one.name for one in TICKS} | {tasks.NIGHT}
    assert (before, read_health(now=timezone.now()).problems) == (("heartbeat",), ())


def test_a_tick_that_fails_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_due_message()

    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "sweep", fail)

    said = tick()

    message.refresh_from_db()
    assert (said, message.state) == ("Not done: sweep (ZeroDivisionError).", "sent")


def test_a_part_of_the_sweep_that_fails_keeps_its_heartbeat_away_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_draft(clinic=make_clinic(), now=timezone.now() - timedelta(days=2))

    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "expire_overdue", fail)
    tasks.sweep()

    assert (Draft.objects.count(), Heartbeat.objects.filter(name="sweep").count()) == (0, 0)


@pytest.mark.parametrize(
    ("every", "oldest"),
    [(timedelta(seconds=5), 2), (timedelta(minutes=1), 2), (timedelta(minutes=10), 11), (timedelta(days=1), 1441)],
)
def test_a_tick_may_be_late_by_a_minute_and_two_at_least(every: timedelta, oldest: int) -> None:
    assert Tick("booking.tasks.any", every).oldest_beat == timedelta(minutes=oldest)


def test_a_tick_without_work_costs_one_statement(django_assert_num_queries: object) -> None:
    tasks.send_due_messages()

    with django_assert_num_queries(1):  # type: ignore[operator]
        tasks.send_due_messages()


@pytest.mark.parametrize("seconds", [31, 3600])
def test_an_idle_tick_still_beats(seconds: int) -> None:
    tasks.send_due_messages()
    old = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.update(beat_at=old)

    tasks.send_due_messages()

    assert Heartbeat.objects.get().beat_at > old
