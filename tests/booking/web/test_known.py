"""Who asked this device to remember them."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser

from booking.models import Appointment
from booking.web.known import NAME, Known, recall, remember
from tests.booking.web.visitors import TYPED, at_check
from tests.cast import Clinic
from tests.journeys.test_booking_online import choose_start, open_page
from tests.pages import Page, press

NIAMH = Known("Niamh Byrne", "niamh@example.com")


def request_with(cookie: str) -> HttpRequest:
    request = HttpRequest()
    request.COOKIES[NAME] = cookie
    return request


def cookie_of(known: Known) -> str:
    response = HttpResponse()
    remember(response, known)
    return str(response.cookies[NAME].value) if NAME in response.cookies else ""


@pytest.mark.parametrize(
    "known", [NIAMH, Known("Siobhán Ní Bhriain; x", "s@example.ie"), Known("محمد 🙂", "m@example.ie")]
)
def test_what_is_remembered_is_recalled(known: Known) -> None:
    assert recall(request_with(cookie_of(known))) == known


def test_an_edited_cookie_an_old_one_and_one_of_another_kind_are_nobody_s(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T08:00:00Z", tick=False)
    good = cookie_of(NIAMH)
    edited = [recall(request_with(text)) for text in ("", "x", f"x{good}", good[:-1], good.partition(":")[2])]
    time_machine.move_to("2027-11-23T07:59:00Z", tick=False)
    almost = recall(request_with(good))
    time_machine.move_to("2027-11-23T08:01:00Z", tick=False)

    assert edited == [None] * 5
    assert almost == NIAMH
    assert recall(request_with(good)) is None


def test_a_name_that_does_not_fit_into_a_cookie_is_not_remembered() -> None:
    assert cookie_of(Known("🙂" * 120, "n" * 64 + "@" + "e" * 180 + ".ie")) == ""


def book_with(clinic: Clinic, typed: dict[str, str]) -> tuple[Browser, Page]:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")
    form = next(form for form in page.posts if "key" in form.names)
    return browser, press(browser, page, form, answers=TYPED | typed)


def tick_of(page: Page) -> list[bool]:
    return [one.is_on for form in page.posts for one in form.fields if one.name == "remember"]


@pytest.mark.django_db
def test_only_who_ticks_the_box_is_remembered(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")

    press(browser, page, "Book this visit")

    assert tick_of(page) == [False]
    assert Appointment.objects.get().state == "booked"
    assert NAME not in browser.cookies


@pytest.mark.django_db
def test_who_is_remembered_types_nothing_the_next_time_until_they_forget(clinic: Clinic) -> None:
    browser, _page = book_with(clinic, {"remember": "yes"})
    cookie = browser.cookies[NAME]
    start = open_page(browser, "/")
    page = open_page(browser, "/book/")
    other = Browser()
    other.cookies[NAME] = cookie.value

    forgotten = press(browser, start, "Forget me")

    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (31_536_000, True, "Lax")
    assert "Niamh" not in cookie.value
    assert "Booking as Niamh. Not you?" in start.html
    assert "Booking as" in open_page(other, "/").html
    assert "Booking as" not in forgotten.html
    assert page.status == 200


@pytest.mark.django_db
def test_the_fields_are_filled_in_from_the_cookie_and_never_over_what_was_typed(clinic: Clinic) -> None:
    from tests.booking.web.visitors import at_result

    browser, draft = at_result(clinic)
    browser.cookies[NAME] = cookie_of(NIAMH)
    page = choose_start(browser, "2026-11-24T14:30")
    filled = {one.name: one.value for form in page.posts for one in form.fields if one.name.startswith("booker_")}
    draft.typed = TYPED | {"booker_name": "Aoife", "booker_email": "aoife@example.ie"}
    draft.save()
    typed = open_page(browser, "/book/details/")

    assert filled == {"booker_name": "Niamh Byrne", "booker_email": "niamh@example.com", "booker_phone": ""}
    assert tick_of(page) == [True]
    assert 'value="Aoife"' in typed.html
    assert "niamh@example.com" not in typed.html
