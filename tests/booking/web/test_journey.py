"""Whose journey a session leads to."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking.intake.drafts import LIFETIME
from booking.web.journey import Journey
from tests.booking.web.visitors import at_check, make_visit, path_of
from tests.cast import NOW, RELAXING, Clinic, at, make_draft
from tests.journeys.test_booking_online import open_page
from tests.journeys.test_returning import THURSDAY
from tests.journeys.walker import choose, take_step
from tests.pages import press, read

pytestmark = pytest.mark.django_db


def test_the_mark_of_a_journey_tells_it_from_another_and_leads_to_nothing(clinic: Clinic) -> None:
    one, other = (make_draft(clinic=clinic) for _ in range(2))

    marks = [Journey(draft, now=NOW).mark for draft in (one, one, other)]

    assert (marks[0] == marks[1], marks[1] == marks[2], one.pk in marks[0]) == (True, False, False)


def test_a_journey_that_is_a_day_old_begins_anew(clinic: Clinic, time_machine: Any) -> None:
    browser, draft = at_check(clinic)
    time_machine.move_to(NOW + LIFETIME + timedelta(minutes=1), tick=False)
    session = browser.session
    session["draft"] = draft.pk
    session.set_expiry(timedelta(days=2))
    session.save()

    page = open_page(browser, "/book/details/")

    assert page.url == "/book/"
    assert "We have no answers from this device." in page.html


def test_somebody_else_s_browser_sees_nothing_of_a_journey(clinic: Clinic) -> None:
    at_check(clinic)
    stranger = Browser()
    session = stranger.session
    session["draft"] = "x" * 22
    session.save()

    for path in ("/book/details/", "/book/result/", "/book/safety/urgent/"):
        assert open_page(stranger, path).url == "/book/"


def test_a_session_gets_a_new_key_when_it_becomes_somebodys(clinic: Clinic) -> None:
    """A key that was known before, planted or overheard, opens nothing."""
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    browser, spy = Browser(), Browser()
    choose(browser)
    known = browser.cookies["sessionid"].value

    press(browser, read(browser.get(path_of(visit))), "Book another visit")

    spy.cookies["sessionid"] = known
    assert browser.cookies["sessionid"].value != known
    assert read(browser.get("/book/", follow=True)).url == "/book/"
    assert read(browser.get("/book/safety/", follow=True)).url == "/book/safety/since/"
    assert read(spy.get("/book/safety/", follow=True)).url == "/book/"


def test_a_session_gets_a_new_key_with_the_agreement_to_store_answers(clinic: Clinic) -> None:
    """Whoever planted the key in this browser does not read the answers along."""
    browser, spy = Browser(), Browser()
    page = choose(browser)
    spy.cookies["sessionid"] = browser.cookies["sessionid"].value

    after = take_step(browser, page, RELAXING)

    assert after.url == "/book/safety/urgent/"
    assert browser.cookies["sessionid"].value != spy.cookies["sessionid"].value
    assert read(spy.get("/book/safety/start/", follow=True)).url == "/book/"
