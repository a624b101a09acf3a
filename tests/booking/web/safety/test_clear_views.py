"""A device that others use: cleared at once by a button, and empty once the browser was closed."""

from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import AdviceAnswers, Appointment, Draft, Intake, State
from tests.booking.web.visitors import path_of
from tests.cast import RELAXING
from tests.journeys.walker import choose, take_step, walk, wish
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clinic")]

CLEAR = "/book/clear/"
STOPS = RELAXING | {"signs_now": ["unexplained_weight_loss"]}
MARKED = RELAXING | {"other_concern": "ANSWERMARK", "medications": ["anticoagulants"]}


def go_to(browser: Browser, url: str, answers: dict[str, Any]) -> Page:
    """Answer page by page until this address is open."""
    page = wish(browser)
    while page.url != url:
        page = take_step(browser, page, answers)
    return page


def clear(browser: Browser, page: Page) -> Page:
    form = next(form for form in page.posts if form.action == CLEAR)
    return press(browser, page, form)


@pytest.mark.parametrize("name", ["start", "urgent", "problem", "now", "health", "later"])
def test_every_page_of_the_check_clears_the_answers_at_once(name: str) -> None:
    browser = Browser()
    pain = RELAXING | {"complaint_type": "pain", "sites": ["arms"], "onset": "by_itself", "duration": "up_to_3_days"}
    pain |= {"pattern": "weekly", "severity": "mild", "pain_signs": ["none"], "background": ["none"]}
    page = choose(browser, "not_sure")
    while page.url != f"/book/safety/{name}/":
        page = take_step(browser, page, pain)

    cleared = clear(browser, page)

    assert (cleared.url, "Your answers are deleted." in cleared.html) == ("/", True)
    assert Draft.objects.count() == 0
    assert read(browser.get(f"/book/safety/{name}/", follow=True)).url == "/book/"


def test_nothing_that_was_ticked_or_typed_is_shown_after_it() -> None:
    browser = Browser()
    clear(browser, go_to(browser, "/book/result/", MARKED))

    pages = [
        read(browser.get(path, follow=True))
        for path in (
            "/book/",
            "/book/safety/health/",
            "/book/result/",
            "/book/letter/",
            "/book/when/",
            "/book/details/",
        )
    ]

    for page in pages:
        assert "ANSWERMARK" not in page.html
        assert "Blood thinners" not in page.html
        assert not any(field.is_on for form in page.posts for field in form.fields if field.kind == "checkbox")


def test_a_result_stays_recorded_and_leaves_the_device() -> None:
    browser = Browser()
    page = walk(browser, STOPS)

    cleared = clear(browser, page)

    assert (page.outcome, "This device no longer shows your answers." in cleared.html) == ("PHYSICIAN", True)
    assert (Draft.objects.count(), Intake.objects.count()) == (0, 1)


def test_a_kept_start_is_given_back() -> None:
    browser = Browser()
    page = go_to(browser, "/book/details/", RELAXING)
    assert Appointment.objects.filter(state=State.HELD).count() == 1
    health = read(browser.get("/book/safety/health/"))

    clear(browser, health)

    assert (page.url, Appointment.objects.filter(state=State.HELD).count()) == ("/book/details/", 0)


def test_clearing_twice_or_with_nothing_to_clear_is_no_error() -> None:
    browser = Browser()

    answers = [read(browser.post(CLEAR, follow=True)) for _ in range(2)]

    assert [(page.url, page.status) for page in answers] == [("/", 200)] * 2


def test_all_cookies_end_with_the_browser_but_the_wish_that_lasts_a_day() -> None:
    browser = Browser()
    go_to(browser, "/book/safety/health/", MARKED)

    wish = browser.cookies["wish"]
    others = {name: (one["max-age"], one["expires"]) for name, one in browser.cookies.items() if name != "wish"}

    assert others == {"sessionid": ("", ""), "csrftoken": ("", "")}
    assert (wish["max-age"], wish["httponly"], wish["samesite"]) == (86400, True, "Lax")
    assert wish.value.split(":")[0].startswith("swedish 60 ")


def test_after_the_browser_was_closed_only_the_wish_is_known() -> None:
    browser = Browser()
    go_to(browser, "/book/safety/health/", MARKED)
    del browser.cookies["sessionid"]

    start = read(browser.get("/"))
    check = read(browser.get("/book/safety/health/", follow=True))
    again = press(browser, start, "Go on")

    assert "You were asking for Monday 23 November, 10:00." in start.html
    assert check.url == "/book/"
    assert "ANSWERMARK" not in start.html + check.html + again.html
    assert again.url == "/book/safety/start/"
    assert "You are asking for <strong>Monday 23 November, 10:00</strong> with Therapist 1" in again.html


# --- After booking


def test_the_booked_page_advises_the_browser_that_answered_and_nobody_else() -> None:
    browser = Browser()
    spasm = RELAXING | {"complaint_type": "spasm_or_cramp", "sites": ["legs"], "onset": "by_itself"}
    spasm |= {"duration": "up_to_3_days", "pattern": "occasional", "severity": "mild"}
    spasm |= {"pain_signs": ["none"], "background": ["none"]}

    booked = walk(browser, spasm)
    by_link = read(Browser().get(path_of(Appointment.objects.get())))

    assert ("Drinking" in booked.html, "Easing a calf cramp" in booked.html) == (True, True)
    assert ("Drinking" in by_link.html, "Do any of these sound like you?" in by_link.html) == (False, False)


def test_what_is_answered_for_advice_stands_beside_the_intake_and_decides_nothing() -> None:
    browser = Browser()
    booked = walk(browser, RELAXING)
    intake = Intake.objects.get()
    form = next(form for form in booked.posts if form.action == "/book/advice/")

    advised = press(browser, booked, form, answers={"factors": ["desk_posture", "stress"]})

    assert advised.url == booked.url
    assert ("Rest and stress" in advised.html, "Rest and stress" in booked.html) == (True, False)
    assert AdviceAnswers.objects.get().answers == {"factors": ["desk_posture", "stress"]}
    intake.refresh_from_db()
    assert (intake.answers, Intake.objects.count(), intake.decisions.count()) == (RELAXING, 1, 1)
    assert Appointment.objects.get().state == State.BOOKED


def test_a_device_that_was_cleared_after_booking_shows_no_advice() -> None:
    browser = Browser()
    booked = walk(browser, RELAXING)

    clear(browser, booked)

    page = read(browser.get(booked.url))
    assert (page.status, "<summary>What you can do yourself" in page.html) == (200, False)
    assert Appointment.objects.get().state == State.BOOKED


def test_advice_without_a_booking_in_this_browser_keeps_nothing() -> None:
    browser = Browser()

    page = read(browser.post("/book/advice/", {"factors": ["stress"]}, follow=True))

    assert (page.url, AdviceAnswers.objects.count()) == ("/", 0)
