"""A correction of who somebody is reaches the visits that are still to come, and no others."""

from datetime import timedelta

import pytest

from booking.models import Appointment, AppointmentEvent, Client, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CorrectedMeanwhile
from tests.cast import EMAIL, NAME, NOW, PHONE, STAFF, Clinic, book, make_client

pytestmark = pytest.mark.django_db

TYPED = ("booker_name", "booker_email", "booker_phone")


def typed(visit: Appointment) -> tuple[str, ...]:
    found: tuple[str, ...] = Appointment.objects.values_list(*TYPED).get(pk=visit.pk)
    return found


def correct(person: Client, **wanted: str) -> list[str]:
    return appointments.correct_person(
        client=person, wanted=wanted, seen_version=person.version, by=STAFF, now=NOW + timedelta(minutes=5)
    )


def test_a_correction_reaches_coming_visits_that_said_the_same(clinic: Clinic) -> None:
    person = make_client()
    coming = book(clinic, "10:00", days=1, client=person, email=EMAIL.upper(), phone=PHONE)
    of_a_friend = book(clinic, "12:00", days=1, client=person, name="Sean Byrne", email="sean@example.com")
    past = book(clinic, "14:00", days=1, client=person, email=EMAIL)
    Appointment.objects.filter(pk=past.pk).update(state=State.COMPLETED)

    changed = correct(person, name="Niamh Byrne Kelly", email="nk@example.com", phone="")

    assert changed == ["name", "email"]
    assert [typed(one) for one in (coming, of_a_friend, past)] == [
        ("Niamh Byrne Kelly", "nk@example.com", PHONE),
        ("Sean Byrne", "sean@example.com", ""),
        (NAME, EMAIL, ""),
    ]
    generations = Appointment.objects.order_by("pk").values_list("link_generation", flat=True)
    assert list(generations) == [2, 1, 1]  # whoever reads the old address can't open the visit any more
    events = AppointmentEvent.objects.filter(verb="correct").values_list("appointment", "changes")
    assert list(events) == [(coming.pk, {"fields": ["booker_name", "booker_email", "link_generation"]})]


def test_somebody_without_an_address_hears_of_their_visits_once_they_have_one(clinic: Clinic) -> None:
    person = Client.objects.create(name=NAME, created_at=NOW)
    visit = book(clinic, "10:00", days=3, client=person)
    assert Message.objects.count() == 0

    correct(person, email="nk@example.com")

    mails = Message.objects.filter(appointment=visit).order_by("due_at", "pk")
    assert next((mail.kind, mail.recipient) for mail in mails) == ("booked", "nk@example.com")
    assert {mail.kind for mail in mails} == {"booked", "reminder"}


def test_two_editors_notice_each_other_and_the_same_twice_is_once(clinic: Clinic) -> None:
    person, same = make_client(), Client.objects.get()
    assert correct(person, phone="+353871234567") == ["phone"]

    with pytest.raises(CorrectedMeanwhile):
        correct(same, name="Niamh Kelly")

    assert correct(same, phone="+353871234567") == []
    assert Client.objects.values_list("name", "phone", "version").get() == (NAME, "+353871234567", 2)
