from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from booking import links
from booking.intake import cases
from booking.intake.cases import Letter
from booking.intake.pages import PAGES
from booking.models import Appointment, Case, Clearance, Draft, State
from tests.factories import NOW, TODAY, make_client, make_clinic, make_intake, make_treatment
from tests.journeys.walker import Page, press, read, take_step

pytestmark = pytest.mark.django_db

PERMISSION = {"conditions": ["cancer_active"], "leg_symptoms": ["one_leg_swelling"]}


@pytest.fixture
def clearance(time_machine: Any) -> Clearance:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    clinic.therapists[0].treatments.add(make_treatment(key="deep_tissue"))
    make_intake(answers=PERMISSION, client=make_client())
    letter = Letter(
        written_by="Dr Farrell",
        written_date=TODAY,
        allowed_treatments=("swedish",),
        valid_until=TODAY + timedelta(days=30),
    )
    return cases.record_clearance(case=Case.objects.get(), letter=letter, by=User.objects.create(username="o"), now=NOW)


def open_link(browser: Browser, clearance: Clearance) -> Page:
    page = read(browser.get(f"/book/cleared/{links.make_cleared_token(clearance)}/"))
    return press(browser, page, page.posts[0])


def test_the_link_leads_to_a_booked_visit_without_asking_again(clearance: Clearance) -> None:
    browser = Browser()
    page = open_link(browser, clearance)

    for _ in range(6):
        if page.url.startswith("/visit/"):
            break
        page = take_step(browser, page, {}) if page.url != "/book/result/" else read(browser.get("/book/when/"))

    visit = Appointment.objects.get()
    assert (visit.state, visit.intake, visit.client) == (State.BOOKED, clearance.intake, clearance.intake.client)


def test_opening_the_link_changes_nothing(clearance: Clearance) -> None:
    for _ in range(3):
        Browser().get(f"/book/cleared/{links.make_cleared_token(clearance)}/")

    assert not Draft.objects.exists()


def test_a_withdrawn_letter_or_another_token_opens_nothing(clearance: Clearance) -> None:
    token = links.make_cleared_token(clearance)
    assert Browser().get(f"/book/cleared/{token[:-1]}x/").status_code == 404

    cases.void_clearance(clearance=clearance, by=User.objects.get(), now=NOW)

    assert Browser().post(f"/book/cleared/{token}/").status_code == 404
    assert not Draft.objects.exists()


def test_no_page_that_the_link_opens_shows_an_answer(clearance: Clearance) -> None:
    browser = Browser()
    open_link(browser, clearance)
    health = [f"/book/safety/{page.id}/" for page in PAGES]

    pages = [read(browser.get(path, follow=True)) for path in ("/book/", "/book/result/", "/book/letter/", *health)]

    for page in pages:
        for told in ("Cancer", "cancer", "You answered"):
            assert told not in page.html, (page.url, told)
    assert {page.url for page in pages} == {"/book/", "/book/result/"}


def test_after_the_last_day_of_the_letter_the_page_says_whom_to_call(clearance: Clearance, time_machine: Any) -> None:
    path = f"/book/cleared/{links.make_cleared_token(clearance)}/"
    time_machine.move_to(NOW + timedelta(days=30), tick=False)
    assert Browser().get(path).status_code == 200
    time_machine.move_to(NOW + timedelta(days=31), tick=False)

    answers = [Browser().get(path), Browser().post(path)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert all("01 555 0142" in answer.content.decode() for answer in answers)
    assert not Draft.objects.exists()


def test_newer_answers_end_the_link(clearance: Clearance) -> None:
    make_intake(client=clearance.intake.client, now=NOW + timedelta(minutes=1))

    assert Browser().post(f"/book/cleared/{links.make_cleared_token(clearance)}/").status_code == 410


def test_all_can_be_answered_anew_from_empty_pages(clearance: Clearance) -> None:
    browser = Browser()
    open_link(browser, clearance)
    result = read(browser.get("/book/result/"))

    about = press(browser, result, next(form for form in result.posts if "answer-anew" in form.action))

    assert about.url == "/book/safety/about_you/"
    assert " checked" not in about.html
