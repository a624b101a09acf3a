import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from booking import tasks
from booking.models import Draft, Heartbeat
from clinic.running.health import read_health
from clinic.running.ticks import TICKS
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
