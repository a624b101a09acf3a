from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from booking import links
from booking.intake import cases
from booking.intake.cases import Letter
from booking.models import Appointment, Case, Clearance, Draft, State
from tests.factories import NOW, TODAY, make_client, make_clinic, make_intake, make_treatment
from tests.journeys.walker import Page, press, read, take_step

pytestmark = pytest.mark.django_db

PERMISSION = {"conditions": ["cancer_active"]}


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
