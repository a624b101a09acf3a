"""The whole journey with JavaScript off."""

import pytest
from playwright.sync_api import expect

from booking.models import Appointment, State
from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import PAIN, answer, answer_all, choose, give_details, go_on, keep_start

pytestmark = pytest.mark.browser


@pytest.mark.prove  # by keyboard alone they do so each time: test_keyboard.py
def test_a_client_books_without_javascript(desk: Desk) -> None:
    page = desk.sit(PHONE, script=False)
    choose(page)

    answer_all(page, PAIN)
    assert page.locator("main").get_attribute("data-outcome") == "CLEAR"
    keep_start(page)
    give_details(page)

    assert Appointment.objects.get().state == State.BOOKED
    assert page.locator("h1").inner_text().startswith("See you on ")


def test_a_page_comes_back_with_the_follow_up_and_the_focus_on_it(desk: Desk) -> None:
    page = desk.sit(PHONE, script=False)
    choose(page)
    while not page.url.endswith("/now/"):
        answer(page, PAIN)
        go_on(page)
    answer(page, PAIN | {"signs_now": "numb_tingling"})
    assert not page.locator("#question_nerve_course").is_visible()

    go_on(page)

    assert page.locator("#question_nerve_course").is_visible()
    assert not page.title().startswith("Error:")
    assert "Your answer brings one more question." in page.locator("main").inner_text()
    expect(page.locator("#question_nerve_course input:focus")).to_have_count(1)
    assert page.locator("[name=signs_now][value=numb_tingling]").is_checked()
