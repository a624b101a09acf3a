"""The staff's side in a real browser: by keyboard and by mouse. What everybody needs: test_panel_accessibility.py."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment, State
from booking.scheduling.appointments import By
from booking.wording.times import Wall, format_time
from tests.browser.conftest import Desk, book_begun
from tests.browser.staff import book_tomorrow, sit_signed_in, tomorrow
from tests.cast import Clinic

pytestmark = pytest.mark.browser

STAFF = By("staff")
WIDE = 1440, 900


@pytest.fixture
def reception(desk: Desk) -> Page:
    return sit_signed_in(desk, WIDE)


def test_a_visit_is_opened_beside_the_board_and_marked_as_arrived(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_begun(clinic_of_today, "Niamh Byrne", medications=["anticoagulants"])
    reception.goto(f"/panel/?date={visit.starts_at.date()}")

    reception.click(f"[data-reference='{visit.reference}']")
    reception.wait_for_selector("#side .side-name")
    beside = reception.inner_text("#side")
    reception.click("#side >> text=Arrived")
    expect(reception.locator("#undo")).to_contain_text("Niamh Byrne has arrived.")
    expect(reception.locator("#side .side-name")).to_have_text("Niamh Byrne")

    visit.refresh_from_db()
    assert visit.state == State.ARRIVED
    # What to be careful about comes before everything that can be done.
    assert beside.index("Be careful about") < beside.index("Arrived")


def test_a_phone_booking_arrival_and_no_show_by_keyboard(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_begun(clinic_of_today, "Niamh Byrne")
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


def rows_of(page: Page) -> float:
    """How high a row of five minutes is, in pixels: the stylesheet fits the day to the screen."""
    hours = page.locator(".board-hours")
    return float(hours.evaluate("one => parseFloat(getComputedStyle(one).gridTemplateRows)"))


def drag(page: Page, visit: Appointment, rows: int) -> None:
    """Hold the visit over where it would be `rows` of five minutes later."""
    page.goto(f"/panel/?date={tomorrow().date()}")
    block = page.locator(f"[data-reference='{visit.reference}']")
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box is not None
    x, y, row = box["x"] + box["width"] / 2, box["y"] + 12, rows_of(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + rows * row / 2, steps=4)
    page.mouse.move(x, y + rows * row, steps=4)


def test_a_drag_shows_its_target_asks_once_and_is_undone_from_the_board(
    reception: Page, clinic_of_today: Clinic
) -> None:
    visit = book_tomorrow(clinic_of_today, number=4)
    Appointment.objects.update(booker_email="niamh@example.com")
    wall = Wall.of_visit(visit)
    there = visit.starts_at + timedelta(hours=1)

    drag(reception, visit, 12)
    ghost = reception.locator(".visit-ghost")
    expect(ghost).to_have_text(f"{format_time(there, wall)}, {visit.therapist.name}, Room 0")
    reception.mouse.up()
    asked = reception.locator("#side")
    expect(asked.get_by_role("heading", name="Move Niamh Byrne?")).to_be_focused()
    expect(reception.locator(".visit-ghost-chosen")).to_have_text(format_time(there, wall))
    still = Appointment.objects.get(pk=visit.pk).starts_at
    asked.get_by_role("button", name="Move, and email the client").click()
    bar = reception.locator("#undo")
    expect(bar).to_contain_text("Niamh Byrne will be told at")
    expect(asked).to_be_empty()
    moved = Appointment.objects.get(pk=visit.pk)
    bar.get_by_role("button", name="Undo the move").click()
    expect(bar.get_by_role("button")).to_have_count(0)

    restored = Appointment.objects.get(pk=visit.pk)
    assert (still, moved.starts_at, restored.starts_at) == (visit.starts_at, there, visit.starts_at)
    assert (moved.version, restored.version) == (2, 3)
    assert "/panel/?date=" in reception.url


def test_a_drop_where_the_visit_cannot_go_says_why_and_escape_leaves_it(
    reception: Page, clinic_of_today: Clinic
) -> None:
    visit = book_tomorrow(clinic_of_today, number=4)
    book_tomorrow(clinic_of_today, number=3)  # a quarter after the first with its turnover

    drag(reception, visit, 6)
    expect(reception.locator(".visit-ghost-not")).to_contain_text("not free")
    reception.mouse.up()
    asked = reception.locator("#side")
    expect(asked).to_contain_text(f"{visit.therapist.name} is taken at")
    reception.keyboard.press("Escape")

    expect(asked).to_be_empty()
    expect(reception.locator(f"[data-reference='{visit.reference}']")).to_be_focused()
    assert Appointment.objects.get(pk=visit.pk).starts_at == visit.starts_at


def test_cancel_and_undo_with_the_mouse(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
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
