"""The ticks: thin, so that a look at their effects is enough. On both engines."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from booking import tasks
from booking.messages import outbox
from booking.models import Draft, Heartbeat, Message, State
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import make_clinic, make_draft

pytestmark = pytest.mark.django_db


def make_due_message() -> Message:
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    return make_message(visit=make_visit(starts_at=starts_at), due_at=timezone.now() - timedelta(minutes=1))


def test_a_tick_sends_what_is_due() -> None:
    make_policy()
    message = make_due_message()

    tasks.send_due_messages()

    message.refresh_from_db()
    assert (message.state, len(mail.outbox)) == ("sent", 1)
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["send_due_messages"]


def test_a_tick_ends_in_time_and_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeps: list[int] = []

    def endless(**_: object) -> object:
        while True:
            sweeps.append(1)
            yield outbox.Sweep(claimed=1)

    monkeypatch.setattr(outbox, "each_sweep", endless)
    ticks = iter([0.0, 10.0, 20.0, 99.0])
    monkeypatch.setattr("booking.tasks.time.monotonic", lambda: next(ticks))

    tasks.send_due_messages()

    assert len(sweeps) == 3


def test_the_sweep_ends_what_has_run_out() -> None:
    make_policy()
    now = timezone.now()
    clinic = make_clinic()
    draft = make_draft(clinic=clinic, now=now - timedelta(days=2))
    cancelling = make_visit(state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=now - timedelta(minutes=1))

    for key, age in (("old", 1), ("new", -1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now - timedelta(minutes=age))

    tasks.sweep()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    cancelling.refresh_from_db()
    assert (cancelling.state, Draft.objects.filter(pk=draft.pk).exists()) == (State.CANCELLED, False)
    assert list(Heartbeat.objects.values_list("name", flat=True)) == [tasks.NIGHT, "sweep"]
