"""A new client books by keyboard alone, on a screen 320 px wide."""

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment, State
from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import DETAILS, PAIN, choose, take_seat

pytestmark = pytest.mark.browser

MOST_TABS = 400
# What has the focus shows it: by an outline of at least 3 px that nothing has taken away.
SHOWS_FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3;
}"""


def tab_to(page: Page, selector: str) -> None:
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(SHOWS_FOCUS), f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"no Tab leads to {selector} on {page.url}")


def pick(page: Page, name: str, value: str) -> None:
    """Checkboxes by Tab and Space, radios by Tab, Space and the arrows, as browsers have it."""
    field = f"main [name='{name}']"
    kind = page.locator(field).first.evaluate("field => field.type")
    if kind == "checkbox":
        tab_to(page, f"{field}[value='{value}']")
        page.keyboard.press("Space")
    elif kind == "radio":
        tab_to(page, field)
        page.keyboard.press("Space")
        while not page.evaluate("value => document.activeElement.value === value", value):
            page.keyboard.press("ArrowDown")
    else:
        tab_to(page, field)
        page.keyboard.type(value)
    if kind != "select-one":
        return
    assert page.locator(field).first.input_value() == value


def is_picked(page: Page, name: str, value: str) -> bool:
    box = page.locator(f"main [name='{name}'][value='{value}']")
    return box.count() == 1 and box.evaluate("field => field.checked === true")


def press_on(page: Page) -> None:
    tab_to(page, "main .btn-primary")
    with page.expect_event("load"):
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("script", "text"), [pytest.param(True, 100, marks=pytest.mark.prove), (False, 200)])
def test_a_new_client_books_by_keyboard_at_320_px(desk: Desk, script: bool, text: int) -> None:
    """Also without a script and with text twice as large."""
    page = desk.sit(PHONE, script=script)
    sizes = {"standard": 16 * text // 100, "fixed": 13 * text // 100}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    page.goto("/")
    tab_to(page, ".skip-link")
    page.keyboard.press("Enter")
    tab_to(page, "#swedish button[data-start]")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    for _page in range(12):  # six pages; without a script some come back with more to answer
        if "/book/safety/" not in page.url:
            break
        for name, value in PAIN.items():
            if page.locator(f"main [name='{name}']:visible").count() and not is_picked(page, name, value):
                pick(page, name, value)
        press_on(page)
    press_on(page)
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.wait_for_url("**/book/details/")
    for name, value in DETAILS.items():
        pick(page, name, value)
    pick(page, "for_whom", "me")
    press_on(page)
    page.wait_for_url("**/visit/**")

    visit = Appointment.objects.get()
    assert (visit.state, visit.booker_name, size) == (State.BOOKED, "Niamh O’Sullivan", sizes["standard"])
    assert page.locator("main").get_attribute("data-reference") == visit.reference


@pytest.mark.parametrize("script", [True, False])
def test_folded_days_open_by_keyboard_also_without_a_script(desk: Desk, script: bool) -> None:
    page = desk.sit(PHONE, script=script)
    take_seat(page)
    last = page.locator("section.day").last
    before = last.locator("button[data-start]").first.is_visible()

    while not last.locator("summary:focus").count():
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    shown = last.locator("button[data-start]").first.is_visible()
    page.keyboard.press("Tab")
    chosen = page.locator("button:focus .start-time").inner_text()
    with page.expect_event("load"):
        page.keyboard.press("Enter")

    assert (before, shown) == (False, True)
    assert last.count() == 0
    assert f", {chosen}" in page.locator(".so-far").inner_text()


def test_the_first_tab_offers_to_skip_to_the_content(desk: Desk) -> None:
    page = desk.sit()
    page.goto("/book/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(desk: Desk) -> None:
    page = desk.sit(PHONE)
    choose(page)

    page.click("main .btn-primary")

    assert page.title().startswith("Error: Before we start")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_age_years")).to_be_focused()
