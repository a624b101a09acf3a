"""Somebody who has just booked sees a mistake: a wrong time, or a letter too few in the address."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Message, State
from tests.booking.web.visitors import at_check, path_of
from tests.cast import TODAY, Clinic, at, soon
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def press_book(clinic: Clinic, *, days: int = 3) -> tuple[Browser, Page]:
    browser, _draft = at_check(clinic, starts_at=at("14:30", day=TODAY + timedelta(days=days)))
    return browser, press(browser, read(browser.get("/book/details/")), "Book this visit")


def actions(page: Page) -> set[str]:
    return {form.action.rstrip("/").rpartition("/")[2] for form in page.posts}


@pytest.mark.parametrize("days", [0, 3])
def test_a_fresh_booking_is_undone_by_a_button_also_inside_the_late_window(clinic: Clinic, days: int) -> None:
    browser, booked = press_book(clinic, days=days)

    undone = press(browser, booked, "Booked by mistake? Undo until 08:10")

    assert "is cancelled" in undone.title
    assert Appointment.objects.get().state == State.CANCELLED
    assert "undo-booking" not in actions(undone)


def test_after_ten_minutes_the_page_offers_to_cancel_and_not_to_undo(clinic: Clinic, time_machine: Any) -> None:
    browser, booked = press_book(clinic)
    time_machine.move_to(soon(10), tick=False)

    later = read(browser.get(booked.url))
    pressed = press(browser, booked, "Booked by mistake? Undo until 08:10")

    assert "undo-booking" not in actions(later)
    assert "The time to undo this booking has passed. You can still cancel the visit." in pressed.html
    assert Appointment.objects.get().state == State.BOOKED


def test_the_link_alone_neither_undoes_the_booking_nor_corrects_the_address(clinic: Clinic) -> None:
    _browser, booked = press_book(clinic)
    stranger = Browser()

    seen = read(stranger.get(booked.url))
    answers = [press(stranger, booked, "Booked by mistake? Undo until 08:10")]
    answers.append(press(stranger, booked, "Send it there", answers={"email": "stranger@example.com"}))

    visit = Appointment.objects.get()
    assert not {"undo-booking", "correct-email"} & actions(seen)
    assert [answer.status for answer in answers] == [409, 409]
    assert all("Only the browser that booked can do this." in answer.html for answer in answers)
    assert (visit.state, visit.booker_email, visit.link_generation) == (State.BOOKED, "niamh@example.com", 1)


def test_a_corrected_address_gets_the_mail_and_a_link_and_the_first_link_is_dead(clinic: Clinic) -> None:
    browser, booked = press_book(clinic)
    outbox.send_due(ask_gate=is_stopped, now=soon(1))

    corrected = press(browser, booked, "Send it there", answers={"email": "mailto:niamh.byrne@example.com "})
    outbox.send_due(ask_gate=is_stopped, now=soon(2))

    visit = Appointment.objects.get()
    assert [one.to for one in mail.outbox] == [["niamh@example.com"], ["niamh.byrne@example.com"]]
    assert path_of(visit) in mail.outbox[1].body
    assert "Your confirmation goes to niamh.byrne@example.com. Earlier links no longer work." in corrected.html
    assert (corrected.url, Browser().get(booked.url).status_code) == (path_of(visit), 410)
    assert "undo-booking" in actions(corrected)


@pytest.mark.parametrize("typed", ["", "niamh@", "a..b@example.com", "a@example.com,b@example.com"])
def test_an_address_that_is_none_is_said_so_and_kept(clinic: Clinic, typed: str) -> None:
    browser, booked = press_book(clinic)

    answer = press(browser, booked, "Send it there", answers={"email": typed})

    form = next(form for form in answer.posts if form.action.endswith("/correct-email/"))
    assert [one.value for one in form.fields if one.name == "email"] == [typed]
    assert 'href="#id_email"' in answer.html
    assert Appointment.objects.get().booker_email == "niamh@example.com"


def test_a_correction_that_comes_too_late_is_refused_where_it_was_pressed_and_keeps_what_was_typed(
    clinic: Clinic,
) -> None:
    browser, booked = press_book(clinic)
    for number in range(3):
        booked = press(browser, booked, "Send it there", answers={"email": f"niamh{number}@example.com"})

    refused = press(browser, booked, "Send it there", answers={"email": "fourth@example.com"})

    form = next(form for form in refused.posts if form.action.endswith("/correct-email/"))
    assert (refused.status, "we will correct the address with you" in refused.html) == (409, True)
    assert [one.value for one in form.fields if one.name == "email"] == ["fourth@example.com"]
    assert Appointment.objects.get().booker_email == "niamh2@example.com"


def test_the_same_address_again_sends_nothing(clinic: Clinic) -> None:
    browser, booked = press_book(clinic)
    outbox.send_due(ask_gate=is_stopped, now=soon(1))

    press(browser, booked, "Send it there", answers={"email": "Niamh@example.com"})

    assert Message.objects.filter(kind="booked").count() == 1
    assert Appointment.objects.get().link_generation == 1
