"""A treatment's own page: what it says before it is saved, and to whom it is given."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Stranding
from services.models import Treatment
from tests.cast import NOW, Clinic, book, browser_of, make_member, make_treatment
from tests.pages import Page, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def opened(browser: Browser, treatment: Treatment) -> Page:
    return read(browser.get(reverse("panel:set_up_treatment", args=[treatment.pk])))


def test_a_treatment_is_added_without_a_key_and_stands_in_the_table(owner: Browser, clinic: Clinic) -> None:
    page = read(owner.get(reverse("panel:set_up_new_treatment")))
    words = {"name": "Hot stones", "summary": "Warm.", "description": "Warm.", "suits": "Rest."}

    told = press(owner, page, "Add this treatment", answers=words)

    made = Treatment.objects.get(key="hot_stones")
    assert (made.like, made.uses_heat, made.is_active) == ("deep_tissue", True, False)
    assert told.url == reverse("panel:set_up_prices")
    assert ("Added: Hot stones." in told.html, "Not yet" in told.html) == (True, True)


def test_a_treatment_that_is_sent_as_it_is_drawn_changes_nothing(owner: Browser, clinic: Clinic) -> None:
    before = Treatment.objects.values().get(pk=clinic.treatment.pk)

    told = press(owner, opened(owner, clinic.treatment), "Save")

    assert "Nothing was changed." in told.html
    assert Treatment.objects.values().get(pk=clinic.treatment.pk) == before


def test_taken_off_offer_its_visits_are_named_first_and_then_need_a_new_time(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")

    asked = press(owner, opened(owner, clinic.treatment), "Save", answers={"is_active": []})

    assert (visit.reference in asked.html, Treatment.objects.get(pk=clinic.treatment.pk).is_active) == (True, True)
    assert "Swedish is no longer on offer" in asked.html
    press(owner, asked, "Save, put 1 on To do")
    assert not Treatment.objects.get(pk=clinic.treatment.pk).is_active
    assert list(Stranding.objects.values_list("appointment", "why")) == [(visit.pk, "treatment")]


def test_gentler_rules_are_confirmed_and_booked_visits_counted_again(owner: Browser, clinic: Clinic) -> None:
    clinic = replace(clinic, treatment=make_treatment(key="own", like="deep_tissue", uses_heat=True))
    clinic.therapists[0].treatments.add(clinic.treatment)
    asked = press(owner, opened(owner, clinic.treatment), "Save", answers={"like": "swedish", "uses_heat": []})
    assert "From now on whoever may have Swedish may have it." in asked.html
    assert "booked" not in asked.html.partition("panel-before")[2].partition("<form")[0]
    book(clinic, "14:00")

    again = press(owner, asked, "Save it as gentle as that")

    assert "1 visit of it is booked. It is checked by the new rules before it takes place." in again.html
    assert Treatment.objects.get(key="own").like == "deep_tissue"
    told = press(owner, again, "Save it as gentle as that")
    own = Treatment.objects.get(key="own")
    assert ("Saved." in told.html, own.like, own.uses_heat) == (True, "swedish", False)


def test_the_four_are_like_themselves(owner: Browser, clinic: Clinic) -> None:
    assert 'name="like"' not in opened(owner, clinic.treatment).html
    assert 'name="like"' in opened(owner, make_treatment(key="own")).html


def test_of_two_owners_the_later_is_told_and_loses_nothing(owner: Browser, clinic: Clinic) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner, clinic.treatment), opened(other, clinic.treatment)
    send(other, theirs, "Save", {"summary": "Theirs."})

    answer = send(owner, mine, "Save", {"suits": "Mine."})

    again = read(answer)
    assert (answer.status_code, Treatment.objects.get(pk=clinic.treatment.pk).suits) == (409, "Resting.")
    assert "Somebody has changed this since you opened the page: “In one line”." in again.html
    assert "Mine." in again.html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"turnover_minutes": "7"}, "Choose a multiple of five minutes."),
        ({"turnover_minutes": "125"}, "Write a number from 0 to 120."),
        ({"name": " "}, "This field is required."),
        ({"summary": "x" * 141}, "Write at most 140 characters."),
    ],
)
def test_what_can_not_be_is_refused_with_what_was_typed(
    owner: Browser, clinic: Clinic, typed: dict[str, str], said: str
) -> None:
    answer = send(owner, opened(owner, clinic.treatment), "Save", typed | {"suits": "Kept."})

    assert (answer.status_code, said in answer.content.decode(), "Kept." in answer.content.decode()) == (
        422,
        True,
        True,
    )
