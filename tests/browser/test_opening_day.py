"""An empty clinic in production, until its first client has booked: one owner, one browser, no admin and no shell.

`manage.py up` runs as it does for a clinic, and prints the one-time code. The owner does it all by pointer, and once more
by keyboard alone.
"""

import re
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DESK
from tests.browser.counting import Counter, Taken
from tests.browser.walk import DETAILS, NOTHING
from tests.faults.clinics import Clinic
from tests.programs import MANAGE, production, wait_until
from tests.servers import free_port

pytestmark = pytest.mark.browser

MOST_PRESSES, MOST_TABS = 40, 200
PASSWORD = "warm stones by the river"


class Hands(Protocol):
    """How somebody uses a page."""

    def press(self, what: Locator) -> None: ...
    def tick(self, box: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...


class Pointer:
    def press(self, what: Locator) -> None:
        with what.page.expect_event("load"):
            what.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)


class Keys:
    """Tab, Enter, Space, arrows, and letters. What acts is counted: Enter, Space and arrows; Tab only leads there."""

    def __init__(self) -> None:
        self.presses = 0

    def press(self, what: Locator) -> None:
        self._reach(what)
        with what.page.expect_event("load"):
            self._act(what.page, "Enter")

    def tick(self, box: Locator) -> None:
        """In a group of radios Tab leads to one of them, and the arrows to the rest."""
        if box.get_attribute("type") == "radio":
            self._reach(box.page.locator(f"main [name='{box.get_attribute('name')}']"))
            self._act(box.page, "Space")
            while not box.is_checked():
                self._act(box.page, "ArrowDown")
        else:
            self._reach(box)
            self._act(box.page, "Space")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        field.page.keyboard.type(text)

    def _act(self, page: Page, key: str) -> None:
        self.presses += 1
        page.keyboard.press(key)

    def _reach(self, what: Locator) -> None:
        for _press in range(MOST_TABS):
            what.page.keyboard.press("Tab")
            if what.evaluate_all("all => all.includes(document.activeElement)"):
                return
        raise AssertionError(f"no Tab leads to {what} on {what.page.url}")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Clinic]:
    port = str(free_port())
    variables = production(
        SITE_URL=f"http://127.0.0.1:{port}",
        ALLOWED_HOSTS="127.0.0.1",
        PORT=port,
        DATA_DIR=str(tmp_path),
        EMAIL_URL=f"filemail://{tmp_path}/mail",
    )
    clinic = Clinic(variables=variables, command=(*MANAGE, "up", "--migrate"))
    try:
        wait_until(clinic.is_up, seconds=180)
        yield clinic
    finally:
        clinic.end()


@pytest.mark.parametrize(
    "hands", [pytest.param(Pointer(), id="by pointer"), pytest.param(Keys(), id="by keyboard", marks=pytest.mark.prove)]
)
def test_from_an_empty_clinic_to_the_first_client_s_booking(chromium: Browser, empty: Clinic, hands: Hands) -> None:
    owner = _sit(chromium, empty)
    client = _sit(chromium, empty)
    counters = [Counter(page) for page in (owner, client)]

    _open_the_clinic(owner, hands, code=_code(empty))
    _book(client, hands)

    taken = [counter.taken() for counter in counters]
    for page in (owner, client):
        page.context.close()
    assert empty.tracebacks() == []
    if isinstance(hands, Pointer):
        assert taken == [Taken(presses=20, typed=14, loads=21), Taken(presses=14, typed=3, loads=8)]
        assert sum(one.presses for one in taken) <= MOST_PRESSES
    if isinstance(hands, Keys):
        assert hands.presses <= MOST_PRESSES


def _sit(chromium: Browser, clinic: Clinic) -> Page:
    """A computer in Dublin."""
    context = chromium.new_context(
        viewport={"width": DESK[0], "height": DESK[1]},
        base_url=f"http://127.0.0.1:{clinic.port}",
        locale="en-GB",
        timezone_id="Europe/Dublin",
    )
    context.set_default_timeout(20_000)
    return context.new_page()


