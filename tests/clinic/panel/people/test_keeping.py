"""The owner reads what is kept, why and for how long, changes it, confirms it, and sees what the nights have erased."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import RetentionRun
from booking.people.retention import forget_by_night
from services.facts import current
from services.models import ClinicPolicy
from tests.booking.people.planting import plant_person
from tests.cast import NOW, Clinic, make_client, sign_in
from tests.clinic.panel.pages import press

pytestmark = pytest.mark.django_db

TO_DO = "Check how long you keep people’s data"
USUAL = {"keep_health_years": 8, "keep_receipts_years": 7, "keep_mails_years": 1, "keep_trail_years": 3}


@pytest.fixture(autouse=True)
def unconfirmed(clinic: Clinic) -> None:
    """No owner has confirmed the periods yet."""
    ClinicPolicy.objects.update(keep_confirmed_at=None)


def periods() -> dict[str, int]:
    policy = ClinicPolicy.current()
    return {name: getattr(policy, name) for name in USUAL}


def test_an_owner_is_asked_until_the_periods_are_confirmed(clinic: Clinic) -> None:
    owner, reception = sign_in("owner"), sign_in("reception")
    waiting = reverse("panel:to_do")
    before = [TO_DO in browser.get(waiting).content.decode() for browser in (owner, reception)]
    page = owner.get(reverse("panel:keeping"))

    told = press(owner, page, {name: page.context["page"].form[name].value() for name in USUAL})

    assert before == [True, False]
    assert "Nothing is erased by night until you have checked these periods." in page.content.decode()
    assert "Checked Monday 23 November 2026, 08:00." in told.content.decode()
    assert (ClinicPolicy.current().keep_confirmed_at, periods()) == (NOW, USUAL)
    assert TO_DO not in owner.get(waiting).content.decode()


def test_a_period_that_was_changed_is_said_everywhere(clinic: Clinic) -> None:
    owner = sign_in("owner")

    told = press(
        owner,
        owner.get(reverse("panel:keeping")),
        {name: str(years) for name, years in (USUAL | {"keep_health_years": 10}).items()},
    )

    assert "10 years after the last visit or safety check" in told.content.decode()
    assert "10 years after the last visit or safety check" in Browser().get(reverse("booking:privacy")).content.decode()


def test_a_tab_from_before_takes_nothing_back_that_somebody_else_has_saved(clinic: Clinic) -> None:
    owner = sign_in("owner")
    stale = owner.get(reverse("panel:keeping"))
    press(owner, stale, {"keep_health_years": "10"})

    refused = press(owner, stale, {"keep_trail_years": "4"})
    saved = periods()
    press(owner, refused, {"keep_trail_years": "4"})

    assert (refused.status_code, saved) == (409, USUAL | {"keep_health_years": 10})
    assert "has changed this since you opened the page: “Health answers and notes (years)”" in refused.content.decode()
    assert periods() == USUAL | {"keep_health_years": 10, "keep_trail_years": 4}


@pytest.mark.parametrize("years", ["0", "31", "-1", "eight", "", "8.5", "99999999999"])
def test_a_period_that_is_none_is_refused(clinic: Clinic, years: str) -> None:
    owner = sign_in("owner")

    answer = press(owner, owner.get(reverse("panel:keeping")), {"keep_health_years": years})

    assert (answer.status_code, ClinicPolicy.current().keep_confirmed_at, periods()) == (422, None, USUAL)


def test_the_nights_are_told_in_counts(clinic: Clinic) -> None:
    owner = sign_in("owner")
    ClinicPolicy.objects.update(keep_confirmed_at=NOW)
    plant_person(clinic)
    night = NOW + timedelta(days=9 * 366)
    forget_by_night(night=night, now=night)
    RetentionRun.objects.create(night_at=NOW, started_at=NOW)

    page = owner.get(reverse("panel:keeping")).content.decode()

    assert ("people: 1" in page, "safety checks: 4" in page, "not finished yet" in page) == (True, True, True)
    assert "MARK" not in page


def test_the_page_before_erasing_says_what_stays(clinic: Clinic) -> None:
    person = make_client()

    page = sign_in("owner").get(reverse("panel:person_data", args=[person.public_id])).content.decode()

    assert "<li>That the visit took place, for the books: what happened to a visit, visits, people</li>" in page
    assert "<li>That an email was sent, without the address: emails</li>" in page
    assert "<li>Who did what, without the person’s name: the back office's log, lines of the trail</li>" in unescape(
        page
    )


def test_it_asks_as_much_for_many_people_as_for_one(clinic: Clinic, django_assert_num_queries: Any) -> None:
    owner = sign_in("owner")
    for number in range(20):
        make_client(f"Client {number}")

    current()
    with django_assert_num_queries(16):
        owner.get(reverse("panel:keeping"))
