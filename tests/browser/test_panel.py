"""The staff's side in a real browser: by keyboard and by mouse. What everybody needs: test_panel_accessibility.py."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from booking.models import Appointment, State
from booking.scheduling.appointments import By
from tests.browser.conftest import Desk, book_begun
from tests.browser.staff import book, sign_in, tomorrow
from tests.factories import Clinic

pytestmark = pytest.mark.browser

STAFF = By("staff")
WIDE = 1440, 900


@pytest.fixture
def reception(desk: Desk) -> Page:
    return sign_in(desk.sit(WIDE))


def test_a_visit_is_opened_beside_the_board_and_marked_as_arrived(reception: Page, clinic: Clinic) -> None:
    visit = book_begun(clinic, "Niamh Byrne", medications=["anticoagulants"])
    reception.goto(f"/panel/?date={visit.starts_at.date()}")

    reception.click(f"[data-reference='{visit.reference}']")
    reception.wait_for_selector("#side .side-name")
    beside = reception.inner_text("#side")
    reception.click("#side >> text=Arrived")
    reception.wait_for_url("**/panel/visit/**")

    visit.refresh_from_db()
    assert visit.state == State.ARRIVED
    # What to be careful about comes before everything that can be done.
    assert beside.index("Be careful about") < beside.index("Arrived")


def test_a_phone_booking_arrival_and_no_show_by_keyboard(reception: Page, clinic: Clinic) -> None:
    visit = book_begun(clinic, "Niamh Byrne")
    reception.goto("/panel/book/")
    reception.focus("[name=length]")
    reception.keyboard.press("ArrowDown")
    reception.fill("[name=day]", tomorrow().date().isoformat())
    reception.fill("[name=time]", "10:00")
    reception.fill("[name=name]", "Oran Walsh")
    reception.keyboard.press("Enter")
    reception.wait_for_url("**/panel/visit/**")
    booked = Appointment.objects.get(booker_name="Oran Walsh")

    reception.goto(f"/panel/visit/{visit.reference}/")
    button = reception.get_by_role("button", name="Did not come")
    button.focus()
    reception.keyboard.press("Enter")
    reception.wait_for_selector("text=Undo: did come")
    reception.get_by_role("button", name="Undo: did come").focus()
    reception.keyboard.press("Enter")
    reception.wait_for_selector("text=Did not come")

    visit.refresh_from_db()
    assert booked.starts_at == datetime.combine(tomorrow().date(), datetime.min.time(), tzinfo=UTC).replace(hour=10)
    assert (booked.state, visit.state) == (State.BOOKED, State.BOOKED)
    assert [event.verb for event in visit.events.all()] == ["book", "miss", "take back no-show"]


def test_a_visit_is_dragged_an_hour_later(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic, number=4)
    reception.goto(f"/panel/?date={tomorrow().date()}")
    block = reception.locator(f"[data-reference='{visit.reference}']")
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 12

    reception.mouse.move(x, y)
    reception.mouse.down()
    reception.mouse.move(x, y + 50, steps=4)
    reception.mouse.move(x, y + 96, steps=4)
    reception.mouse.up()
    reception.wait_for_url("**/panel/visit/**")

    moved = Appointment.objects.get(pk=visit.pk)
    assert moved.starts_at - visit.starts_at == timedelta(hours=1)


def test_cancel_and_undo_with_the_mouse(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic)
    reception.goto(f"/panel/visit/{visit.reference}/")

    reception.click("text=Cancel")
    reception.fill("[name=reason]", "The client called.")
    reception.click("[name=cancel]")
    reception.wait_for_selector("text=Undo the cancellation")
    reception.click("text=Undo the cancellation")
    reception.wait_for_selector("role=link[name='Cancel']")

    visit.refresh_from_db()
    assert visit.state == State.BOOKED
    assert list(visit.events.values_list("verb", "reason")) == [
        ("book", ""),
        ("cancel", "The client called."),
        ("undo", ""),
    ]
