"""Berlin, Boston, São Paulo: times, prices, phone numbers and the emergency number are those of the place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment
from services.models import ClinicPolicy, Location
from tests.booking.web.visitors import at_check
from tests.cast import NOW, RELAXING, Clinic, make_clinic, sign_in
from tests.journeys.walker import DETAILS, START, walk

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Place:
    """What is typed and read there: nine in the morning, an hour of Swedish, half an hour of it."""

    zone: str
    currency: str
    phone: str
    nine: str
    hour: str
    half_hour: str
    span: str
    emergency: str


BERLIN = Place("Europe/Berlin", "EUR", "0151/23456789", "09:00", "60 €", "45 €", "09:00 to 17:00", "112")
BOSTON = Place("America/New_York", "USD", "(617) 555-2671", "9:00 am", "$60", "$45", "9:00 am to 5:00 pm", "911")
SAO_PAULO = Place("America/Sao_Paulo", "BRL", "(11) 98765-4321", "09:00", "R$ 60", "R$ 45", "09:00 to 17:00", "192")
PLACES = pytest.mark.parametrize("place", [BERLIN, BOSTON, SAO_PAULO], ids=lambda place: place.zone)


def open_clinic(place: Place) -> Clinic:
    clinic = make_clinic(zone=place.zone)
    ClinicPolicy.objects.update(currency=place.currency, contact_email="desk@example.com")
    return clinic


def seen(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


@PLACES
def test_a_visit_is_booked_and_told_as_people_there_do(place: Place, time_machine: Any, monkeypatch: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False)
    open_clinic(place)
    monkeypatch.setitem(DETAILS, "booker_phone", place.phone)
    browser = Browser()

    page = walk(browser, RELAXING)
    visit_page = seen(browser.get(page.url))
    outbox.send_due(ask_gate=is_stopped, now=datetime(2026, 11, 23, 4, 1, tzinfo=UTC))

    visit = Appointment.objects.get()
    sent = mail.outbox[0].body.replace("\xa0", " ")
    panel = seen(sign_in("owner").get(reverse("panel:visit", args=[visit.reference])))
    assert visit.booker_phone == place.phone
    assert place.phone in panel
    assert [place.hour in text for text in (seen(Browser().get(START)), visit_page, sent)] == [True] * 3
    assert [place.nine in text for text in (visit_page, sent, panel)] == [True] * 3


@PLACES
def test_the_hours_prices_and_emergency_number_are_those_of_the_place(place: Place, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    open_clinic(place)

    start = seen(Browser().get("/"))
    page = walk(Browser(), RELAXING | {"emergency_symptoms": ["breathless_or_blood"]})

    assert [words in start for words in (place.span, place.hour)] == [True, True]
    assert f"Call {place.emergency}" in page.html


def test_a_number_that_nobody_there_can_dial_is_answered_with_one_of_theirs(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    browser, _draft = at_check(
        make_clinic(zone="America/Sao_Paulo"), starts_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    )

    refused = browser.post(reverse("booking:details"), DETAILS | {"booker_phone": "12"})

    assert "Write a phone number with its area code, like (11) 96123-4567." in seen(refused)


def test_the_country_that_was_chosen_counts_and_not_that_of_the_zone(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    Location.objects.update(country="US")
    browser, _draft = at_check(clinic, starts_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC))

    assert "2:30 pm" in seen(browser.get(reverse("booking:details")))
