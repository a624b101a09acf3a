"""axe on every public page, in every state that a client can meet, on a phone and on a desk, light and dark."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from booking.models import Appointment, Client, State
from services.models import Location, Therapist, WorkingHours
from tests.browser.conftest import Desk
from tests.browser.walk import (
    NOTHING,
    PAIN,
    answer,
    answer_all,
    book,
    book_all,
    choose,
    go_on,
    keep_start,
    press,
    take_seat,
)

pytestmark = pytest.mark.browser

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3
Scheme = Literal["dark", "light"]
BLOOD_THINNERS = NOTHING | {"medications": "anticoagulants"}
TINGLING = NOTHING | {"nerve_symptoms": "tingling", "nerve_course": "stable"}
CHEST_PAIN = NOTHING | {"emergency_symptoms": "chest_pain_pressure"}


def about(page: Page) -> Iterator[str]:
    for path in ("/", "/move-or-cancel/", "/privacy/", "/accessibility/", "/no/such/page", "/visit/nonsense/"):
        page.goto(path)
        yield path


def safety(page: Page) -> Iterator[str]:
    page.goto("/book/")
    yield "treatment"
    go_on(page)
    yield "treatment with an error"
    choose(page, "deep_tissue:60")
    while "/book/safety/" in page.url:
        here = page.url
        go_on(page)
        yield f"{here} with errors"
        answer(page, PAIN)
        yield f"{here} answered"
        go_on(page)
    yield "clear"


def outcomes(page: Page) -> Iterator[str]:
    for name, story in (("careful", BLOOD_THINNERS), ("physician", TINGLING), ("emergency", CHEST_PAIN)):
        page.context.clear_cookies()
        choose(page, "not_sure")
        answer_all(page, story)
        yield name
        if name == "physician":
            page.check("[name=may_call][value=yes]")
            press(page.locator("text=Save my choice"))
            yield "physician, call with errors"
            page.goto("/book/letter/")
            yield "letter"
        if name == "careful":
            page.goto("/book/")
            yield "treatment with a suggestion"


def starts(page: Page) -> Iterator[str]:
    take_seat(page)
    page.goto("/book/when/")
    yield "when"
    page.goto("/book/when/?therapist=nobody&from=1999-12-31")
    yield "when, with nonsense asked for"
    taken = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    page.goto(f"/book/when/?taken={taken}")
    yield "when, taken"
    keep_start(page)
    yield "details"
    go_on(page)
    yield "details with errors"
    page.check("[name=for_whom][value=someone_else]")
    yield "details for somebody else"
    page.goto("/book/when/")
    yield "when, with one kept"
    page.goto("/book/details/")
    book(page)
    WorkingHours.objects.update(first_date=timezone.now().date() + timedelta(days=300))
    take_seat(page)
    page.goto("/book/when/")
    yield "when, nothing free"


def a_visit(page: Page) -> Iterator[str]:
    address = book_all(page)
    Therapist.objects.update(name=LONG)
    Location.objects.update(address=f"{LONG}\n{LONG}")
    yield "booked, long names"
    for name in ("move/", "cancel/", "confirm/", "your-data/"):
        page.goto(address + name)
        yield name
    for state in (State.REQUESTED, State.CANCELLING, State.CANCELLED, State.COMPLETED):
        Appointment.objects.update(
            state=state, deadline_at=timezone.now() + timedelta(hours=1), cancelled_from=State.BOOKED
        )
        page.goto(address)
        yield f"visit {state}"
    Appointment.objects.update(state=State.BOOKED, deadline_at=None)
    page.goto(address)
    press(page.locator("text=Book again"))
    yield "since your last visit"
    Appointment.objects.update(
        starts_at=timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=60),
        ends_at=timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=59),
    )
    page.goto(address)
    yield "an old link"
    assert Client.objects.exists()


def serious_findings(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


# Width, text size in percent, scheme. The first two in every run, all in `make prove`.
DEVICES = [
    pytest.param(320, 100, "light", id="phone"),
    pytest.param(1280, 200, "dark", id="desk, large text, dark"),
    *(
        pytest.param(*device, marks=pytest.mark.prove)
        for device in (
            (1280, 100, "light"),
            (360, 200, "light"),
            (640, 200, "light"),
            (768, 200, "dark"),
            (1440, 100, "dark"),
        )
    ),
]


@pytest.mark.parametrize("story", [about, safety, outcomes, starts, a_visit])
@pytest.mark.parametrize(("width", "text", "scheme"), DEVICES)
def test_every_page_can_be_used_by_everybody(
    desk: Desk, story: Callable[[Page], Iterator[str]], width: int, text: int, scheme: Scheme
) -> None:
    """No serious finding of axe, nothing scrolls sideways, and what is to be pressed is large enough."""
    page = desk.sit((width, 900), color_scheme=scheme)
    # As in the settings of a browser: rem and the breakpoints follow.
    sizes = {"standard": 16 * text // 100, "fixed": 13 * text // 100}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})

    found = {name: faults for name in story(page) if (faults := serious_findings(page) + layout_faults(page))}

    assert found == {}
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == sizes["standard"]


def layout_faults(page: Page) -> list[str]:
    faults: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            const faults = [];
            if (root.scrollWidth > root.clientWidth) {
                const wide = [...document.querySelectorAll("body *")].filter(
                    (part) => part.getBoundingClientRect().right > root.clientWidth + 1
                );
                faults.push(`scrolls sideways: ${wide.slice(0, 3).map((part) => part.outerHTML.slice(0, 90))}`);
            }
            const alone = "button, .btn, label.choice, label.option, a.option, .site-header a, .site-footer a, "
                + ".change a, .back a, .actions > a, summary, input.form-control, select, .reason > p > a";
            for (const part of document.querySelectorAll(alone)) {
                const box = part.getBoundingClientRect();
                if (box.width > 0 && box.height > 0 && box.height < 43.5 && !part.closest(".field-trap")) {
                    faults.push(`${Math.round(box.height)} px high: ${part.outerHTML.slice(0, 90)}`);
                }
            }
            return faults;
        }"""
    )
    return faults
