"""The desk in a real browser: a known person in four actions, and a safety check read out by keyboard."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import Appointment, Client, State
from tests.browser.conftest import Desk
from tests.cast import PASSWORD, RELAXING, Clinic, book, make_intake, make_member

pytestmark = pytest.mark.browser

SIZES = ((360, 780), (768, 1024), (1440, 900))


@pytest.fixture
def reception(desk: Desk) -> Page:
    make_member("reception", password=PASSWORD)
    make_member("owner")
    page = desk.sit(SIZES[-1])
    page.goto("/panel/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1#board-title")
    return page


def at_tomorrow(hour: int) -> datetime:
    return datetime.combine(timezone.now().date() + timedelta(days=1), time(hour), tzinfo=UTC)


class Hands:
    """What a person does with the page, counted: a press, or something typed and sent with Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def press(self, selector: str) -> None:
        self.actions += 1
        with self.page.expect_navigation():
            self.page.click(selector)

    def type_and_enter(self, text: str) -> None:
        """Into whatever has the focus: the page has put it where one types."""
        self.actions += 1
        self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, selector: str, label: str) -> None:
        self.actions += 1
        self.page.select_option(selector, label=label)


def test_a_known_person_is_booked_from_a_gap_in_four_actions(reception: Page, clinic_of_today: Clinic) -> None:
    person = Client.objects.create(name="Maeve Doyle", email="maeve@example.com", created_at=timezone.now())
    make_intake(client=person, now=timezone.now())
    reception.goto(f"/panel/?date={at_tomorrow(9).date()}")
    hands = Hands(reception)

    hands.press(".board-column >> nth=1 >> .board-gap")
    hands.type_and_enter("maeve")  # which takes the first who is found, and changes the form alone
    expect(reception.locator(".panel-chosen")).to_contain_text("Maeve Doyle")
    expect(reception.locator("[name=length]")).to_be_focused()
    hands.choose("[name=length]", "Swedish, 60 min")
    hands.press("[name=book]")

    reception.wait_for_url("**/panel/visit/**")
    visit = Appointment.objects.get(client=person)
    assert (hands.actions, visit.state) == (4, State.BOOKED)
    assert (visit.starts_at, visit.therapist) == (at_tomorrow(8), clinic_of_today.therapists[1])


def test_the_safety_check_is_read_out_by_keyboard(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book(
        clinic_of_today,
        at_tomorrow(10),
        name="Oran Walsh",
        email="oran@example.com",
        with_form=False,
        now=timezone.now(),
    )
    reception.goto(f"/panel/visit/{visit.reference}/")
    reception.get_by_role("link", name="Read the questions out").press("Enter")
    reception.wait_for_selector("[name=age_years]")

    # What does not apply is not there to be read.
    reception.wait_for_selector("text=Only if “How old is the person having the massage?” is under 18.", state="hidden")
    reception.fill("[name=age_years]", "16")
    with reception.expect_request(lambda request: request.headers.get("hx-request") == "true"):
        reception.keyboard.press("Tab")  # what is marked tells the session that somebody is there
    assert reception.is_visible("text=Only if “How old is the person having the massage?” is under 18.")
    for key, value in RELAXING.items():
        if key == "age_years":
            reception.fill("[name=age_years]", "40")
            continue
        values = value if isinstance(value, list) else ["true" if value is True else value]
        for one in values:
            reception.focus(f"[name={key}][value={one}]")
            reception.keyboard.press("Space")
    reception.get_by_role("button", name="These are the answers").press("Enter")
    reception.wait_for_url("**/result/")
    title = reception.inner_text("h1")

    visit.refresh_from_db()
    assert (title, visit.state) == ("This client can have a massage", State.BOOKED)
    assert not visit.conditions.filter(settled_at=None).exists()
