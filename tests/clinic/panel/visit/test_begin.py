"""A therapist begins a treatment by one press: the urgent questions, what they come to, and the step."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from clinic.panel.door.rights import Member
from clinic.panel.visit.begin import Begin, describe_begin
from clinic.panel.visit.steps import NextStep
from tests.cast import CAREFUL, NOW, Clinic, at, book, make_intake, sign_in
from tests.pages import Page, find_form, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Mobi"}
NOTHING = {"said_emergency_symptoms": "no", "said_signs_now": "no"}


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    """Of somebody who has arrived, and was asked three days before."""
    made = book(clinic, "10:00", intake=make_intake(answers=CAREFUL, now=NOW - timedelta(days=3)))
    Appointment.objects.filter(pk=made.pk).update(state=State.ARRIVED)
    made.refresh_from_db()
    return made


@pytest.fixture
def therapist(visit: Appointment, clinic: Clinic, time_machine: Any) -> Browser:
    time_machine.move_to(at("10:00"), tick=False)
    return sign_in("therapist", clinic)


def day_of(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:board"), headers=PHONE))


def verbs(visit: Appointment) -> list[str]:
    return [event.verb for event in visit.events.order_by("pk")]


def test_one_press_asks_begins_and_comes_back_to_the_day_with_its_undo(visit: Appointment, therapist: Browser) -> None:
    page = press(therapist, day_of(therapist), "Begin the treatment", answers=NOTHING)
    begun = verbs(visit)
    again = press(therapist, page, "Undo: not in treatment yet")

    visit.refresh_from_db()
    assert page.url == again.url == reverse("panel:board")
    assert begun == ["book", "ask again", "treat"]
    assert (verbs(visit), visit.state) == ([*begun, "take back treatment"], State.ARRIVED)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({}, 422),
        ({"said_emergency_symptoms": "no"}, 422),
        (NOTHING | {"said_emergency_symptoms": "yes"}, 422),
        # No, and something is ticked all the same.
        (NOTHING | {"signs_now": ["dark_urine"]}, 422),
    ],
)
def test_what_is_not_answered_or_contradicts_itself_begins_nothing(
    answers: dict[str, Any], status: int, visit: Appointment, therapist: Browser
) -> None:
    page = press(therapist, day_of(therapist), "Begin the treatment", answers=answers)

    assert (page.status, page.url, verbs(visit)) == (
        status,
        reverse("panel:ask_again", args=[visit.reference]),
        ["book"],
    )
    # What was answered stays, and what follows still begins the treatment.
    assert find_form(page, "These are the answers")[0].names >= {"begins", "back", "seen_event"}


def test_an_emergency_sign_begins_nothing_and_says_what_it_means(visit: Appointment, therapist: Browser) -> None:
    said = NOTHING | {"said_emergency_symptoms": "yes", "emergency_symptoms": ["chest_pain_pressure"]}

    page = press(therapist, day_of(therapist), "Begin the treatment", answers=said)

    visit.refresh_from_db()
    assert (page.url, visit.state) == (reverse("panel:visit", args=[visit.reference]), State.ARRIVED)
    assert "These answers do not go with a massage today." in page.html
    assert verbs(visit) == ["book", "ask again"]


def test_whoever_was_there_meanwhile_is_not_overwritten(visit: Appointment, therapist: Browser) -> None:
    page = day_of(therapist)
    appointments.change_state(appointment=visit, target=State.BOOKED, by=By("staff"), now=at("10:00"))

    answer = press(therapist, page, "Begin the treatment", answers=NOTHING)

    assert (answer.status, verbs(visit)) == (409, ["book", "take back arrived"])


def test_a_second_press_of_the_same_page_is_one_beginning(visit: Appointment, therapist: Browser) -> None:
    page = day_of(therapist)

    pages = [press(therapist, page, "Begin the treatment", answers=NOTHING) for _press in range(2)]

    assert [one.url for one in pages] == [reverse("panel:board")] * 2
    assert verbs(visit) == ["book", "ask again", "treat"]


def test_reception_is_asked_as_before_and_nobody_twice_within_a_day(clinic: Clinic, visit: Appointment) -> None:
    ana = Member(3, "therapist", clinic.therapists[0].pk)
    step = NextStep("in_treatment", "In treatment", asks_urgent=True, asks_whether_read=True)
    fresh, without = replace(step, asks_urgent=False), replace(step, asks_reason=True)

    assert [describe_begin(ana, one) for one in (fresh, without, None)] == [Begin(()), None, None]
    assert describe_begin(Member(1, "reception", None), step) is None
    asked = describe_begin(ana, step)
    assert asked is not None
    assert [(one.key, [more.key for more in one.follow_ups]) for one in asked.asked] == [
        ("emergency_symptoms", []),
        ("signs_now", ["nerve_course", "recent_immobility", "doctor_review"]),
    ]
