"""What staff read about a visit before they begin."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake import drafts
from booking.models import Appointment, Case, Clearance, State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from tests.cast import (
    CAREFUL,
    NOW,
    TODAY,
    Clinic,
    at,
    book,
    make_client,
    make_intake,
    make_treatment,
    sign_in,
    soon,
)

pytestmark = pytest.mark.django_db

# A doctor has to look at the first; the second is for care, which no letter sets aside.
ANSWERS = {
    "conditions": ["cancer"],
    "cancer_status": "active",
    "doctor_review": "not_seen",
    "medications": ["anticoagulants"],
}


@pytest.fixture
def clearance(clinic: Clinic) -> Clearance:
    make_treatment(key="deep_tissue")
    make_intake(answers=ANSWERS, client=make_client())
    letter = Letter(
        written_by="Dr Farrell",
        written_date=TODAY,
        allowed_treatments=("swedish", "deep_tissue"),
        valid_until=TODAY + timedelta(days=30),
        avoid=("left arm",),
        note="Light pressure only",
    )
    return clearances.record_clearance(
        case=Case.objects.get(), letter=letter, by=User.objects.create(username="o"), now=NOW
    )


@pytest.fixture
def visit(clinic: Clinic, clearance: Clearance) -> Appointment:
    draft = drafts.start_cleared_draft(clearance=clearance, now=NOW)
    drafts.choose_treatment(draft=draft, treatment=clinic.treatment, minutes=60, location=clinic.location)
    appointments.keep_start(
        draft=draft, starts_at=at("14:00"), therapist_id=clinic.therapists[0].pk, address="127.0.0.1", now=NOW
    )
    details = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com")
    return appointments.book(draft=draft, details=details, key="key", now=NOW)


def careful(browser: Browser, visit: Appointment) -> str:
    """The box "be careful about", in one line."""
    page = browser.get(reverse("panel:visit", args=[visit.reference])).content.decode()
    box = page[page.index("side-careful") :]
    return " ".join(box[: box.index("</div>")].split())


@pytest.mark.parametrize("role", ["owner", "reception", "therapist"])
def test_a_letter_s_limits_stand_beside_those_of_the_answers(role: str, clinic: Clinic, visit: Appointment) -> None:
    told = careful(sign_in(role, clinic), visit)

    assert visit.state == State.BOOKED
    assert "A letter of Dr Farrell allows this until 23 December 2026: <b>Swedish</b>. “Light pressure only”" in told
    assert "<b>Left arm</b>: avoid" in told
    assert "Not suitable: Deep tissue" in told
    assert "side-caution" in told
    assert "side-stop" not in told


def test_what_the_clinic_added_goes_with_the_one_that_it_is_like(clinic: Clinic, visit: Appointment) -> None:
    make_treatment(key="sports_massage")
    make_treatment(key="scalp_massage", like="swedish")

    told = careful(sign_in("therapist", clinic), visit)

    assert "until 23 December 2026: <b>Scalp massage (like Swedish), Swedish</b>." in told
    assert "Not suitable: Sports massage (like deep tissue), Deep tissue, Trigger point therapy" in told


def test_a_letter_is_recorded_by_what_treatments_are_like(clinic: Clinic, time_machine: Any) -> None:
    make_treatment(key="sports_massage")
    make_intake(answers=ANSWERS, client=make_client())

    page = sign_in("owner", clinic).get(reverse("panel:case", args=[Case.objects.get().pk])).content.decode()

    boxes = re.findall(
        r'name="allowed_treatments" value="(\w+)"[^>]*>\s*<label[^>]*>\s*(.*?)\s*</label>', page, re.DOTALL
    )
    assert boxes == [
        ("deep_tissue", "Deep tissue, Sports massage (like deep tissue)"),
        ("trigger_point", "Trigger point therapy"),
        ("myofascial_release", "Myofascial release"),
        ("swedish", "Swedish"),
    ]


def test_without_the_letter_the_visit_is_stopped(clinic: Clinic, visit: Appointment, clearance: Clearance) -> None:
    clearances.void_clearance(clearance=clearance, by=User.objects.get(), now=NOW)

    told = careful(sign_in("reception", clinic), visit)

    assert "side-stop" in told
    assert "Left arm" not in told
    assert "Dr Farrell" not in told


def test_what_the_person_has_said_since_counts_as_well(clinic: Clinic) -> None:
    client = make_client()
    visit = book(clinic, "14:00", client=client)
    browser = sign_in("reception", clinic)
    before = careful(browser, visit)
    make_treatment(key="deep_tissue")
    make_intake(answers=CAREFUL, client=client, now=soon(1))

    after = careful(browser, visit)

    assert "Nothing reported." in before
    assert "Answered again since" not in before
    assert "<p>Result: <b>clear</b></p> <p>Answered again since: <b>careful</b></p>" in after
    assert "Not suitable: Deep tissue" in after


def test_the_case_shows_what_the_letter_says(clinic: Clinic, clearance: Clearance) -> None:
    page = sign_in("owner", clinic).get(reverse("panel:case", args=[clearance.case_id])).content.decode()

    assert "Avoid: treated areas" not in page
    assert "Avoid: left arm. “Light pressure only”" in " ".join(page.split())


@pytest.mark.parametrize(
    ("said", "told", "looks"),
    [
        ({}, "Answered for another visit: <b>clear</b>", "side-form"),
        ({"emergency_symptoms": ["breathless_or_blood"]}, "<b>emergency</b>", "side-stop"),
    ],
)
def test_without_a_form_what_was_answered_elsewhere_is_told(
    said: dict[str, Any], told: str, looks: str, clinic: Clinic
) -> None:
    person = make_client()
    visit = book(clinic, "14:00", client=person, with_form=False)
    make_intake(answers=said, client=person)

    box = careful(sign_in("reception", clinic), visit)

    assert "The safety check is missing." in box
    assert told in box
    assert looks in box
