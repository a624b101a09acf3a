"""All that beat does, and that each tick leaves its heartbeat. The command is in tests/clinic/management."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from booking import tasks
from booking.models import Draft, Heartbeat
from clinic.running.ticks import TICKS, Tick
from tests.cast import make_clinic, make_draft

pytestmark = pytest.mark.django_db


def test_a_tick_is_all_that_beat_does(settings: Settings) -> None:
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {one.task for one in TICKS} == planned


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
