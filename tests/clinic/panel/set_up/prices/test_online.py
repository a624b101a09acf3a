"""The ticks of the price table, and a new treatment that nobody can book yet."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Stranding
from clinic.models import AuditEntry
from services.models import Treatment
from services.price_list import prices_on
from tests.cast import NOW, TODAY, Clinic, book, browser_of, make_member
from tests.pages import Page, find_form, press, read, send
from tests.services.places import make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

OFFER_IT = "Treat it like deep tissue, and offer it"


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def stones(clinic: Clinic) -> Treatment:
    """Made and priced, and not on offer."""
    made = make_treatment("hot_stones", is_active=False)
    clinic.therapists[0].treatments.add(made)
    return made


def opened(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:set_up_prices")))


def is_for_clients(treatment: Treatment) -> bool:
    return treatment.name in Browser().get("/").content.decode()


def test_a_new_treatment_is_offered_by_one_press_with_what_was_typed_still_there(
    owner: Browser, clinic: Clinic, stones: Treatment
) -> None:
    page = opened(owner)
    assert "The safety check treats it like deep tissue, with heat" in page.html
    assert not is_for_clients(stones)

    told = press(owner, page, OFFER_IT, answers={f"price-{clinic.treatment.pk}-60": "66"})

    assert "Hot stones is offered online now." in told.html
    assert (OFFER_IT in told.html, 'value="66"' in told.html, prices_on(day=TODAY)[clinic.treatment.pk, 60]) == (
        False,
        True,
        60,
    )
    assert is_for_clients(stones)
    assert list(AuditEntry.objects.values_list("verb", "object_type", "object_id", "fields")) == [
        ("change", "treatment", str(stones.pk), ["is active"])
    ]


def test_it_is_not_offered_by_other_rules_than_its_box_has_named(owner: Browser, stones: Treatment) -> None:
    page = opened(owner)
    Treatment.objects.filter(pk=stones.pk).update(like="swedish")

    answer = send(owner, page, OFFER_IT)

    again = read(answer)
    assert (answer.status_code, Treatment.objects.get(pk=stones.pk).is_active) == (409, False)
    assert "Somebody has changed this treatment meanwhile." in again.html
    assert "Treat it like Swedish, and offer it" in again.html


def test_what_was_given_up_is_no_new_treatment(owner: Browser, clinic: Clinic, stones: Treatment) -> None:
    Treatment.objects.filter(pk=stones.pk).update(is_active=True)
    book(replace(clinic, treatment=stones), "14:00")
    Treatment.objects.filter(pk=stones.pk).update(is_active=False)

    page = opened(owner)

    assert ("Hot stones" in page.html, OFFER_IT in page.html) == (True, False)


def test_a_tick_that_is_taken_away_names_its_visits_first_and_is_saved_with_the_prices(
    owner: Browser, clinic: Clinic
) -> None:
    pk, visit = clinic.treatment.pk, book(clinic, "14:00")
    typed = {f"price-{pk}-60": "66", f"online-{pk}": []}
    priced = press(owner, opened(owner), "Save", answers=typed)

    asked = press(owner, priced, "Save 1 price")

    assert (visit.reference in asked.html, "Swedish is no longer on offer" in asked.html) == (True, True)
    assert (Treatment.objects.get(pk=pk).is_active, prices_on(day=TODAY)[pk, 60]) == (True, 60)
    back = press(owner, asked, "Go back")
    ticks = [one.is_on for one in find_form(back, "Show that day")[0].fields if one.name == f"online-{pk}"]
    assert ('value="66"' in back.html, ticks) == (True, [False])
    told = press(owner, asked, "Save, put 1 on To do")
    assert "Swedish can’t be booked any more." in told.html
    assert (Treatment.objects.get(pk=pk).is_active, prices_on(day=TODAY)[pk, 60]) == (False, Decimal(66))
    assert list(Stranding.objects.values_list("appointment", "why")) == [(visit.pk, "treatment")]


def test_the_same_tick_of_two_owners_is_no_quarrel(owner: Browser, clinic: Clinic, stones: Treatment) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner), opened(other)
    press(other, theirs, "Save", answers={f"online-{stones.pk}": "on"})

    told = press(owner, mine, "Save", answers={f"online-{stones.pk}": "on"})

    assert "Nothing was changed." in told.html
    assert Treatment.objects.get(pk=stones.pk).is_active


def test_what_is_missing_is_said_with_the_tick(owner: Browser, clinic: Clinic) -> None:
    made = make_treatment("cold_stones", minutes=(), is_active=False)

    told = press(owner, opened(owner), "Save", answers={f"online-{made.pk}": "on"})

    assert "Cold stones is offered online now. Set a price. Say who gives it, on its own page." in told.html
    assert not is_for_clients(made)
