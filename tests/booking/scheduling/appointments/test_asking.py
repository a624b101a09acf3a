"""Mails by which staff ask for something, on both engines: once, in words that give no reason, and only while true."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail

from booking.intake.stops import is_stopped
from booking.links import visit_url
from booking.messages import outbox
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import AlreadyAsked, By, NoAddress, NotAllowed, TooLate
from services.models import TimeOff
from tests.cast import EMAIL, NOW, TODAY, Clinic, at, book, make_intake, soon

pytestmark = pytest.mark.django_db

THURSDAY = TODAY + timedelta(days=3)


@pytest.fixture
def reception() -> By:
    return By("staff", User.objects.create_user("reception"))


def mails(visit: Appointment, kind: str) -> list[tuple[str, str]]:
    return list(Message.objects.filter(appointment=visit, kind=kind).values_list("state", "reason"))


def test_asking_for_the_form_queues_one_mail_with_its_event(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)

    appointments.ask_for_form(appointment=visit, by=reception, now=soon(5))

    event = visit.events.last()
    assert event is not None
    assert (event.verb, event.by, event.at) == ("ask for form", reception.user, soon(5))
    assert mails(visit, "form_missing") == [("queued", "")]
    outbox.send_due(ask_gate=is_stopped, now=soon(5))
    written = next(one for one in mail.outbox if one.subject.startswith("Before your visit"))
    assert visit_url(visit) in written.body


def test_asking_twice_sends_one_mail_and_says_so(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)
    appointments.ask_for_form(appointment=visit, by=reception, now=soon(5))

    with pytest.raises(AlreadyAsked, match="asked before"):
        appointments.ask_for_form(appointment=visit, by=reception, now=soon(6))

    assert mails(visit, "form_missing") == [("queued", "")]
    assert [event.verb for event in visit.events.all()] == ["book", "ask for form"]


def test_a_visit_that_was_moved_may_be_asked_about_again(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)
    appointments.ask_for_form(appointment=visit, by=reception, now=soon(5))
    Message.objects.filter(kind=Message.Kind.FORM_MISSING).update(state=Message.State.SENT)
    appointments.move(
        appointment=visit, starts_at=at("15:00", day=THURSDAY), therapist_id=None, by=reception, now=soon(6)
    )

    appointments.ask_for_form(appointment=visit, by=reception, now=soon(7))

    assert sorted(state for state, _reason in mails(visit, "form_missing")) == ["queued", "sent"]


def test_a_form_that_was_asked_for_and_not_mailed_yet_goes_along_with_a_move(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception, send_form=True)

    appointments.move(
        appointment=visit, starts_at=at("15:00", day=THURSDAY), therapist_id=None, by=reception, now=soon(2)
    )

    assert list(Message.objects.filter(kind="form_missing").values_list("state", "version")) == [("queued", 2)]
    with pytest.raises(AlreadyAsked, match="asked before"):
        appointments.ask_for_form(appointment=visit, by=reception, now=soon(3))


def test_the_form_is_not_asked_for_where_it_is_there(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, by=reception)

    with pytest.raises(NotAllowed, match="is there"):
        appointments.ask_for_form(appointment=visit, by=reception, now=soon(5))

    assert mails(visit, "form_missing") == []


def test_a_form_that_is_too_old_on_the_day_is_asked_for(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)
    old = make_intake(now=NOW - timedelta(days=88), client=visit.client)
    Appointment.objects.filter(pk=visit.pk).update(intake=old)
    visit.refresh_from_db()

    assert appointments.needs_form(visit, now=NOW) is True
    assert appointments.ask_for_form(appointment=visit, by=reception, now=soon(5)).pk == visit.pk


def test_a_form_that_comes_before_the_mail_has_gone_out_withdraws_it(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)
    appointments.ask_for_form(appointment=visit, by=reception, now=soon(5))

    appointments.replace_form(appointment=visit, intake=make_intake(), by=reception, now=soon(6))

    assert mails(visit, "form_missing") == [("suppressed", "The client had already answered.")]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"booker_email": ""}, NoAddress),
        ({"state": State.ARRIVED}, NotAllowed),
        ({"state": State.CANCELLED}, NotAllowed),
        ({"starts_at": NOW, "ends_at": soon(60), "busy_until": soon(75)}, TooLate),
    ],
)
def test_nobody_is_asked_about_what_can_not_be_answered(
    fields: dict[str, Any], error: type[Exception], clinic: Clinic, reception: By
) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, with_form=False, by=reception)
    Appointment.objects.filter(pk=visit.pk).update(**fields)

    for ask in (appointments.ask_for_form, appointments.ask_to_choose_again):
        with pytest.raises(error):
            ask(appointment=visit, by=reception, now=soon(5))

    assert [event.verb for event in visit.events.all()] == ["book"]


def test_asking_to_choose_again_says_nothing_of_the_reason(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, by=reception)
    TimeOff.objects.create(
        therapist=clinic.therapists[0],
        starts_at=at("08:00", day=THURSDAY),
        ends_at=at("18:00", day=THURSDAY),
        reason="REASONMARK",
    )

    appointments.ask_to_choose_again(appointment=visit, by=reception, now=soon(5))

    outbox.send_due(ask_gate=is_stopped, now=soon(5))
    written = next(one for one in mail.outbox if "choose a new time" in one.subject)
    everything = str(written.message())
    assert visit_url(visit) in written.body
    assert "REASONMARK" not in everything
    assert "away" not in written.body.lower()
    assert [event.verb for event in visit.events.all()] == ["book", "ask for a new time"]


def test_a_visit_that_staff_move_without_a_word_is_not_to_be_chosen_again(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, by=reception)
    appointments.ask_to_choose_again(appointment=visit, by=reception, now=soon(5))

    appointments.move(
        appointment=visit,
        starts_at=visit.starts_at,
        therapist_id=clinic.therapists[1].pk,
        by=reception,
        now=soon(6),
        tell_client=False,
    )

    ((state, _reason),) = mails(visit, "choose_again")
    assert state == "suppressed"
    # Stranded once more under the same version: the mail that never went out is queued anew.
    appointments.ask_to_choose_again(appointment=visit, by=reception, now=soon(7))
    assert mails(visit, "choose_again") == [("queued", "")]
