"""Visits that change while their mails are on the way: no mail for a version that was dead before its hand-off began."""

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from pytest_django import Settings

from booking.intake.stops import is_stopped
from booking.messages import outbox, steps
from booking.messages.delivery import Post
from booking.models import Appointment, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.messages.factories import make_many, make_message, make_policy, make_visit
from tests.cast import NOW, make_client, make_intake
from tests.faults import mail_workers
from tests.faults.mail_workers import use_sink, work
from tests.processes import Crew
from tests.programs import wait_until
from tests.smtp_sink import Sink

IS_LONG = os.environ.get("PROVE") == "1"
CHANGES = 500 if IS_LONG else 40
PHYSICIAN = {"signs_now": ["unexplained_weight_loss"]}
BEGUN = (Message.State.HANDED_OFF, Message.State.SENT)


def change_each(*, visits: list[int], now: str, stops: bool) -> list[tuple[str, str]]:
    """Cancel or move, or stop, one visit after the other; right after each commit, note how far its first mail had come.

    Begins when the mail of the first of them is on its way, so that both sides are at work.
    """
    wait_until(Message.objects.filter(appointment=visits[0], state__in=BEGUN).exists)
    noted = []
    for pk in visits:
        change = stop if stops else cancel if pk % 2 else move
        change(pk, now=datetime.fromisoformat(now))
        noted.append(Message.objects.filter(appointment=pk, version=1).values_list("message_id", "state")[0])
    return noted


def cancel(pk: int, *, now: datetime) -> None:
    appointments.cancel(appointment=Appointment.objects.get(pk=pk), by=CLIENT, now=now)


def move(pk: int, *, now: datetime) -> None:
    """As `appointments.move` writes it, without asking for a free start."""
    with transaction.atomic():
        visit = Appointment.objects.select_for_update().get(pk=pk)
        visit.version += 1
        visit.starts_at += timedelta(days=1)
        visit.ends_at += timedelta(days=1)
        visit.busy_until += timedelta(days=1)
        visit.save()
        outbox.announce(appointment=visit, kind=Message.Kind.MOVED, now=now)


def stop(pk: int, *, now: datetime) -> None:
    """The person answers anew, for whatever visit: from the commit on the gate would stop this one."""
    visit = Appointment.objects.get(pk=pk)
    with transaction.atomic():
        intake = make_intake(client=visit.client, answers=PHYSICIAN, now=now)
        outbox.look_again(intake=intake, now=now)


def race(*, action: str, **arguments: Any) -> Any:
    """Either side of the race, by name."""
    if action == "work":
        return work(**arguments)
    return change_each(**arguments)


def run_race(crew: Crew, sink: Sink, *, guards: str, stops: bool = False) -> tuple[Counter[str], list[str]]:
    """How far mails had come when their visit was cancelled or stopped, and those sent although it was so before."""
    make_many(CHANGES)
    if stops:
        for visit in Appointment.objects.all():
            visit.client = make_client()
            visit.intake = make_intake(client=visit.client)
            visit.save()
    sink.behave("well")
    visits = list(Appointment.objects.order_by("id").values_list("pk", flat=True))
    now = NOW.isoformat()

    sender, changer = crew.run(
        race,
        [
            {"action": "work", "port": sink.port, "now": now, "guards": guards, "lease_seconds": 60},
            # The first one, and then from the other end, so that they meet in the middle.
            {"action": "change", "visits": [visits[0], *visits[:0:-1]], "now": now, "stops": stops},
        ],
        seconds=300,
    )

    assert (sender.error, changer.error) == (None, None), sender.traceback + changer.traceback
    arrived = {mail.message_id for mail in sink.mails()}
    dead_before = [message_id for message_id, state in changer.value if state not in BEGUN]
    return Counter(state for _, state in changer.value), [one for one in dead_before if one in arrived]


def test_no_mail_for_a_visit_that_was_cancelled_before_the_hand_off(crew: Crew, sink: Sink) -> None:
    noted, wrong = run_race(crew, sink, guards="all")

    print(f"{CHANGES} visits changed while their mails go out: {dict(noted)}, {len(wrong)} wrong")
    assert wrong == []
    assert 0 < noted["sent"] + noted["handed_off"] < CHANGES


def test_no_invitation_to_a_visit_that_was_stopped_before_the_hand_off(crew: Crew, sink: Sink) -> None:
    noted, wrong = run_race(crew, sink, guards="all", stops=True)

    print(f"{CHANGES} visits stopped while their mails go out: {dict(noted)}, {len(wrong)} wrong")
    assert wrong == []
    assert 0 < noted["sent"] + noted["handed_off"] < CHANGES


@pytest.mark.once
@pytest.mark.parametrize("stops", [False, True])
def test_control_without_the_second_look_dead_versions_are_mailed(crew: Crew, sink: Sink, stops: bool) -> None:
    _, wrong = run_race(crew, sink, guards="no second look", stops=stops)

    assert wrong != []


STEPS = ("claimed", "handed off", "delivered")
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.django_db
def test_a_change_at_each_step_of_the_hand_off(sink: Sink, settings: Settings, step: str) -> None:
    """Before the hand-off the mail is withdrawn, with its reason; after it, it counts as sent and the next one follows."""
    make_policy(contact_email="", reminder_plan=[])
    use_sink(sink.port, settings=settings)
    visit = make_visit()
    old = make_message(visit=visit)
    with changing_at(step, visit):
        outbox.send_due(ask_gate=is_stopped, now=NOW)
    outbox.send_due(ask_gate=is_stopped, now=LATER)

    found = list(Message.objects.order_by("id").values_list("kind", "state"))
    was_sent = step != "claimed"
    assert found == [("booked", "sent" if was_sent else "suppressed"), ("cancelled", "sent")]
    assert [mail.message_id for mail in sink.mails()].count(old.message_id) == int(was_sent)


def changing_at(step: str, visit: Appointment) -> Any:
    """Cancel the visit when its mail comes to `step`, once."""
    done: list[bool] = []

    def change() -> None:
        if not done:
            done.append(True)
            cancel(visit.pk, now=NOW)

    if step == "claimed":
        return mock.patch.object(steps, "claim", mail_workers._then(steps.claim, change))
    hand_over = Post.hand_over

    def around(self: Post, mail: Any) -> Any:
        if step == "handed off":
            change()
        delivery = hand_over(self, mail)
        if step == "delivered":
            change()
        return delivery

    return mock.patch.object(Post, "hand_over", around)
