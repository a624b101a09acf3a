"""Every moment on a page of the panel is by the clinic's clock, in the one format, and its zone is named."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.models import Appointment, Case, Message
from services.models import Location
from tests.cast import DOCTOR_FIRST, EMAIL, NOW, TODAY, Clinic, book, make_client, make_clinic, make_intake, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def kolkata(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)  # 13:30 in Kolkata
    return make_clinic(zone="Asia/Kolkata", opens="09:00", closes="20:00")


@pytest.fixture
def owner(kolkata: Clinic) -> Browser:
    return sign_in("owner")


def show(browser: Browser, name: str, *args: Any) -> str:
    """The page on one line, without its head."""
    return " ".join(browser.get(reverse(f"panel:{name}", args=args)).content.decode().partition("<main")[2].split())


def test_a_case_and_its_letter(owner: Browser, kolkata: Clinic) -> None:
    make_intake(answers=DOCTOR_FIRST, client=make_client())
    case = Case.objects.get()
    letter = Letter(
        written_by="Dr Ahern",
        written_date=TODAY,
        allowed_treatments=("swedish",),
        valid_until=TODAY + timedelta(days=9),
    )
    clearances.record_clearance(case=case, letter=letter, by=User.objects.get(), now=NOW)

    page = show(owner, "case", case.pk)

    assert "Monday 23 November 2026, 1:30 pm: letter recorded, owner" in page
    assert "Allows: Swedish." in page
    assert "Recorded by owner, Monday 23 November, 1:30 pm." in page
    assert ("Times are Kolkata time." in page, "UTC" in page) == (True, False)


def test_messages(owner: Browser, kolkata: Clinic) -> None:
    visit = book(kolkata, NOW + timedelta(hours=2), email=EMAIL)
    Message.objects.filter(appointment=visit, kind="booked").update(state="failed", reason="refused")

    page = show(owner, "messages")

    assert "Booked, <bdi>niamh@example.com</bdi>, Monday 23 November, 1:33 pm: failed" in page
    assert ("Times are Kolkata time." in page, "UTC" in page) == (True, False)


def test_mails_and_earlier_visits_of_a_visit(owner: Browser, kolkata: Clinic) -> None:
    earlier, visit = book(kolkata, NOW + timedelta(hours=2), email=EMAIL), make_client()
    # Half past eight in the evening (UTC) is the next day in Kolkata.
    Appointment.objects.filter(pk=earlier.pk).update(starts_at=NOW - timedelta(hours=11, minutes=30), client=visit)
    later = book(kolkata, NOW + timedelta(hours=4), email=EMAIL, client=visit)

    page = show(owner, "visit", later.reference)

    assert "Monday 23 November 2026: Swedish, Therapist 1" in page
    assert "Monday 23 November, 1:33 pm: booked, queued" in page


def test_the_first_place_has_the_clock_of_the_lists(owner: Browser, kolkata: Clinic) -> None:
    Location.objects.create(name="Second", address="2", phone="2", time_zone="America/New_York")

    assert "Times are Kolkata time." in show(owner, "messages")
    Location.objects.filter(pk=kolkata.location.pk).update(is_active=False)
    assert "Times are New York time." in show(owner, "messages")