def _code(clinic: Clinic) -> str:
    found = re.search(r"with the code (\S+)", clinic.said())
    assert found is not None, clinic.said()
    return found[1]


def _open_the_clinic(page: Page, hands: Hands, *, code: str) -> None:
    page.goto("/panel/")
    for name, text in (
        ("code", code),
        ("username", "mary"),
        ("email", "mary@harbour.example"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ):
        hands.write(page.locator(f"[name={name}]"), text)
    hands.press(page.get_by_role("button", name="Make me the owner"))
    secret = page.locator("main code").inner_text().replace(" ", "")
    key = b32decode(secret + "=" * (-len(secret) % 8))
    hands.write(page.locator("[name=code]"), f"{totp(key):06}")
    hands.press(page.get_by_role("button", name="Check the code"))
    hands.press(page.get_by_role("link", name="Go on"))
    _is_done(page, 0)

    hands.press(page.get_by_role("link", name="Write down the place"))
    expect(page.locator("[name=emergency_number]")).to_have_value("112", timeout=20_000)
    hands.write(page.locator("[name=clinic_name]"), "Harbour Massage")
    hands.write(page.locator("[name=address]"), "3 Quay Street, Galway")
    hands.write(page.locator("[name=phone]"), "091 123 456")
    hands.press(page.get_by_role("button", name="Save"))
    _is_done(page, 1)
    hands.press(page.get_by_role("button", name="We need no rooms"))
    hands.press(page.get_by_role("button", name="These are right"))
    _is_done(page, 3)

    hands.press(page.get_by_role("link", name="Add people"))
    hands.press(page.get_by_role("link", name="Add a therapist"))
    hands.write(page.locator("[name=name]"), "Ana Silva")
    hands.write(page.locator("[name=from_1_0]"), "9")
    hands.write(page.locator("[name=to_1_0]"), "17")
    hands.press(page.get_by_role("button", name="Copy Monday to Tue–Fri"))
    hands.press(page.get_by_role("button", name="Save").last)
    hands.press(page.locator(".set-up-back"))
    _is_done(page, 4)

    hands.press(page.get_by_role("link", name="Look at it"))
    hands.write(page.locator("[name=contact_email]"), "hello@harbour.example")
    hands.press(page.get_by_role("button", name="Save").last)
    _is_done(page, 5)
    hands.press(page.get_by_role("link", name="Test email"))
    hands.press(page.get_by_role("button", name="Send me a test"))
    expect(page.get_by_text("went out")).to_be_visible(timeout=60_000)
    hands.press(page.get_by_role("link", name="Back to the start"))
    _is_done(page, 6)

    hands.press(page.get_by_role("link", name="Read and sign"))
    hands.write(page.locator("[name=clinician_name]"), "Dr Farrell")
    hands.write(page.locator("[name=registration]"), "12345")
    hands.press(page.get_by_role("button", name="Record the signature"))
    _is_done(page, 7)
    hands.press(page.get_by_role("button", name="Open online booking"))
    expect(page.get_by_text("Clients can book online now.")).to_be_visible()


def _is_done(page: Page, steps: int) -> None:
    expect(page.get_by_text(f"{steps} of 8 done")).to_be_visible()


def _book(page: Page, hands: Hands) -> None:
    page.goto("/")
    hands.press(page.locator("#swedish button[data-start]").first)
    while "/book/safety/" in page.url:
        for name, value in NOTHING.items():
            fields = page.locator(f"main form [name='{name}']:visible")
            if fields.count() and fields.first.get_attribute("type") in ("radio", "checkbox"):
                hands.tick(page.locator(f"main form [name='{name}'][value='{value}']"))
            elif fields.count():
                hands.write(fields.first, value)
        hands.press(page.locator("main .btn-primary").first)
    hands.press(page.locator("main .btn-primary").first)
    for name, text in DETAILS.items():
        hands.write(page.locator(f"[name={name}]"), text)
    hands.tick(page.locator("[name=for_whom][value=me]"))
    hands.press(page.locator("main .btn-primary").first)
    expect(page.locator("main")).to_contain_text("Booked.")
