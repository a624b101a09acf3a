"""Off the grid and outside of hours: the reason is asked for once it is needed, and is listed."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, AppointmentEvent
from tests.cast import TODAY, Clinic, at, book
from tests.pages import Page, find_form, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WHY = "PLANTEDREASON"


def words_of(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", page.html).split())


def typed(clinic: Clinic, time: str, **more: Any) -> dict[str, Any]:
    return {
        "length": clinic.treatment.lengths.get(minutes=60).pk,
        "therapist": clinic.therapists[0].pk,
        "day": TODAY.isoformat(),
        "time": time,
        "name": "Niamh Byrne",
    } | more


def ask_to_book(browser: Browser, clinic: Clinic, time: str, **more: Any) -> Page:
    page = read(browser.get(reverse("panel:book")))
    return read(send(browser, page, "Book this visit", typed(clinic, time, **more)))


@pytest.mark.parametrize(
    ("time", "rule"), [("10:05", "Not at one of the starting times"), ("19:00", "Outside working hours")]
)
def test_a_visit_is_booked_with_a_reason_that_is_listed(
    time: str, rule: str, reception: Browser, clinic: Clinic
) -> None:
    refused = ask_to_book(reception, clinic, time)
    assert (refused.status, Appointment.objects.count()) == (422, 0)
    press(reception, refused, "Book this visit", answers={"reason": WHY})

    assert Appointment.objects.get().starts_at == at(time)
    listed = words_of(read(reception.get(reverse("panel:overrides"))))
    assert f"{rule} reception {WHY}" in listed


def test_where_a_reason_would_not_help_none_is_asked_for(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00")
    taken = ask_to_book(reception, clinic, "10:00")
    between = ask_to_book(reception, clinic, "09:07")

    for page in (taken, between):
        assert "reason" not in find_form(page, "Book this visit")[0].names
    assert "Use times in steps of five minutes." in words_of(between)


def test_a_therapist_is_wanted_for_it(reception: Browser, clinic: Clinic) -> None:
    page = ask_to_book(reception, clinic, "19:00", therapist="")

    assert "Choose a therapist for a time outside of hours." in words_of(page)


def test_a_visit_moves_to_a_typed_time_with_a_reason(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    page = read(reception.get(reverse("panel:move", args=[visit.reference])))

    asked = press(reception, page, "Ask about this time", answers={"to_time": "19:05"})
    assert "does not work through a visit at" in words_of(asked)
    press(reception, asked, "Move it", answers={"reason": WHY})

    visit.refresh_from_db()
    assert visit.starts_at == at("19:05")
    assert AppointmentEvent.objects.filter(appointment=visit).latest("pk").reason == WHY


def test_a_typed_time_that_is_free_needs_no_reason(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    page = read(reception.get(reverse("panel:move", args=[visit.reference])))

    asked = press(reception, page, "Ask about this time", answers={"to_time": "14:00"})

    assert "reason" not in find_form(asked, "Move it")[0].names
    wrong = press(reception, page, "Ask about this time", answers={"to_time": "14:03"})
    assert (wrong.status, "Use times in steps of five minutes." in words_of(wrong)) == (422, True)
