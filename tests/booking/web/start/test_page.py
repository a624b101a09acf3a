"""The start page: who is met, where it is, and what is good to know."""

import re

import pytest
from django.test import Client as Browser

from services.models import ClinicPolicy, Location, Therapist
from tests.cast import Clinic, make_clinic
from tests.pages import read

pytestmark = pytest.mark.django_db

SECTION = re.compile(r'<section[^>]*aria-labelledby="([a-z-]+)[0-9-]*">(.*?)</section>', re.DOTALL)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(therapists=6)


def sections() -> dict[str, str]:
    """The words of each section of the start page."""
    html = read(Browser().get("/")).html
    return {name.rstrip("-"): " ".join(re.sub(r"<[^>]+>", " ", text).split()) for name, text in SECTION.findall(html)}


@pytest.mark.usefixtures("clinic")
def test_six_are_met_and_a_seventh_is_behind_everybody_here() -> None:
    six = sections()["people"]
    Therapist.objects.create(name="Somebody Seventh")
    seven = sections()["people"]

    assert six.count("’s page and times") == seven.count("’s page and times") == 6
    assert ("Everybody here" in six, "Everybody here" in seven) == (False, True)
    assert "Seventh" not in seven


def test_two_of_the_same_first_name_are_told_apart_by_the_next_letter() -> None:
    clinic = make_clinic(therapists=3)
    for therapist, name in zip(clinic.therapists, ("Ana Ruiz", "Ana Moran", "Mei Tan"), strict=True):
        Therapist.objects.filter(pk=therapist.pk).update(name=name)

    people = sections()["people"]

    assert re.findall(r"(\S+(?: \S\.)?)’s page", people) == ["Ana R.", "Ana M.", "Mei"]


@pytest.mark.usefixtures("clinic")
def test_the_way_the_hours_the_paying_and_what_is_for_those_who_have_booked() -> None:
    Location.objects.update(step_free=Location.StepFree.YES, step_free_words="Ring bell 2.")

    found = sections()

    assert list(found) == ["times", "people", "find-us", "open", "paying", "already"]
    assert found["find-us"] == "Find us 14 Alder Street Step-free: Yes. Map and directions"
    assert found["open"] == "Open Monday to Sunday, 09:00 to 17:00 Call 01 555 0142"
    assert found["paying"] == "Good to know You pay at the clinic. Ask for a receipt if you need one."


@pytest.mark.usefixtures("clinic")
def test_a_clinic_with_rules_of_its_own_leads_to_them() -> None:
    ClinicPolicy.objects.update(terms="Come in socks.")

    assert sections()["paying"].endswith("Our rules")


def test_where_nobody_works_nobody_is_promised() -> None:
    make_clinic(therapists=1)
    Therapist.objects.update(is_active=False)

    found = sections()

    assert "people" not in found
    assert found["open"] == "Call us Call 01 555 0142"
