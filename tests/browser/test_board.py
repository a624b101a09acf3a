"""The day board in a real browser: what its refresh may not disturb, and what each width of screen shows."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Request, Route, expect

from booking.models import Appointment, State
from booking.scheduling import appointments
from services.models import TimeOff, WorkingHours
from tests.browser.conftest import Desk, book_begun
from tests.browser.staff import book_tomorrow, tomorrow
from tests.browser.test_panel import STAFF, WIDE, reception, rows_of
from tests.cast import Clinic, make_member

pytestmark = pytest.mark.browser

__all__ = ["reception"]  # the fixture: an owner who has signed in, on a wide screen
PHONE, TABLET = (360, 780), (768, 1024)
MINUTE = 60_000


def open_day(page: Page, *, query: str = "") -> None:
    """Tomorrow's board, with the clock of the page in our hands."""
    page.clock.install()
    page.goto(f"/panel/?date={tomorrow().date()}{query}")


def let_it_refresh(page: Page) -> None:
    """A minute passes in the page, and the answer of its own refresh has come."""
    with page.expect_response(is_refresh):
        page.clock.run_for(MINUTE + 1000)


def is_refresh(response: Any) -> bool:
    return "x-refresh" in response.request.headers


def arrive(visit: Appointment) -> None:
    appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=visit.starts_at)


def counts(page: Page) -> list[str]:
    return [" ".join(one.split()) for one in page.locator(".board-counts .board-count").all_inner_texts()]


