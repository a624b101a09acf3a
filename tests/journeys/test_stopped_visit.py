"""Somebody books, then renews the health form with a sign that needs a physician: what they read, by page and by email."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client as Browser

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.models import Appointment, Case, Message
from services.models import ClinicPolicy
from tests.booking.messages.factories import make_policy
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import NOW, RELAXING, TODAY, Clinic, at
from tests.journeys.walker import take_step
from tests.pages import Page, press, read

pytestmark = pytest.mark.django_db

THURSDAY = TODAY + timedelta(days=3)
LETTER = Letter("Dr Farrell", TODAY, ("swedish",), TODAY + timedelta(days=30))


@pytest.fixture(autouse=True)
def policy(clinic: Clinic) -> ClinicPolicy:
    return make_policy()


def renew(visit: Appointment, answers: dict[str, Any]) -> Page:
    """The button on the visit's page, and then page after page with these answers."""
    browser = Browser()
    here = read(browser.get(path_of(visit)))
    page = press(browser, here, "My health has changed")
    for _ in range(20):
        if page.outcome or page.url.startswith("/visit/"):
            return page
        page = take_step(browser, page, answers)
    raise AssertionError(page.url)


def sweep(*, now: Any) -> None:
    list(outbox.each_sweep(clock=lambda: now, ask_gate=is_stopped))


def client_read() -> list[str]:
    return [str(one.subject) for one in mail.outbox if one.to == ["niamh@example.com"]]


def reminders() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind="reminder").order_by("due_at").values_list("state", "reason"))


def test_no_please_tell_us_that_you_are_coming_after_unexplained_weight_loss(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    sweep(now=NOW)

    outcome = renew(visit, RELAXING | {"signs_now": ["unexplained_weight_loss"]})
    sweep(now=NOW)
    page = read(Browser().get(path_of(visit))).html
    sweep(now=visit.starts_at - timedelta(hours=2, minutes=55))
    held_back = reminders()

    assert outcome.outcome == "PHYSICIAN"
    assert client_read() == [
        "Booked: Thursday 26 November, 14:30",
        "About your visit on Thursday 26 November, 14:30",
    ]
    assert "Before this visit we have to talk with you about your safety check." in page
    assert "weight" not in page
    assert {reason for _, reason in held_back} <= {reasons.STOPPED, reasons.LATER_REMINDER}
    assert ("suppressed", reasons.STOPPED) in held_back
    case = Case.objects.get(intake__client=visit.client, kind=Case.Kind.PHYSICIAN)
    before = visit.starts_at - timedelta(hours=2, minutes=50)
    clearances.record_clearance(case=case, letter=LETTER, by=User.objects.create(username="owner"), now=before)
    sweep(now=before)
    assert client_read()[2:] == ["Today, 14:30"]


def test_a_form_that_is_renewed_without_a_sign_changes_nothing_about_the_reminders(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    sweep(now=NOW)

    renew(visit, RELAXING)
    sweep(now=visit.starts_at - timedelta(hours=2, minutes=55))

    assert client_read() == [
        "Booked: Thursday 26 November, 14:30",
        "Today, 14:30",
    ]
