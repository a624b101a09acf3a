"""Clients whose answers are to version 1 of the questions come back, or are on the way, while version 2 is put in force."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from booking.models import Appointment, Draft, Intake
from tests.booking.rules.test_version_1 import RELAXING as FIRST_VERSION
from tests.booking.rules.test_version_1 import old_intake
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import NOW, TODAY, Clinic, at
from tests.journeys.test_returning import say
from tests.journeys.walker import choose
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def test_book_again_takes_over_what_is_not_asked_again_and_shows_none_of_it(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=TODAY + timedelta(days=3)))
    intake = old_intake(FIRST_VERSION | {"medications": ["anticoagulants"]}, client=visit.client)
    Appointment.objects.update(intake=intake)
    browser = Browser()

    page = press(browser, read(browser.get(path_of(visit))), "Book another visit")
    result = say(browser, page, "no")

    newer = Intake.objects.latest("id")
    assert (page.url, " checked" in page.html) == ("/book/safety/since/", False)
    assert (result.outcome, "Blood thinners" in result.html) == ("CAUTION", False)
    assert (newer.schema_version, newer.answers["medications"]) == ("2.0.0", ["anticoagulants"])


def test_answers_on_the_way_are_dropped_with_a_sentence_and_the_choice_stays(clinic: Clinic) -> None:
    browser = Browser()
    choose(browser)
    Draft.objects.update(answers={"consent_health_data": True, "duration_hours": 24}, consented_at=NOW)

    back = read(browser.get("/book/safety/", follow=True))
    again = read(browser.get("/book/safety/", follow=True))

    draft = Draft.objects.get()
    assert "Our questions have become shorter. Please start again." in back.html
    assert "Our questions have become shorter." not in again.html
    assert (back.url, draft.answers, draft.treatment is not None) == ("/book/safety/start/", None, True)