def test_a_refresh_brings_what_is_new_into_board_and_counts(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    before = counts(reception)[:2]

    arrive(visit)
    let_it_refresh(reception)

    block = reception.locator(f"[data-reference='{visit.reference}']")
    expect(block).to_have_attribute("data-state", "arrived")
    assert (before, counts(reception)[:2]) == (["1 visit", "0 here now"], ["0 visits", "1 here now"])


def test_a_refresh_keeps_focus_scroll_the_chosen_visit_and_what_is_half_typed(
    reception: Page, clinic_of_today: Clinic
) -> None:
    visit, other = book_tomorrow(clinic_of_today), book_tomorrow(clinic_of_today, therapist=1, number=5)
    Appointment.objects.filter(pk=visit.pk).update(intake=None, state=State.ARRIVED)
    open_day(reception)
    reception.set_viewport_size({"width": 1280, "height": 700})
    reception.click(f"[data-reference='{visit.reference}']")
    reason = reception.locator("#side [name=reason]")
    reason.fill("Half a sent")
    scroller = reception.locator(".board-scroll")
    scroller.evaluate("one => one.scrollTop = 120")

    arrive(other)
    let_it_refresh(reception)

    expect(reception.locator(f"[data-reference='{other.reference}']")).to_have_attribute("data-state", "arrived")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("Half a sent")
    expect(reception.locator(f"[data-reference='{visit.reference}']")).to_have_attribute("aria-current", "true")
    assert scroller.evaluate("one => one.scrollTop") == 120


def test_the_focused_visit_is_focused_again_after_a_refresh(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    block = reception.locator(f"[data-reference='{visit.reference}']")
    block.focus()

    arrive(visit)
    let_it_refresh(reception)

    expect(block).to_have_attribute("data-state", "arrived")
    expect(block).to_be_focused()


def test_where_the_focused_visit_is_gone_the_focus_stays_on_the_board(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    reception.locator(f"[data-reference='{visit.reference}']").focus()

    Appointment.objects.filter(pk=visit.pk).update(state=State.CANCELLED)
    let_it_refresh(reception)

    expect(reception.locator(f"[data-reference='{visit.reference}']")).to_have_count(0)
    expect(reception.locator(".board-scroll")).to_be_focused()


def test_a_gap_keeps_the_focus_although_its_address_changes(reception: Page, clinic_of_today: Clinic) -> None:
    book_tomorrow(clinic_of_today, number=4)
    open_day(reception)
    gap = reception.locator(".board-gap").first
    gap.focus()
    reception.evaluate("document.activeElement.href += '&changed'")
    book_tomorrow(clinic_of_today, number=5)

    let_it_refresh(reception)

    expect(gap).to_be_focused()
    assert "changed" not in (gap.get_attribute("href") or "")


def test_when_the_session_has_ended_the_day_leaves_the_screen(reception: Page, clinic_of_today: Clinic) -> None:
    book_tomorrow(clinic_of_today, name="Niamh Byrne")
    open_day(reception)

    Session.objects.all().delete()
    reception.clock.run_for(MINUTE + 1000)

    reception.wait_for_url("**/panel/sign-in/**")
    assert "Niamh" not in reception.content()


def test_a_refresh_that_fails_says_so_until_one_succeeds(reception: Page, clinic_of_today: Clinic) -> None:
    open_day(reception)
    stale = reception.locator("#board-stale")
    expect(stale).to_be_hidden()

    def fail(route: Route, request: Request) -> None:
        route.fulfill(status=503, body="") if "x-refresh" in request.headers else route.continue_()

    reception.route("**/panel/?date*", fail)
    reception.clock.run_for(MINUTE + 1000)
    expect(stale).to_be_visible()
    reception.unroute("**/panel/?date*")
    let_it_refresh(reception)

    expect(stale).to_be_hidden()


def test_nothing_is_refreshed_while_a_visit_is_dragged(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today, number=4)
    open_day(reception)
    asked: list[str] = []
    reception.on("request", lambda request: asked.append(request.url) if "x-refresh" in request.headers else None)
    box = reception.locator(f"[data-reference='{visit.reference}']").bounding_box()
    assert box is not None

    reception.mouse.move(box["x"] + 20, box["y"] + 12)
    reception.mouse.down()
    reception.mouse.move(box["x"] + 20, box["y"] + 40, steps=3)
    reception.clock.run_for(MINUTE + 1000)

    assert asked == []


def test_the_visit_beside_the_board_takes_the_focus_and_gives_it_back(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    block = reception.locator(f"[data-reference='{visit.reference}']")

    block.focus()
    reception.keyboard.press("Enter")
    expect(reception.locator("#side .side-name")).to_be_focused()
    expect(block).to_have_attribute("aria-current", "true")
    reception.get_by_role("button", name="Close").press("Enter")

    expect(block).to_be_focused()
    expect(reception.locator("#side")).to_be_empty()
    assert block.get_attribute("aria-current") is None


def test_on_a_tablet_a_visit_covers_the_board_and_on_a_phone_it_is_a_page(
    reception: Page, clinic_of_today: Clinic
) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    reception.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})

    reception.click(f"[data-reference='{visit.reference}']")
    expect(reception.locator("#side .side-name")).to_be_focused()
    assert reception.locator(".board-side-left").get_attribute("inert") == ""
    reception.keyboard.press("Escape")
    expect(reception.locator("#side")).to_be_empty()
    reception.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    reception.click(f"[data-reference='{visit.reference}'] a")

    reception.wait_for_url(f"**/panel/visit/{visit.reference}/")


def test_a_phone_shows_the_table_and_the_columns_are_a_link_away(reception: Page, clinic_of_today: Clinic) -> None:
    book_tomorrow(clinic_of_today, name="Niamh Byrne")
    open_day(reception)
    columns, table = reception.locator(".board-scroll"), reception.locator(".board-as-table")

    for size, shown, other in ((PHONE, table, columns), (TABLET, columns, table), (WIDE, columns, table)):
        reception.set_viewport_size({"width": size[0], "height": size[1]})
        expect(shown).to_be_visible()
        expect(other).to_have_count(0)

    reception.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(table).to_be_visible()
    sideways = reception.evaluate("document.documentElement.scrollWidth > innerWidth")
    reception.get_by_role("link", name="In columns").click()

    expect(columns).to_be_visible()
    expect(table).to_have_count(0)
    assert sideways is False


def test_what_was_chosen_is_shown_again_whatever_the_width(reception: Page, clinic_of_today: Clinic) -> None:
    open_day(reception)
    reception.get_by_role("link", name="As a table").click()
    expect(reception.locator(".board-as-table")).to_be_visible()

    reception.goto("/panel/")
    expect(reception.locator(".board-as-table")).to_be_visible()
    reception.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    reception.get_by_role("link", name="In columns").click()
    reception.goto("/panel/")

    expect(reception.locator(".board-scroll")).to_be_visible()


def test_a_refresh_that_finds_nothing_new_touches_nothing_but_the_time(
    reception: Page, clinic_of_today: Clinic
) -> None:
    book_tomorrow(clinic_of_today)
    open_day(reception)
    reception.evaluate("document.querySelector('.visit').dataset.untouched = 'yes'")
    reception.evaluate("document.querySelectorAll('[data-now]').forEach((one) => { one.textContent = '' })")

    with reception.expect_response(is_refresh) as answer:
        reception.clock.run_for(MINUTE + 1000)

    expect(reception.locator(".visit")).to_have_attribute("data-untouched", "yes")
    expect(reception.locator(".board-key [data-now]")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert answer.value.status == 304


def test_the_table_on_a_phone_is_refreshed_too_and_keeps_the_focus(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today, name="Niamh Byrne")
    open_day(reception)
    reception.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(reception.locator(".board-as-table")).to_be_visible()
    link = reception.get_by_role("link", name="Niamh Byrne")
    link.focus()

    arrive(visit)
    let_it_refresh(reception)

    expect(reception.get_by_role("row", name="Niamh Byrne")).to_contain_text("Arrived")
    expect(link).to_be_focused()


def test_eleven_hours_are_whole_on_a_wide_screen_and_less_room_scrolls_below_the_names(
    reception: Page, clinic_of_today: Clinic
) -> None:
    WorkingHours.objects.update(closes=time(19))
    open_day(reception)
    scroller = reception.locator(".board-scroll")
    rows = rows_of(reception)
    rest = scroller.evaluate("one => one.scrollHeight - one.clientHeight")

    reception.set_viewport_size({"width": WIDE[0], "height": 660})
    scroller.evaluate("one => one.scrollTop = 60")

    assert (4.5 <= rows <= 8, rest) == (True, 0)
    assert reception.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert scroller.evaluate("one => one.scrollTop") == 60
    expect(reception.locator(".board-therapist").first).to_be_in_viewport(ratio=1)
    expect(reception.locator(".board-counts")).to_be_in_viewport(ratio=1)


def test_arrived_and_taken_back_cancelled_and_taken_back_without_leaving_the_day(
    desk: Desk, reception: Page, clinic_of_today: Clinic
) -> None:
    """Two presses for a step, one to take it back, nothing typed but the reason, no page loaded."""
    visit = book_begun(clinic_of_today, "Niamh Byrne")
    reception.goto(f"/panel/?date={visit.starts_at.date()}&view=board&only=careful")
    loads: list[str] = []
    reception.on("framenavigated", lambda frame: loads.append(frame.url))
    card, bar = reception.locator(f"[data-reference='{visit.reference}']"), reception.locator("#undo")
    scroller = reception.locator(".board-scroll")

    card.click()
    reception.locator("#side").get_by_role("button", name="Arrived").click()
    expect(bar).to_contain_text("Niamh Byrne has arrived.")
    expect(card).to_have_attribute("data-state", "arrived")
    reception.keyboard.press("Escape")
    bar.get_by_role("button", name="Undo: not arrived yet").click()
    expect(bar).to_contain_text("Niamh Byrne: no longer marked as arrived.")
    expect(card).to_have_attribute("data-state", "booked")
    expect(reception.locator("#side")).to_be_empty()

    card.click()
    reception.locator("#side").get_by_role("button", name="Did not come").click()
    expect(card).to_have_attribute("data-state", "no_show")
    bar.get_by_role("button", name="Undo: did come").click()
    expect(card).to_have_attribute("data-state", "booked")

    assert loads == []
    assert reception.locator("#board").get_attribute("data-only") == "careful"
    expect(scroller).to_be_visible()


def test_cancelled_and_taken_back_without_leaving_the_day(reception: Page, clinic_of_today: Clinic) -> None:
    visit = book_tomorrow(clinic_of_today)
    open_day(reception)
    loads: list[str] = []
    reception.on("framenavigated", lambda frame: loads.append(frame.url))
    card, side, bar = (reception.locator(one) for one in (f"[data-reference='{visit.reference}']", "#side", "#undo"))

    card.click()
    side.get_by_role("link", name="Cancel").click()
    side.locator("[name=reason]").fill("Rang")
    side.locator("button[type=submit], input[type=submit]").first.click()
    expect(card).to_have_attribute("data-state", "cancelling")
    bar.get_by_role("button", name="Undo the cancellation").click()

    expect(card).to_have_attribute("data-state", "booked")
    expect(bar).to_contain_text("the visit is no longer cancelled")
    assert loads == []


def test_a_lunch_block_is_drawn_and_saved_in_two_actions(reception: Page, clinic_of_today: Clinic) -> None:
    open_day(reception)
    loads: list[str] = []
    reception.on("framenavigated", lambda frame: loads.append(frame.url))
    column = reception.locator(".board-column").first
    box, row = column.bounding_box(), rows_of(reception)
    assert box is not None

    reception.mouse.move(box["x"] + 90, box["y"] + 49 * row)
    reception.mouse.down()
    reception.mouse.move(box["x"] + 90, box["y"] + 56 * row, steps=3)
    reception.mouse.up()
    reception.locator("#side").get_by_role("button", name="Block this time").click()

    expect(column.locator(".board-away")).to_contain_text("Break")
    expect(reception.locator("#undo")).to_contain_text("Blocked for")
    away = TimeOff.objects.get()
    there = clinic_of_today.location.zone
    span = [one.astimezone(there).strftime("%H:%M") for one in (away.starts_at, away.ends_at)]
    assert (span, away.therapist, loads) == (["12:00", "12:45"], clinic_of_today.therapists[0], [])


def test_keys_press_what_is_on_the_page_and_are_still_in_a_field_or_when_turned_off(
    reception: Page, clinic_of_today: Clinic
) -> None:
    reception.goto(f"/panel/?date={tomorrow().date()}")
    reception.keyboard.press("Control+t")
    reception.locator(".board-filter select:visible").first.focus()
    reception.keyboard.press("t")
    assert str(tomorrow().date()) in reception.url
    reception.locator("#main").focus()

    reception.keyboard.press("ArrowRight")
    reception.wait_for_url(f"**date={(tomorrow() + timedelta(days=1)).date()}*")
    reception.keyboard.press("t")
    reception.wait_for_url(f"**date={(tomorrow() - timedelta(days=1)).date()}*")
    reception.keyboard.press("?")
    reception.get_by_role("button", name="Turn the keys off").click()
    reception.keyboard.press("Escape")
    reception.keyboard.press("n")
    reception.keyboard.press("o")

    expect(reception.locator("#keys")).to_be_hidden()
    assert f"date={(tomorrow() - timedelta(days=1)).date()}" in reception.url


def test_three_weeks_ahead_in_two_presses_and_one_load(reception: Page, clinic_of_today: Clinic) -> None:
    open_day(reception)
    loads: list[str] = []
    reception.on("framenavigated", lambda frame: loads.append(frame.url))

    reception.locator("#board-title a").click()
    expect(reception.locator("#month [aria-current]")).to_be_focused()
    reception.locator("#month").get_by_role("link", name="3 weeks").click()

    reception.wait_for_url(f"**date={(tomorrow() + timedelta(weeks=3)).date()}*")
    assert len(loads) == 1


def test_a_count_makes_the_others_pale_and_hides_none(reception: Page, clinic_of_today: Clinic) -> None:
    first = book_tomorrow(clinic_of_today)
    other = book_tomorrow(clinic_of_today, therapist=1, with_form=False)
    open_day(reception)
    look = "one => getComputedStyle(one).color"
    colours = {one: reception.locator(f"[data-reference='{one.reference}']") for one in (first, other)}
    before = [colours[one].evaluate(look) for one in (first, other)]

    count = reception.get_by_role("button", name="1 form missing")
    count.click()

    after = [colours[one].evaluate(look) for one in (first, other)]
    assert ([count.get_attribute("aria-pressed"), after[0] == before[0], after[1] == before[1]]) == [
        "true",
        False,
        True,
    ]
    expect(colours[first]).to_be_visible()


def test_the_hour_of_now_stands_beside_the_hours_and_not_over_them(reception: Page, clinic_of_today: Clinic) -> None:
    """Whatever the hour is at which this runs: the board is drawn as if it were eleven."""
    open_day(reception)
    before = reception.locator(".board-hour").first.bounding_box()

    reception.evaluate(
        """() => {
            const label = document.createElement("span");
            label.className = "board-now-label r37 n1";
            label.textContent = "11:00";
            document.querySelector(".board-hours").append(label);
        }"""
    )

    label, hours = (
        reception.locator(".board-now-label").bounding_box(),
        reception.locator(".board-hours").bounding_box(),
    )
    assert label is not None
    assert hours is not None
    assert reception.locator(".board-hour").first.bounding_box() == before
    assert label["x"] >= hours["x"]
    assert label["x"] + label["width"] <= hours["x"] + hours["width"]


def test_paper_shows_the_day_once(reception: Page, clinic_of_today: Clinic) -> None:
    book_tomorrow(clinic_of_today, name="Niamh Byrne")
    open_day(reception)

    reception.emulate_media(media="print")

    shown = [one for one in reception.get_by_text("Niamh Byrne").all() if one.is_visible()]
    assert len(shown) == 1
    assert not reception.get_by_role("link", name="New visit").is_visible()


def test_a_disabled_person_is_signed_out_by_the_next_refresh(
    desk: Desk, clinic_of_today: Clinic, reception: Page
) -> None:
    make_member("owner", name="another")
    open_day(reception)

    User.objects.filter(username="reception").update(is_active=False)
    reception.clock.run_for(MINUTE + 1000)

    reception.wait_for_url("**/panel/sign-in/**")


def test_with_large_text_a_visit_still_stands_beside_its_hour(reception: Page, clinic_of_today: Clinic) -> None:
    book_tomorrow(clinic_of_today)
    open_day(reception)
    reception.context.new_cdp_session(reception).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    heights = reception.evaluate(
        "['.board-hours', '.board-column'].map((one) => document.querySelector(one).getBoundingClientRect().height)"
    )
    row = reception.evaluate("parseFloat(getComputedStyle(document.querySelector('.board-hours')).gridTemplateRows)")

    assert heights[0] == heights[1]
    assert row == 16
