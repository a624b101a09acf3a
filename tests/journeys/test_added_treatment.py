"""A treatment that the clinic has added, for a client whose answers exclude the one that it is like."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.intake import drafts
from booking.intake.gate import GateRefused
from booking.models import Appointment
from booking.scheduling import appointments
from booking.web.journey import Journey
from booking.web.outcome.advice import advise
from services.models import Treatment
from tests.booking.web.visitors import at_result
from tests.cast import NOW, RELAXING, Clinic, at, make_treatment
from tests.journeys.walker import choices, walk
from tests.pages import read

pytestmark = pytest.mark.django_db

TREATMENTS = reverse("booking:treatment")
BLOOD_THINNERS = {"medications": ["anticoagulants"]}


@pytest.fixture(autouse=True)
def added(clinic: Clinic) -> None:
    """The first therapist gives two treatments that the clinic added."""
    for treatment in (make_treatment(key="sports_massage"), make_treatment(key="scalp_massage", like="swedish")):
        clinic.therapists[0].treatments.add(treatment)


def offered(browser: Browser) -> set[str]:
    """What can be chosen on the page of treatments: before the check by a link to its times, after it by a button."""
    page = read(browser.get(TREATMENTS))
    links = {link.href.split("/")[3] for link in page.links if link.href.startswith("/book/treatment/")}
    return links | {value.split(":")[0] for value in choices(page)}


def test_sports_massage_is_not_booked_on_blood_thinners(clinic: Clinic) -> None:
    browser, draft = at_result(clinic, **BLOOD_THINNERS)
    drafts.choose_treatment(
        draft=draft, treatment=Treatment.objects.get(key="sports_massage"), minutes=60, location=clinic.location
    )

    result, when = browser.get(reverse("booking:outcome")), browser.get(reverse("booking:when"))

    assert "Sports massage is not offered with your answers. Swedish is." in result.content.decode()
    assert (when.status_code, when.headers["Location"]) == (302, TREATMENTS)
    with pytest.raises(GateRefused, match=r"^Sports massage is not offered with your answers\."):
        appointments.keep_start(
            draft=draft, starts_at=at("14:00"), therapist_id=clinic.therapists[0].pk, address="127.0.0.1", now=NOW
        )


def test_sports_massage_is_booked_where_deep_tissue_would_be(clinic: Clinic) -> None:
    walk(Browser(), RELAXING, treatments=("sports_massage",))

    assert Appointment.objects.get().treatment.key == "sports_massage"


def test_after_the_check_only_what_goes_with_the_answers_can_be_chosen(clinic: Clinic) -> None:
    browser, draft = at_result(clinic, **BLOOD_THINNERS)

    assert offered(Browser()) >= {"sports_massage", "scalp_massage", "swedish"}
    assert offered(browser) & {"sports_massage", "scalp_massage", "swedish"} == {"scalp_massage", "swedish"}
    why_not = advise(Journey(draft, now=NOW)).why_not or {}
    assert why_not["sports_massage"] == why_not["deep_tissue"] != ()
    assert "like deep tissue" not in browser.get(TREATMENTS).content.decode()


def test_what_is_like_a_suggested_treatment_is_suggested_where_that_one_is_not_on_offer(clinic: Clinic) -> None:
    _browser, draft = at_result(clinic)
    draft.treatment = None
    both = advise(Journey(draft, now=NOW)).suggested
    Treatment.objects.filter(key="swedish").update(is_active=False)

    alone = advise(Journey(draft, now=NOW)).suggested

    assert (both, alone) == ("swedish", "scalp_massage")
