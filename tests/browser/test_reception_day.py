"""A day of reception, from the phone to the last change of mind: once with the mouse, once with the keyboard alone."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from booking.models import Appointment, State
from tests.browser.conftest import Desk, book_begun
from tests.cast import PASSWORD, Clinic, book, make_intake, make_member

pytestmark = pytest.mark.browser

URGENT = ("emergency_symptoms", "signs_now")
MOST_TABS = 150


class Mouse:
    """Points and clicks; types only into fields."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        what.click()

    def tick(self, what: Locator) -> None:
        what.click()

    def type(self, what: Locator, text: str) -> None:
        what.click()
        what.fill(text)

    def choose(self, what: Locator, label: str) -> None:
        what.select_option(label=label)


class Keyboard:
    """Tab, Enter, Space, arrows and letters. Nothing is focused or clicked from outside."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, what: Locator) -> None:
        what.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if what.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not reached by Tab")

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")

    def tick(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Space")

    def type(self, what: Locator, text: str) -> None:
        """Dates and times are typed part by part, as the browser's own fields want them."""
        self.reach(what)
        kind = what.get_attribute("type")
        if kind == "date":
            day = datetime.fromisoformat(text)
            self.page.keyboard.type(f"{day:%m%d%Y}")
        elif kind == "time":
            moment = time.fromisoformat(text)
            self.page.keyboard.type(f"{moment:%I%M%p}")
        else:
            self.page.keyboard.type(text)

    def choose(self, what: Locator, label: str) -> None:
        self.reach(what)
        self.page.keyboard.type(label)


def tomorrow(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(timezone.now().date() + timedelta(days=1), time(hour, minute), tzinfo=UTC)


def book_for_tomorrow(clinic: Clinic, name: str, hour: int, **answers: object) -> Appointment:
    """A visit of tomorrow whose form is three days old."""
    now = timezone.now()
    old_form = make_intake(answers=answers, now=now - timedelta(days=3))
    return book(clinic, tomorrow(hour), name=name, intake=old_form, now=now)


@pytest.fixture
def page(desk: Desk) -> Page:
    make_member("reception", password=PASSWORD)
    make_member("owner")
    page = desk.sit((1440, 900), locale="en-US")
    page.goto("/panel/")
    page.keyboard.press("Tab")
    return page


@pytest.mark.parametrize("kind", [pytest.param(Mouse, marks=pytest.mark.prove), Keyboard])
def test_a_day_of_reception(kind: type[Mouse] | type[Keyboard], page: Page, clinic_of_today: Clinic) -> None:
    careful = book_begun(clinic_of_today, "Maeve Doyle", medications=["anticoagulants"])
    absent = book_begun(clinic_of_today, "Sean Walsh", therapist=1)
    late = book_for_tomorrow(clinic_of_today, "Una Kelly", 13)
    hand, side, bar = kind(page), page.locator("#side"), page.locator("#undo")

    # Sign in.
    hand.type(page.locator("[name=username]"), "reception")
    hand.type(page.locator("[name=password]"), PASSWORD)
    hand.press(page.get_by_role("button", name="Sign in"))
    expect(page.locator("h1#board-title")).to_be_visible()
    page.goto(f"/panel/?date={careful.starts_at.date()}")

    # The careful client comes, is asked again, treated and done, all of it beside the day.
    hand.press(page.locator(f"a.visit[data-reference='{careful.reference}']"))
    hand.press(side.get_by_role("button", name="Arrived"))
    hand.press(side.get_by_role("link", name="Ask the urgent questions again"))
    for question in URGENT:
        hand.tick(side.locator(f"[name={question}][value=none]"))
    hand.press(side.get_by_role("button", name="These are the answers"))
    hand.tick(side.locator("[name=acknowledged]"))
    hand.press(side.get_by_role("button", name="In treatment", exact=True))
    hand.press(side.get_by_role("button", name="Done", exact=True))
    expect(bar).to_contain_text("Maeve Doyle: the treatment is done.")
    hand.press(side.get_by_role("button", name="Close"))

    # Somebody does not come, and then does.
    hand.press(page.locator(f"a.visit[data-reference='{absent.reference}']"))
    hand.press(side.get_by_role("button", name="Did not come"))
    hand.press(bar.get_by_role("button", name="Undo: did come"))
    expect(bar).to_contain_text("Sean Walsh: no longer marked as a no-show.")
    expect(side.get_by_role("button", name="Arrived")).to_be_visible()

    # Go to tomorrow.
    page.goto("/panel/")
    hand.press(page.get_by_role("link", name="A day on"))
    expect(page.locator("#board-title")).to_contain_text(f"{tomorrow(9):%A} {tomorrow(9).day} ")

    # Somebody is on the phone.
    hand.press(page.get_by_role("link", name="New visit"))
    hand.choose(page.locator("#id_length"), "Swedish, 60 min")
    hand.type(page.locator("#id_day"), tomorrow(9).date().isoformat())
    hand.type(page.locator("#id_time"), "16:00")
    hand.type(page.locator("#id_name"), "Oran Walsh")
    hand.press(page.get_by_role("button", name="Book this visit"))
    expect(page.get_by_role("heading", name="Oran Walsh")).to_be_visible()
    hand.press(page.get_by_role("link", name="Back to the day"))

    # Somebody comes later: an hour on, by the list of free starts.
    hand.press(page.locator(f"a.visit[data-reference='{late.reference}']"))
    hand.press(side.get_by_role("link", name="Move"))
    hand.choose(side.locator("#find-after"), "14:00")
    expect(side.locator(".find-sentence")).to_contain_text("14:00")
    hand.press(side.locator(f"button[data-start^='{tomorrow(14, 30):%Y-%m-%dT%H:%M}']").first)
    hand.press(side.get_by_role("button", name="Move it"))
    expect(side.locator(".side-when")).to_contain_text("14:30")

    # And then not at all, and then after all.
    hand.press(side.get_by_role("link", name="Cancel"))
    hand.type(side.locator("[name=reason]"), "The client called.")
    hand.press(side.get_by_role("button", name="Cancel this visit"))
    hand.press(bar.get_by_role("button", name="Undo the cancellation"))
    expect(side.get_by_role("link", name="Cancel")).to_be_visible()

    phoned = Appointment.objects.get(booker_name="Oran Walsh")
    for visit in (careful, absent, late):
        visit.refresh_from_db()
    assert (phoned.state, phoned.starts_at) == (State.BOOKED, tomorrow(16))
    assert (careful.state, absent.state, late.state) == (State.COMPLETED, State.BOOKED, State.BOOKED)
    assert late.starts_at == tomorrow(14, 30)
    assert [event.verb for event in careful.events.all()] == ["book", "arrive", "ask again", "treat", "complete"]
    assert [event.verb for event in absent.events.all()] == ["book", "miss", "take back no-show"]
    assert list(late.events.values_list("verb", "reason")) == [
        ("book", ""),
        ("move", ""),
        ("cancel", "The client called."),
        ("undo", ""),
    ]
