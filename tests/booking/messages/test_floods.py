"""One address gets so many mails a day about what is done on the website; nothing that matters is lost or waits."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from pytest_django import Settings

from booking import limits
from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.messages.backlog import read_backlog
from booking.models import Appointment, AppointmentEvent, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from booking.web.visit.mail_status import say_of_mail
from services.models import ClinicPolicy
from tests.booking.messages import backends
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import NOW, make_client, soon

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Kind, MailState, Actor = Message.Kind, Message.State, AppointmentEvent.Actor
VICTIM, FAMILY = "victim@example.com", "family@example.com"
CLIENT, DESK = By(Actor.CLIENT), By(Actor.STAFF)


@pytest.fixture(autouse=True)
def policy(time_machine: Any) -> ClinicPolicy:
    time_machine.move_to(NOW, tick=False)
    return make_policy(quiet_from="00:00", quiet_until="00:00")


def booked_online(email: str, *, number: int = 0, **fields: Any) -> Appointment:
    """A visit in three days that was booked on the website just now."""
    starts_at = NOW + timedelta(days=3, hours=number)
    visit = make_visit(starts_at=starts_at, booker_email=email, client=make_client(f"Guest {number}"), **fields)
    visit.events.create(at=NOW, actor=Actor.CLIENT, verb="book", state=visit.state, version=visit.version)
    outbox.announce(appointment=visit, kind=Kind.BOOKED, now=NOW)
    return visit


def sweep(minutes: int = 0) -> None:
    outbox.send_due(now=soon(minutes), ask_gate=is_stopped)


def press_back_and_forth(visit: Appointment, *, times: int) -> None:
    """Cancelled and taken back by link, again and again, with a sweep after each."""
    for _time in range(times):
        appointments.cancel(appointment=visit, by=CLIENT, now=NOW)
        sweep()
        appointments.undo_cancel(appointment=visit, by=CLIENT, now=NOW)
        sweep()


def mails_to(email: str) -> int:
    return len([one for one in mail.outbox if one.to == [email]])


def waiting(email: str) -> list[tuple[str, str]]:
    rows = Message.objects.filter(recipient=email, state=MailState.QUEUED).exclude(kind=Kind.REMINDER)
    return list(rows.values_list("kind", "reason"))


def test_a_stranger_fills_no_mailbox_and_a_family_beside_gets_every_mail_at_once() -> None:
    visit = booked_online(VICTIM)
    press_back_and_forth(visit, times=15)
    family = [booked_online(FAMILY, number=number) for number in range(1, 7)]
    sweep()
    for change in (appointments.cancel, appointments.undo_cancel):
        for one in family:
            change(appointment=one, by=CLIENT, now=NOW)
        sweep()

    assert (mails_to(VICTIM), waiting(VICTIM)) == (20, [(Kind.RESTORED, reasons.MANY)])
    assert (mails_to(FAMILY), waiting(FAMILY)) == (18, [])


def test_without_the_limit_the_same_presses_fill_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(limits, "MAILS", limits.Limit("mails", 1000, timedelta(days=1)))

    press_back_and_forth(booked_online(VICTIM), times=15)

    assert (mails_to(VICTIM), waiting(VICTIM)) == (30, [])


def test_upper_case_and_spaces_are_the_same_address() -> None:
    for number, email in enumerate((VICTIM, VICTIM.upper(), VICTIM.title()) * 8):
        booked_online(email, number=number)

    sweep()

    assert (len(mail.outbox), Message.objects.filter(reason=reasons.MANY).count()) == (20, 4)


def test_the_last_change_is_told_as_soon_as_there_is_room() -> None:
    visit = booked_online(VICTIM)
    press_back_and_forth(visit, times=15)

    sweep(71)
    early = mails_to(VICTIM)
    sweep(72)

    assert (early, mails_to(VICTIM), waiting(VICTIM)) == (20, 21, [])
    told = Message.objects.filter(appointment=visit).exclude(kind=Kind.REMINDER)
    assert told.latest("id").kind == Kind.RESTORED
    assert Counter(told.values_list("state", flat=True)) == {MailState.SENT: 21, MailState.SUPPRESSED: 10}


def test_past_the_limit_what_staff_do_and_what_falls_due_goes_out_at_once() -> None:
    visit = booked_online(VICTIM)
    press_back_and_forth(visit, times=15)
    clerk = User.objects.create_user("clerk")
    before = mails_to(VICTIM)

    appointments.cancel(appointment=visit, by=By(Actor.STAFF, clerk), now=NOW)
    other = make_visit(booker_email=VICTIM, starts_at=NOW + timedelta(hours=20))
    for kind in (Kind.REMINDER, Kind.CONFIRMED, Kind.CLOCKS_CHANGED, Kind.FORM_MISSING, Kind.CHOOSE_AGAIN):
        make_message(visit=other, kind=kind)
    sweep(3)

    sent = list(Message.objects.filter(state=MailState.SENT).order_by("id").values_list("kind", flat=True))
    assert mails_to(VICTIM) - before == 6
    assert sent[-6:] == [
        Kind.CANCELLED,
        Kind.REMINDER,
        Kind.CONFIRMED,
        Kind.CLOCKS_CHANGED,
        Kind.FORM_MISSING,
        Kind.CHOOSE_AGAIN,
    ]


def test_what_the_mail_server_did_not_take_is_not_counted(settings: Settings) -> None:
    settings.EMAIL_BACKEND = backends.NAME
    backends.Scripted.script[:] = ["away"] * 3
    booked_online(VICTIM)

    for minutes in (0, 5, 15):
        sweep(minutes)
    sweep(60)

    limits.take(*[(limits.MAILS, VICTIM)] * 19, now=soon(60))
    with pytest.raises(limits.Spending):
        limits.take((limits.MAILS, VICTIM), now=soon(60))


def test_the_page_says_that_the_confirmation_waits_and_nobody_is_alarmed(policy: ClinicPolicy) -> None:
    limits.take(*[(limits.MAILS, VICTIM)] * 20, now=NOW)
    visit = booked_online(VICTIM)
    sweep()

    said = say_of_mail(visit, policy=policy, now=NOW)

    assert said == (
        "Many emails have gone to victim@example.com today. The confirmation will come later: please save this page."
    )
    assert read_backlog(policy=policy, now=soon(30)).problems == ()


def test_a_mail_that_staff_send_again_does_not_wait() -> None:
    limits.take(*[(limits.MAILS, VICTIM)] * 20, now=NOW)
    visit = booked_online(VICTIM)
    row = Message.objects.get(appointment=visit, kind=Kind.BOOKED)
    Message.objects.filter(pk=row.pk).update(state=MailState.FAILED, reason=reasons.GIVEN_UP)

    outbox.send_again(message=row, by=User.objects.create_user("clerk"), now=NOW)
    sweep()

    assert (mails_to(VICTIM), State(visit.state)) == (1, State.BOOKED)
