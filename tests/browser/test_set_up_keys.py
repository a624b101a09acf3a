"""The set-up by keyboard: every page of it, each error, and the order of the price table."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.models import Treatment
from tests.browser.conftest import Desk
from tests.browser.staff import sit_signed_in
from tests.cast import Clinic
from tests.services.places import make_treatment

pytestmark = pytest.mark.browser

# Notes each element that gets the focus, and whether it shows it.
WATCH = """
    window.focused = [];
    document.addEventListener("focusin", ({target}) => {
        const style = getComputedStyle(target);
        window.focused.push([target, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3]);
    });
"""
# What Tab should lead to in the content, in the order of the page: of a group of radios the chosen one, else the first.
CONTROLS = """() => {
    const all = [...document.querySelectorAll(
        "main :is(a[href], button, input, select, textarea, summary, [tabindex='0'])")];
    return all.filter((one) => {
        if (one.disabled || one.type === "hidden" || one.tabIndex < 0) return false;
        if (!one.getClientRects().length || !one.checkVisibility()) return false;
        if (one.type !== "radio") return true;
        const group = all.filter((other) => other.type === "radio" && other.name === one.name && other.form === one.form);
        return one === (group.find((other) => other.checked) ?? group[0]);
    });
}"""
FAULTS = f"""() => {{
    const name = (one) => `${{one.tagName}} ${{one.name ?? ""}} ${{(one.labels?.[0] ?? one).textContent.trim().slice(0, 40)}}`;
    const wanted = ({CONTROLS})(), seen = window.focused.map(([one]) => one);
    const faults = [];
    for (const one of wanted) if (!seen.includes(one)) faults.push(`no Tab leads to ${{name(one)}}`);
    const order = [...new Set(seen.filter((one) => wanted.includes(one)))];
    const first = wanted.filter((one) => order.includes(one)).findIndex((one, number) => one !== order[number]);
    if (first >= 0) faults.push(`out of order: ${{name(order[first])}}`);
    for (const [one, shows] of window.focused) {{
        if (!shows && wanted.includes(one)) faults.push(`does not show its focus: ${{name(one)}}`);
    }}
    for (const form of document.querySelectorAll("main form")) {{
        const typed = [...form.elements].some((one) => one.matches("input:not([type=hidden], [type=submit])"));
        const submits = [...form.elements].filter((one) => one.type === "submit");
        const primary = submits.find((one) => one.matches(".panel-primary, .btn-primary"));
        if (!typed || !primary) continue;
        if (submits[0].name !== primary.name || submits[0].value !== primary.value) {{
            faults.push(`Enter presses ${{name(submits[0])}}, not ${{name(primary)}}`);
        }}
    }}
    return faults;
}}"""
# Of each page one field, with what can't be right in it.
WRONG = {
    "place/": ("phone", "12"),
    "place/new/": ("name", " "),
    "rooms/": ("name", " "),
    "prices/": ("price-{treatment}-60", "sixty"),
    "prices/new/": ("name", " "),
    "prices/{treatment}/": ("turnover_minutes", "7"),
    "people/new/": ("name", " "),
    "people/{therapist}/": ("from_1_0", "nine"),
    "people/{therapist}/about/": ("name", " "),
    "policy/": ("contact_email", "nobody"),
    "website/": ("accent", "plum"),
    "staff/invite/": ("name", " "),
    "personal-data/": ("keep_mails_years", "0"),
    "emergency-number/": ("number", "call me"),
}


# Those with the most to press are walked each time, all others in `make prove`.
EACH_TIME = ("", "import/", "reminders/", "place/", "prices/", "people/{therapist}/", "../time-off/")
REST = (
    "go-live/",
    "mail/",
    "notes/?treatment=swedish",
    "staff/",
    "stop/",
    "rooms/{room}/",
    "../rulebook/",
    "../my-emails/",
)


def addresses(clinic: Clinic) -> Iterator[str]:
    """Of the set-up: the pages of the rail, and those behind them."""
    rest = {*REST, *WRONG}.difference(EACH_TIME) if os.environ.get("PROVE") == "1" else ()
    return (f"/panel/set-up/{at(path, clinic)}" for path in (*EACH_TIME, *sorted(rest)))


def at(path: str, clinic: Clinic) -> str:
    return path.format(treatment=clinic.treatment.pk, therapist=clinic.therapists[0].pk, room=clinic.rooms[0].pk)


def tab_through(page: Page) -> None:
    """Once around, from the top."""
    most: int = page.evaluate("document.querySelectorAll('a[href], button, input, select, textarea, summary').length")
    page.evaluate(WATCH)
    for _press in range(most + 20):
        page.keyboard.press("Tab")


def test_the_pages_of_the_set_up_are_walked_by_tab_show_the_focus_and_take_enter(
    desk: Desk, clinic_of_today: Clinic
) -> None:
    make_treatment(is_active=False)
    page = sit_signed_in(desk)
    found: dict[str, Any] = {}
    for address in addresses(clinic_of_today):
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        tab_through(page)
        if faults := page.evaluate(FAULTS):
            found[address] = faults

    assert found == {}


def test_what_is_wrong_has_the_focus_and_keeps_what_was_typed(desk: Desk, clinic_of_today: Clinic) -> None:
    page = sit_signed_in(desk)
    found: dict[str, Any] = {}
    for path, (name, text) in WRONG.items():
        page.goto(f"/panel/set-up/{at(path, clinic_of_today)}")
        field = page.locator(f"main [name='{at(name, clinic_of_today)}']")
        field.evaluate("field => { field.form.noValidate = true }")
        field.fill(text)
        with page.expect_event("load"):
            field.press("Enter")
        focused = page.evaluate("[document.activeElement.name, document.activeElement.value]")
        if focused != [at(name, clinic_of_today), text]:
            found[path] = focused

    assert found == {}


def test_escape_closes_a_menu_and_gives_the_focus_back(desk: Desk, clinic_of_today: Clinic) -> None:
    page = sit_signed_in(desk)
    page.goto(f"/panel/set-up/people/{clinic_of_today.therapists[0].pk}/")

    for menu in (".panel-who", ".week-copy >> nth=0"):
        opener = page.locator(f"{menu} >> summary")
        opener.press("Enter")
        expect(page.locator(menu)).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(page.locator(menu)).not_to_have_attribute("open", "")
        expect(opener).to_be_focused()


def test_a_treatment_is_put_in_its_place_by_its_handle_and_what_was_typed_stays(
    desk: Desk, clinic_of_today: Clinic
) -> None:
    page = sit_signed_in(desk)
    page.goto("/panel/set-up/prices/")
    before = list(Treatment.objects.values_list("name", flat=True))
    box = page.locator(".prices-box input:not([type=hidden])").first
    box.fill("99")
    name = box.get_attribute("name")

    drag(page, first=0, to=2)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert list(Treatment.objects.values_list("name", flat=True)) == before
    drag(page, first=0, to=2)
    with page.expect_event("load"):
        page.mouse.up()

    assert list(Treatment.objects.values_list("name", flat=True)) == [*before[1:3], before[0], *before[3:]]
    expect(page.locator(f"[name={name}]")).to_have_value("99")
    expect(page.get_by_role("button", name=f"Move down {before[0]}")).to_be_focused()


def drag(page: Page, *, first: int, to: int) -> None:
    """As far as just above the foot of that row, with the button still down."""
    handle = page.locator("[data-handle]").nth(first).bounding_box()
    row = page.locator("table.prices tbody tr").nth(to).bounding_box()
    assert handle is not None
    assert row is not None
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, row["y"] + row["height"] - 5, steps=3)
