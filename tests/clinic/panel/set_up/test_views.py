"""What owners confirm: the number that clients are told to call in an emergency."""

from typing import Any

import pytest
from django.urls import reverse

from services.models import ClinicPolicy
from tests.cast import NOW, Clinic, make_clinic, sign_in
from tests.clinic.panel.pages import press

pytestmark = pytest.mark.django_db

TO_DO = "Check which number clients are told to call in an emergency"


@pytest.fixture
def new_york(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(zone="America/New_York")
    ClinicPolicy.objects.update(emergency_number_confirmed=False)
    return clinic


def test_an_owner_is_asked_to_confirm_the_country_s_number_until_that_is_done(new_york: Clinic) -> None:
    owner, reception = sign_in("owner"), sign_in("reception")
    waiting = reverse("panel:to_do")
    before = [TO_DO in browser.get(waiting).content.decode() for browser in (owner, reception)]

    page = owner.get(reverse("panel:emergency_number"))
    told = press(owner, page, {"number": page.context["page"].form["number"].value()})

    policy = ClinicPolicy.current()
    assert before == [True, False]
    assert "Clients are told to call 911." in told.content.decode()
    assert (policy.emergency_number, policy.emergency_number_confirmed) == ("911", True)
    assert TO_DO not in owner.get(waiting).content.decode()


def test_what_a_clinic_had_typed_is_kept_and_offered(new_york: Clinic) -> None:
    ClinicPolicy.objects.update(emergency_number="112")

    page = sign_in("owner").get(reverse("panel:emergency_number")).content.decode()

    assert 'value="112"' in page
    assert "The usual number for an ambulance in your country (United States) is 911." in page


@pytest.mark.parametrize("number", ["the ambulance", "112 or 999", "112;ext=1", "+"])
def test_what_no_telephone_can_dial_is_refused_in_words(new_york: Clinic, number: str) -> None:
    owner = sign_in("owner")

    answer = press(owner, owner.get(reverse("panel:emergency_number")), {"number": number})

    assert answer.status_code == 422
    assert "Write the number as it is dialled, like 112." in answer.content.decode()
    assert ClinicPolicy.current().emergency_number == ""


def test_only_owners_set_the_clinic_up(new_york: Clinic) -> None:
    assert sign_in("reception").get(reverse("panel:emergency_number")).status_code == 403
