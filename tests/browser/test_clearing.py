"""A device that others use, in a real browser: back, a page put aside whole, a second tab, and what stood unsent."""

import pytest

from tests.browser.conftest import Desk
from tests.browser.walk import NOTHING, answer, choose, go_on, press

pytestmark = pytest.mark.browser

TYPED = "Please do not tell my sister."


def test_after_clearing_neither_back_nor_another_tab_shows_what_was_ticked_or_typed(desk: Desk) -> None:
    page = desk.sit()
    choose(page)
    while not page.url.endswith("/health/"):
        answer(page, NOTHING)
        go_on(page)
    page.check("[name=medications][value=anticoagulants]")
    page.fill("[name=other_concern]", TYPED)
    other = page.context.new_page()
    other.goto("/book/safety/now/")
    assert other.is_checked("[name=signs_now][value=none]")
    kept_before = page.evaluate("window.sessionStorage.getItem('unsent')")

    page.goto("/book/safety/urgent/")
    press(page.locator("text=Clear my answers"))
    said = page.locator("main").inner_text()
    other.wait_for_url("**/")
    seen = []
    for _step in range(4):
        page.go_back()
        seen.append(page.locator("body").inner_text() + str(page.locator("input:checked").count()))

    assert TYPED in kept_before
    assert "Your answers are deleted." in said
    assert page.evaluate("window.sessionStorage.getItem('unsent')") in (None, '{"journey":"new","pages":{}}')
    assert [text for text in seen if TYPED in text or "Do you" in text] == []
    assert page.evaluate("JSON.stringify(window.history.state)") == "null"


def test_without_a_script_the_button_clears_too(desk: Desk) -> None:
    page = desk.sit(script=False)
    choose(page)
    answer(page, NOTHING)
    go_on(page)

    press(page.locator("text=Clear my answers"))

    assert "Your answers are deleted." in page.locator("main").inner_text()
    page.go_back()
    assert page.locator("input:checked").count() <= 1  # the treatment that was wished for
    assert "/book/safety/" not in page.url
