"""First the time, kept at once; then the person; then the visit."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Client, State
from booking.scheduling.claims import find_drift
from services.models import Therapist
from tests.cast import DOCTOR_FIRST, NOW, Clinic, at, book, make_client, make_intake, make_treatment
from tests.pages import Page, press, press_value, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FIND = "panel:find_time"


def open_page(browser: Browser, query: str = "") -> Page:
    return read(browser.get(f"{reverse(FIND)}?{query}"))


def words_of(page: Page) -> str:
    """What is read on the page."""
    return " ".join(re.sub(r"<[^>]*>", "", page.html).split())


def keep(browser: Browser, clinic: Clinic, start: str = "14:00", query: str = "") -> Page:
    """The page once the time of the first therapist was pressed."""
    page = open_page(browser, query or f"with={clinic.therapists[0].pk}")
    return press_value(browser, page, f"{at(start).isoformat()} {clinic.therapists[0].pk}")


def facts_of(visit: Appointment) -> tuple[Any, ...]:
    return visit.state, visit.starts_at, visit.therapist_id, visit.client and visit.client.name


def test_a_time_is_kept_the_person_is_looked_up_and_the_visit_is_booked(reception: Browser, clinic: Clinic) -> None:
    person = make_client()
    make_intake(client=person)

    kept = keep(reception, clinic)
    assert "Kept for you until 08:10" in words_of(kept)
    found = press(reception, kept, "Search", answers={"words": "niamh"})
    assert "Safety check valid." in words_of(found)
    booked = press(reception, found, "Book for Niamh Byrne")

    visit = Appointment.objects.get()
    assert facts_of(visit) == (State.BOOKED, at("14:00"), clinic.therapists[0].pk, "Niamh Byrne")
    assert (visit.client, visit.booker_email, visit.intake is not None) == (person, person.email, True)
    assert f"The reference is {visit.reference}." in words_of(booked)
    assert list(find_drift(now=NOW)) == []


def test_a_new_person_needs_a_name_only(reception: Browser, clinic: Clinic) -> None:
    kept = keep(reception, clinic)

    nobody = press(reception, kept, "Search", answers={"words": "Finn"})
    assert "Nobody called Finn." in words_of(nobody)
    press(reception, nobody, "Book for a new person")

    assert facts_of(Appointment.objects.get()) == (State.BOOKED, at("14:00"), clinic.therapists[0].pk, "Finn")


def test_what_was_typed_stays_where_it_is_wrong(reception: Browser, clinic: Clinic) -> None:
    nobody = press(reception, keep(reception, clinic), "Search", answers={"words": "Finn"})

    answer = send(reception, nobody, "Book for a new person", {"name": "Finn", "email": "not an email", "phone": ""})

    assert (answer.status_code, Client.objects.count()) == (422, 0)
    assert "not an email" in read(answer).html


def test_answers_say_before_the_press_for_whom_it_can_not_be(reception: Browser, clinic: Clinic) -> None:
    make_intake(client=make_client("Niamh Stopped"), answers=DOCTOR_FIRST)

    found = press(reception, keep(reception, clinic), "Search", answers={"words": "niamh"})

    assert "stands in the way of a visit" in words_of(found)
    assert [button.words for form in found.forms for button in form.buttons if button.name == "book"] == []


def test_for_a_known_person_only_what_goes_with_the_answers_is_on_the_list(reception: Browser, clinic: Clinic) -> None:
    clinic.therapists[0].treatments.add(make_treatment(key="deep_tissue"))
    person = make_client()
    make_intake(client=person, answers={"medications": ["anticoagulants"]})

    page = open_page(reception, f"person={person.public_id}")

    assert "Find a time for Niamh Byrne" in words_of(page)
    assert "Left out, by the last safety check: Deep tissue" in words_of(page)
    kept = press_value(
        reception,
        open_page(reception, f"person={person.public_id}&treatment=swedish&with={clinic.therapists[0].pk}"),
        f"{at('14:00').isoformat()} {clinic.therapists[0].pk}",
    )
    press(reception, kept, "Book for Niamh Byrne")
    assert facts_of(Appointment.objects.get())[3] == "Niamh Byrne"


def test_a_gap_that_was_pressed_elsewhere_is_kept_with_the_first_search(reception: Browser, clinic: Clinic) -> None:
    make_client()
    gap = f"start=2026-11-23T14:00:00%2B00:00&therapist={clinic.therapists[0].pk}"

    page = open_page(reception, gap)
    assert Appointment.objects.count() == 0
    press(reception, page, "Search", answers={"words": "niamh"})

    assert facts_of(Appointment.objects.get()) == (State.HELD, at("14:00"), clinic.therapists[0].pk, None)


def test_a_gap_that_is_gone_says_why(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "14:00")

    page = open_page(reception, f"start=2026-11-23T14:00:00%2B00:00&therapist={clinic.therapists[0].pk}")

    assert "is taken at 14:00" in words_of(page)
    assert page.starts


def test_a_time_that_was_taken_meanwhile_is_refused_in_words(reception: Browser, clinic: Clinic) -> None:
    page = open_page(reception, f"with={clinic.therapists[0].pk}")
    book(clinic, "14:00")

    refused = press_value(reception, page, f"{at('14:00').isoformat()} {clinic.therapists[0].pk}")

    assert (refused.status, "is taken at 14:00" in words_of(refused)) == (422, True)


def test_a_kept_time_is_given_back(reception: Browser, clinic: Clinic) -> None:
    press(reception, keep(reception, clinic), "Give this time back")

    assert Appointment.objects.get().state == State.EXPIRED


def test_nothing_that_fits_shows_what_misses_one_wish(reception: Browser, clinic: Clinic) -> None:
    page = open_page(reception, "after=16:30&before=17:00")

    assert "fits all of that. These miss one wish:" in words_of(page)
    assert len(page.starts) == 3


def test_a_name_that_was_looked_for_is_in_no_address(reception: Browser, clinic: Clinic) -> None:
    make_client()
    found = press(reception, keep(reception, clinic), "Search", answers={"words": "niamh"})

    assert not [link for link in found.html.split('"') if link.startswith("/panel") and "niamh" in link.lower()]


def test_somebody_who_left_is_not_among_whom_can_be_chosen(reception: Browser, clinic: Clinic) -> None:
    Therapist.objects.filter(pk=clinic.therapists[0].pk).update(is_active=False)

    assert {button.attrs["data-therapist"] for _form, button in open_page(reception).starts} == {
        str(clinic.therapists[1].pk)
    }
