"""What the small script does, and what people do who press twice, go back, or come late."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.models import Appointment, State
from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import (
    DETAILS,
    NOTHING,
    PAIN,
    answer,
    book_all,
    choose,
    give_details,
    go_on,
    keep_start,
    press_start,
    take_seat,
)

pytestmark = pytest.mark.browser


def test_a_follow_up_shows_at_once_and_goes_again(desk: Desk) -> None:
    page = desk.sit()
    choose(page)
    for _page in range(3):
        answer(page, PAIN)
        go_on(page)
    course = page.locator("#question_nerve_course")

    hidden = course.is_visible()
    page.check("[name=signs_now][value=numb_tingling]")
    shown = course.is_visible()
    page.check("[name=signs_now][value=none]")

    assert (hidden, shown, course.is_visible()) == (False, True, False)
    assert not page.is_checked("[name=signs_now][value=numb_tingling]")


def test_a_follow_up_shows_with_one_of_several_answers_and_goes_with_the_question_that_it_follows(desk: Desk) -> None:
    page = desk.sit()
    choose(page)
    for _page in range(4):
        answer(page, NOTHING)
        if page.url.endswith("/health/"):
            break
        go_on(page)
    review = page.locator("#question_doctor_review")

    before = review.is_visible()
    page.check("[name=conditions][value=immune_suppressed]")
    first = review.is_visible()
    page.uncheck("[name=conditions][value=immune_suppressed]")
    page.check("[name=medications][value=corticosteroids]")
    assert (before, first, review.is_visible()) == (False, True, True)

    page.check("[name=conditions][value=heart]")
    page.check("[name=heart_detail][value=heart_condition]")
    assert page.locator("#question_condition_status").is_visible()

    page.uncheck("[name=conditions][value=heart]")

    assert not page.locator("#question_heart_detail").is_visible()
    assert not page.locator("#question_condition_status").is_visible()


def test_a_child_needs_a_guardian_and_is_asked_at_once(desk: Desk) -> None:
    page = desk.sit()
    choose(page)

    page.fill("[name=age_years]", "12")
    asked = page.locator("#question_guardian_consent").is_visible()
    page.fill("[name=age_years]", "18")

    assert (asked, page.locator("#question_guardian_consent").is_visible()) == (True, False)


def test_none_and_a_sign_exclude_each_other(desk: Desk) -> None:
    page = desk.sit()
    choose(page)
    answer(page, NOTHING)
    go_on(page)
    sign, unsure, none = (
        page.locator(f"[name=emergency_symptoms][value={value}]") for value in ("breathless_or_blood", "unsure", "none")
    )

    sign.check()
    unsure.check()
    both = sign.is_checked() and unsure.is_checked()
    none.check()

    assert both
    assert (sign.is_checked(), unsure.is_checked(), none.is_checked()) == (False, False, True)


def test_pressing_twice_quickly_books_once(desk: Desk) -> None:
    page = desk.sit()
    take_seat(page)
    keep_start(page)
    for name, value in DETAILS.items():
        page.fill(f"[name={name}]", value)

    page.locator("main .btn-primary").dblclick()
    page.wait_for_url("**/visit/**")

    assert Appointment.objects.filter(state=State.BOOKED).count() == Appointment.objects.count() == 1


def test_a_page_that_was_sent_is_not_sent_again_while_the_answer_is_on_its_way(desk: Desk) -> None:
    page = desk.sit()
    take_seat(page)

    goes = page.evaluate(
        """() => [1, 2].map(() => document.querySelector("main form").dispatchEvent(
            new SubmitEvent("submit", { bubbles: true, cancelable: true })))"""
    )

    assert goes == [True, False]


def test_back_and_forward_lose_nothing_that_was_typed(desk: Desk) -> None:
    page = desk.sit()
    take_seat(page)
    keep_start(page)
    for name, value in DETAILS.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=booker_phone]", "12")
    go_on(page)

    page.goto("/book/when/")
    page.goto("/book/details/")
    typed = {name: page.input_value(f"[name={name}]") for name in DETAILS}
    page.reload()
    after_reload = {name: page.input_value(f"[name={name}]") for name in DETAILS}

    assert typed == after_reload == DETAILS


def test_back_after_booking_leads_to_the_visit(desk: Desk) -> None:
    page = desk.sit()
    address = book_all(page)

    page.go_back()
    page.reload()

    assert page.url == address
    assert Appointment.objects.count() == 1


def test_a_start_that_runs_out_while_typing_is_told_and_the_answers_stay(desk: Desk) -> None:
    page = desk.sit()
    take_seat(page)
    keep_start(page)
    Appointment.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))

    for name, value in DETAILS.items():
        page.fill(f"[name={name}]", value)
    go_on(page)

    assert page.url.endswith("/book/when/")
    notice = page.locator(".notice")
    assert "Your answers are still here; choose a time again." in notice.inner_text()
    expect(notice).to_be_focused()
    press_start(page, day=3)
    assert page.url.endswith("/book/details/")
    go_on(page)
    page.wait_for_url("**/visit/**")


def test_near_its_end_a_kept_start_is_told_once_and_politely(desk: Desk) -> None:
    page = desk.sit()
    take_seat(page)
    keep_start(page)
    Appointment.objects.update(deadline_at=timezone.now() + timedelta(minutes=2, seconds=1))

    page.reload()

    place = page.locator("[data-kept-until]")
    assert place.get_attribute("role") == "status"
    assert place.inner_text() == ""
    expect(place).to_contain_text("two minutes from now")
    give_details(page)


def test_a_throttled_line_books_once_too_and_nothing_comes_from_another_host(desk: Desk) -> None:
    page = desk.sit(PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    line = page.context.new_cdp_session(page)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 150, "downloadThroughput": 100_000, "uploadThroughput": 50_000},
    )

    page.goto("/")
    book_all(page)

    assert Appointment.objects.get().state == State.BOOKED
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith((desk.address, "data:"))] == []
