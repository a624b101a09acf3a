"""What people do at every step of the journey: reload, go back, press twice, open a second tab, sit on a slow line,
lose the session. Nothing that was typed and sent is lost, and nothing is booked twice."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page

from booking.models import Appointment, State
from booking.rules.pages import pages
from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import DETAILS, PAIN, answer, choose, press, press_start

pytestmark = pytest.mark.browser

STEPS = ("treatment", *(page.id for page in pages() if page.id != "later"), "outcome", "when", "details")
WITHOUT_FIELDS = ("treatment", "outcome", "when")
# What stands in the fields and boxes of the page, as the visitor sees it.
STANDS = """() => [...document.querySelectorAll("main form:not([method=get]) :is(input, select, textarea):not([type=hidden])")]
    .filter((field) => field.offsetParent && field.type !== "date" && (!["radio", "checkbox"].includes(field.type) || field.checked))
    .map((field) => `${field.name}: ${field.value}`)"""


def fill(page: Page, step: str) -> None:
    if step == "details":
        if not page.locator(".folded[open]").count():
            page.locator(".folded summary").click()
        for name, value in (DETAILS | {"access_needs": "A chair.\nNo stairs."}).items():
            page.fill(f"[name={name}]", value)
        page.check("[name=for_whom][value=someone_else]")
        page.fill("[name=person_name]", "Áine")
    elif step not in WITHOUT_FIELDS:
        answer(page, PAIN)
    assert bool(stands(page)) == (step not in WITHOUT_FIELDS)


def way_on(page: Page, step: str) -> Locator:
    """What leads to the next step."""
    if step == "when":
        return page.locator("section.day").first.locator("button[data-start]").first
    if step == "treatment":
        return page.locator("main button[name=treatment]")
    return page.locator("main .btn-primary").first


def walk(page: Page) -> Iterator[str]:
    """Opens the first page and names every step that the page has come to."""
    page.goto("/book/treatment/swedish/?minutes=60")
    yield from STEPS
    page.wait_for_url("**/visit/**")


def stands(page: Page) -> list[str]:
    found: list[str] = page.evaluate(STANDS)
    return found


def send(page: Page, step: str) -> None:
    press(way_on(page, step))


def reload_after_sending(page: Page, step: str) -> None:
    address, before = page.url, stands(page)
    send(page, step)
    page.reload()
    following = page.url
    if "/visit/" in following:
        return
    page.goto(address)
    assert stands(page) == before
    page.goto(following)


def reload_before_sending(page: Page, step: str) -> None:
    """Also a look at another page and "back"."""
    before = stands(page)
    page.reload()
    after_reload = stands(page)
    page.goto("/privacy/")
    page.go_back()
    assert before == after_reload == stands(page)
    send(page, step)


def go_back_and_send_again(page: Page, step: str) -> None:
    address, before = page.url, stands(page)
    send(page, step)
    page.go_back()
    if "/visit/" in page.url:  # booked: there is nothing to go back to
        return
    assert (page.url, stands(page)) == (address, before)
    send(page, step)


def press_twice(page: Page, step: str) -> None:
    address = page.url
    way_on(page, step).dblclick()
    page.wait_for_url(lambda url: url != address)


def send_in_two_tabs(page: Page, step: str) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    if step == "when":
        # Another start: the last one chosen is the one that is kept.
        press_start(other, day=2)
    else:
        fill(other, step)
        send(other, step)
    other.close()
    send(page, step)
    if step == "details":
        return
    # The page may say that something changed in the other tab; it never stands still there.
    assert "Error:" not in page.title()


@pytest.mark.parametrize(
    "disturb",
    [
        send_in_two_tabs,
        *(
            pytest.param(disturb, marks=pytest.mark.prove)
            for disturb in (reload_after_sending, press_twice, reload_before_sending, go_back_and_send_again)
        ),
    ],
)
def test_nothing_is_lost_or_booked_twice(desk: Desk, disturb: Callable[[Page, str], None]) -> None:
    page = desk.sit()

    for step in walk(page):
        fill(page, step)
        disturb(page, step)

    assert_booked_once()


def test_what_stood_unsent_is_shown_in_no_other_journey_and_not_over_what_was_sent(desk: Desk) -> None:
    page = desk.sit()
    choose(page)
    page.fill("[name=age_years]", "41")
    page.goto("/privacy/")
    page.context.clear_cookies()
    other = page.context.new_page()
    choose(other)
    page.go_back()
    in_other_journey = page.input_value("[name=age_years]")

    fill(page, "start")
    send(page, "start")
    other.goto("/book/safety/start/")
    other.fill("[name=age_years]", "43")
    send(other, "start")
    page.go_back()

    assert (in_other_journey, page.input_value("[name=age_years]")) == ("", "43")


@pytest.mark.prove
def test_on_a_slow_line_impatience_loses_and_doubles_nothing(desk: Desk) -> None:
    """Each button is pressed again while the answer is on its way."""
    page = desk.sit(PHONE)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 120, "downloadThroughput": 120_000, "uploadThroughput": 60_000}
    line.send("Network.emulateNetworkConditions", slow)

    for step in walk(page):
        fill(page, step)
        press_twice(page, step)
        page.wait_for_load_state()

    assert_booked_once()


@pytest.mark.prove  # each page by itself: tests/booking/web/test_pages.py
def test_a_lost_session_is_told_kindly_and_the_way_on_is_clear(desk: Desk) -> None:
    page = desk.sit()
    told: dict[str, tuple[str, str]] = {}

    for step in walk(page):
        fill(page, step)
        address, state = page.url, page.context.storage_state()
        page.context.clear_cookies(name="sessionid")
        send(page, step)
        told[step] = (
            (page.url.removeprefix(desk.address), page.locator(".notice").first.inner_text())
            if (page.locator(".notice").count())
            else (page.url.removeprefix(desk.address), "")
        )
        assert page.locator("main :is(.btn-primary, button[value=not_sure])").count() == 1
        page.context.clear_cookies()
        page.context.add_cookies([{**cookie} for cookie in state.get("cookies", [])])
        page.goto(address)
        fill(page, step)
        send(page, step)

    nothing = ("/book/", "We have no answers from this device. Please begin with the treatment.")
    assert told == dict.fromkeys(STEPS, nothing) | {
        "treatment": ("/book/safety/start/", ""),
        "details": ("/book/safety/start/", "Please finish the safety check first."),
    }
    assert_booked_once()


def assert_booked_once() -> None:
    visit = Appointment.objects.exclude(state__in=(State.EXPIRED, State.CANCELLED)).get()
    needs = (visit.state, visit.booker_name, visit.access_needs, visit.client.name if visit.client else "")
    assert needs == (State.BOOKED, DETAILS["booker_name"], "A chair.\nNo stairs.", "Áine")
