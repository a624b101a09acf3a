"""How much a client has to press and type, counted by the browser."""

from collections import Counter

import pytest
from playwright.sync_api import Page

from booking.models import Appointment, State
from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import book_all, choose, go_on, press, press_start

pytestmark = pytest.mark.browser

MOST_CLICKS, MOST_TYPED = 8, 3
SIGNS = ("emergency_symptoms", "signs_now")
TELL = """
    document.addEventListener("pointerdown", () => window.tell("click"), true);
    document.addEventListener("change", ({target}) => {
        if (!["radio", "checkbox"].includes(target.type)) window.tell(`typed: ${target.name}`);
    }, true);
"""


def count(page: Page) -> Counter[str]:
    """What is pressed and typed on `page` from its next address on."""
    told: Counter[str] = Counter()
    page.expose_function("tell", lambda what: told.update([what]))
    page.add_init_script(TELL)
    return told


def test_from_book_again_in_few_clicks(desk: Desk) -> None:
    page = desk.sit(PHONE)
    address = book_all(page)
    told = count(page)
    page.goto(address)

    press(page.locator("text=Book another visit"))
    page.check("[name=consent]")
    for sign in SIGNS:
        page.check(f"[name={sign}][value=none]")
    press(page.locator("text=Nothing else has changed"))
    press_start(page, day=0)
    go_on(page)

    typed = sum(count for what, count in told.items() if what.startswith("typed"))
    assert page.url != address
    assert Appointment.objects.filter(state=State.BOOKED).count() == 2
    assert (told["click"], typed) == (7, 0)
    assert (told["click"] <= MOST_CLICKS, typed <= MOST_TYPED) == (True, True)


def test_the_count_sees_what_is_pressed_and_typed(desk: Desk) -> None:
    page = desk.sit(PHONE)
    told = count(page)
    choose(page)
    page.fill("[name=age_years]", "40")
    go_on(page)

    assert told == {"click": 2, "typed: age_years": 1}
