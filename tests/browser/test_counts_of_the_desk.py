"""What the daily jobs of reception take, from the board, each counted as a whole: presses, typed fields, pages loaded."""

from datetime import time, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import Appointment, Claim, Client, State
from services.models import TimeOff, WorkingHours
from tests.browser.conftest import Desk, book_begun
from tests.browser.counting import Counter, Taken, job
from tests.browser.staff import book_tomorrow, tomorrow
from tests.browser.test_panel import WIDE, rows_of
from tests.cast import Clinic, make_intake
from tests.cast import sign_in as sign_in_without_form

pytestmark = pytest.mark.browser


def sit_at_reception(desk: Desk) -> Page:
    """Somebody of reception who has just signed in; nothing is open yet."""
    page = desk.sit(WIDE)
    session = sign_in_without_form("reception").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.address}])
    return page


def open_board(page: Page, **query: str) -> None:
    page.goto(f"/panel/?{urlencode({'view': 'board'} | query)}")
    page.wait_for_selector("h1#board-title")


def make_known(name: str) -> Client:
    person = Client.objects.create(name=name, email="niamh@example.com", created_at=timezone.now())
    make_intake(client=person, now=timezone.now())
    return person


def test_what_the_jobs_of_reception_take(desk: Desk, clinic_of_today: Clinic) -> None:
    page, found = sit_at_reception(desk), dict[str, Taken]()
    counter = Counter(page)
    side, bar = page.locator("#side"), page.locator("#undo")
    day = str(tomorrow().date())
    make_known("Niamh Byrne")
    ana = clinic_of_today.therapists[0]

    open_board(page, date=day)
    with job(counter, found, "a known client into a gap"):
        page.locator(".board-gap").first.click()
        page.get_by_label("Treatment and length").select_option(label="Swedish, 60 min")
        page.locator(".search-here input[type=search]").fill("niamh")
        page.locator(".search-here .search-answer li a").first.click()
        expect(page.locator(".panel-chosen")).to_contain_text("Niamh Byrne")
        page.get_by_role("button", name="Book this visit").click()
        expect(page.locator(".side-name")).to_have_text("Niamh Byrne")

    open_board(page, date=day)
    with job(counter, found, "find a time"):
        page.get_by_role("link", name="Find a time").click()
        with page.expect_response("**/panel/find/**"):
            page.locator(".find-box", has_text=ana.name).click()
        with page.expect_response("**/panel/find/**"):
            page.select_option("#find-after", "17:00")
        with page.expect_response("**/panel/find/**"):
            page.get_by_role("button", name="Next week").click()
        page.locator(".find-start").first.click()
        page.locator("#find-words").fill("niamh")
        page.get_by_role("button", name="Book for Niamh Byrne").click()
        expect(page.locator("#find .panel-message-success")).to_contain_text("Booked for Niamh Byrne")

    open_board(page, date=day)
    with job(counter, found, "three weeks ahead"):
        page.locator("#board-title a").click()
        page.locator("#month").get_by_role("link", name="3 weeks").click()
        page.wait_for_url(f"**date={(tomorrow() + timedelta(weeks=3)).date()}*")

    visit = book_begun(clinic_of_today, "Oran Walsh", therapist=1)
    open_board(page, date=str(visit.starts_at.date()))
    card = page.locator(f"[data-reference='{visit.reference}']")
    with job(counter, found, "arrived, and taken back"):
        card.click()
        side.get_by_role("button", name="Arrived").click()
        expect(card).to_have_attribute("data-state", "arrived")
        bar.get_by_role("button", name="Undo: not arrived yet").click()
        expect(card).to_have_attribute("data-state", "booked")
    with job(counter, found, "did not come, and taken back"):
        side.get_by_role("button", name="Did not come").click()
        expect(card).to_have_attribute("data-state", "no_show")
        bar.get_by_role("button", name="Undo: did come").click()
        expect(card).to_have_attribute("data-state", "booked")

    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    open_board(page, date=str(visit.starts_at.date()))
    with job(counter, found, "booked again from a visit that is done"):
        card.click()
        side.locator(".side-again button").first.click()
        expect(bar).to_contain_text("Booked. The reference is")

    WorkingHours.objects.update(opens=time(8), closes=time(20))
    Appointment.objects.all().update(state=State.EXPIRED)
    Claim.objects.all().delete()
    later = book_tomorrow(clinic_of_today, number=4, name="Una Kelly")
    open_board(page, date=day)
    card = page.locator(f"[data-reference='{later.reference}']")
    with job(counter, found, "another treatment"):
        card.click()
        side.get_by_role("link", name="Change treatment").click()
        side.get_by_role("button", name="Change to Swedish 30").click()
        expect(bar.get_by_role("button", name="Undo the change of treatment")).to_be_visible()

    open_board(page, date=day)
    with job(counter, found, "cancelled, and taken back"):
        card.click()
        side.get_by_role("link", name="Cancel").click()
        side.locator("[name=cancel]").click()
        expect(card).to_have_attribute("data-state", "cancelling")
        bar.get_by_role("button", name="Undo the cancellation").click()
        expect(card).to_have_attribute("data-state", "booked")

    open_board(page, date=day)
    column, row = page.locator(".board-column").nth(1), rows_of(page)
    box = column.bounding_box()
    assert box is not None
    with job(counter, found, "a lunch block"):
        page.mouse.move(box["x"] + 90, box["y"] + 49 * row)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 56 * row, steps=3)
        page.mouse.up()
        side.get_by_role("button", name="Block this time").click()
        expect(bar).to_contain_text("Blocked for")

    assert TimeOff.objects.count() == 1
    assert found == {
        "a known client into a gap": Taken(presses=4, typed=1, loads=2),
        "find a time": Taken(presses=6, typed=1, loads=1),
        "three weeks ahead": Taken(presses=2, typed=0, loads=1),
        "arrived, and taken back": Taken(presses=3, typed=0, loads=0),
        "did not come, and taken back": Taken(presses=2, typed=0, loads=0),
        "booked again from a visit that is done": Taken(presses=2, typed=0, loads=0),
        "another treatment": Taken(presses=3, typed=0, loads=0),
        "cancelled, and taken back": Taken(presses=4, typed=0, loads=0),
        "a lunch block": Taken(presses=2, typed=0, loads=0),
    }
