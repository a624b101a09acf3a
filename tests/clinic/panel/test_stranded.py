"""A visit that needs a new time, as staff see it: on the board, on its page and in the list of what waits."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from booking.scheduling.fitting import Why
from clinic.panel.stranded import say_why
from services.models import Therapist
from tests.cast import NOW, Clinic, at, book, sign_in, take_off
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    """Booked with Ana for ten o'clock, and then Ana is off."""
    Therapist.objects.filter(pk=clinic.therapists[0].pk).update(name="Ana Ruiz")
    made = book(clinic, "10:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"))
    return made


def words(browser: Browser, name: str, *args: object) -> str:
    return " ".join(strip_tags(browser.get(reverse(f"panel:{name}", args=args)).content.decode()).split())


def test_the_board_says_it_in_words_and_counts_it(visit: Appointment) -> None:
    shown = words(sign_in("reception"), "board")

    assert "Needs a new time: Ana is off on Monday" in shown
    assert "1 needs a new time" in shown


def test_the_list_of_what_waits_leads_to_the_visit(visit: Appointment) -> None:
    browser = sign_in("reception")

    shown = words(browser, "to_do")

    assert "10:00 Niamh Byrne Ana is off on Monday." in shown
    assert "Niamh Byrne" not in words(browser, "cases")
    page = read(browser.get(reverse("panel:to_do")))
    assert reverse("panel:visit", args=[visit.reference]) in [link.href for link in page.links]


def test_the_visit_says_why_and_since_when_and_staff_keep_its_time(visit: Appointment) -> None:
    browser = sign_in("reception")
    page = read(browser.get(reverse("panel:visit", args=[visit.reference])))
    before = words(browser, "visit", visit.reference)

    press(browser, page, "We keep this time")

    after = words(browser, "visit", visit.reference)
    assert "Needs a new time: Ana is off on Monday. Since Monday 23 November, 08:00." in before
    assert "We keep this time, although Ana is off on Monday. Kept by reception, Monday 23 November, 08:00." in after
    assert "kept its time all the same" in after
    assert ("Needs a new time" in words(browser, "board"), "Need a new time" in words(browser, "to_do")) == (
        False,
        False,
    )


def test_a_therapist_sees_it_and_can_not_keep_it(visit: Appointment, clinic: Clinic) -> None:
    browser = sign_in("therapist", clinic)

    shown = words(browser, "visit", visit.reference)

    assert ("Needs a new time: Ana is off on Monday." in shown, "We keep this time" in shown) == (True, False)


def test_a_second_editor_is_told_what_was_done_meanwhile(visit: Appointment) -> None:
    browser = sign_in("reception")
    page = read(browser.get(reverse("panel:visit", args=[visit.reference])))
    appointments.move(appointment=visit, starts_at=at("14:00"), therapist_id=None, by=By("staff"), now=NOW)

    answer = press(browser, page, "We keep this time")

    assert (answer.status, "does not need a new time" in answer.html) == (422, True)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Why.PLACE, "Alder Street takes no bookings"),
        (Why.LEFT, "Ana no longer works here"),
        (Why.TREATMENT, "Swedish is no longer on offer"),
        (Why.SKILL, "Ana does not give Swedish any more"),
        (Why.CLOSED, "Alder Street is closed on Monday"),
        (Why.TIME_OFF, "Ana is off on Monday"),
        (Why.HOURS, "Ana does not work at that time on Monday"),
        (Why.ROOM, "Room 0 can’t be used for it"),
    ],
)
def test_every_reason_has_its_words(why: Why, words: str, visit: Appointment) -> None:
    assert say_why(why, Appointment.objects.get(pk=visit.pk)) == words


def test_a_visit_without_a_room_says_so(visit: Appointment) -> None:
    visit.room = None

    assert say_why(Why.ROOM, visit) == "it has no room"
