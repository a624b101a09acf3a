"""Who is told that a visit is stopped, how often, and what goes out once it no longer is."""

import pytest
from django.core import mail

from booking.cases import clearances
from booking.intake.stops import find_stop
from booking.messages import outbox, reasons
from booking.models import Appointment, Case, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.intake.stopped import (
    LETTER,
    WAYS,
    Way,
    due,
    make_stopped,
    owner,
    renew,
    renewed_form,
    rows,
    sweep,
    told,
)
from tests.cast import make_intake, soon

pytestmark = pytest.mark.django_db

Kind = Message.Kind


@pytest.mark.parametrize("way", [way for way in WAYS if WAYS[way]], ids=lambda way: way.__name__)
def test_the_mail_about_it_says_no_word_of_health_and_comes_once(way: Way) -> None:
    visit = make_stopped(way)
    due(visit, Kind.REMINDER)
    sweep()
    outbox.look_again(intake=visit.intake or make_intake(), now=soon(3))
    due(visit, Kind.REMINDER, key="another")

    sweep(minute=3)

    (told_mail,) = [one for one in mail.outbox if one.to == [visit.booker_email]]
    words = ("health", "doctor", "physician", "letter", "safety", "answer", "symptom", "medic", "weight", "emergency")
    text = f"{told_mail.subject} {told_mail.body}"
    assert [word for word in words if word in text.lower()] == []
    assert set(Message.objects.filter(kind=Kind.STOPPED, state="suppressed").values_list("reason", flat=True)) == {
        reasons.TOLD
    }


def test_a_renewed_form_is_told_within_one_sweep_and_not_only_when_a_reminder_is_due() -> None:
    make_stopped(renewed_form)

    assert sweep() == "2 due: 2 sent"
    assert (told(), rows(kind=Kind.STOPPED)) == (1, {"stopped": ("sent", "")})


def test_where_nothing_stops_the_visit_new_answers_send_nothing() -> None:
    make_stopped(lambda visit: renew(visit, {}))

    sweep()

    assert (mail.outbox, rows(kind=Kind.STOPPED)) == ([], {"stopped": ("suppressed", reasons.NOTHING_STOPS)})


@pytest.mark.parametrize("kind", ["cleared", "corrected"])
def test_when_the_stop_is_lifted_what_was_held_back_goes_out(kind: str) -> None:
    visit = make_stopped(renewed_form)
    reminder = due(visit, Kind.REMINDER)
    sweep()
    reminder.refresh_from_db()
    held_back = reminder.state, reminder.reason

    if kind == "cleared":
        case = Case.objects.get(intake=visit.intake)
        clearances.record_clearance(case=case, letter=LETTER, by=owner(), now=soon(3))
    else:
        intake = make_intake(client=visit.client, now=soon(3), previous=visit.intake)
        appointments.replace_form(appointment=visit, intake=intake, by=CLIENT, now=soon(3))
    sweep(minute=4)

    reminder.refresh_from_db()
    assert (held_back, reminder.state, told()) == (("suppressed", reasons.STOPPED), "sent", 1)
    assert find_stop(visit=Appointment.objects.get(pk=visit.pk), now=soon(4)) is None


def test_a_stop_that_comes_back_is_told_again() -> None:
    visit = make_stopped(renewed_form)
    sweep()
    letter = clearances.record_clearance(
        case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=soon(3)
    )
    sweep(minute=3)

    clearances.void_clearance(clearance=letter, by=owner(), now=soon(4))
    sweep(minute=4)

    assert told() == 2
