"""Where somebody is sent who may not see the panel yet."""

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from clinic.panel.door.way_in import first_page, with_next
from services.models import ClinicPolicy
from tests.cast import Clinic, make_member, make_superuser
from tests.clinic.panel.pages import SIGN_IN

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(clinic: Clinic) -> User:
    """Else the way in would be the page of the first owner."""
    return make_superuser()


def test_an_address_leads_on_to_what_was_wanted_and_to_nothing_where_nothing_was() -> None:
    found = [with_next("panel:sign_in", wanted=wanted) for wanted in ("/panel/?date=2026-11-25&view=table", "")]

    assert found == [f"{SIGN_IN}?next=%2Fpanel%2F%3Fdate%3D2026-11-25%26view%3Dtable", SIGN_IN]


@pytest.mark.parametrize(
    ("path", "leads_to"), [("/panel/", "/panel/first-owner/"), ("/panel/cases/", f"{SIGN_IN}?next=%2Fpanel%2Fcases%2F")]
)
def test_a_clinic_without_an_owner_is_led_to_have_one_from_its_board_only(path: str, leads_to: str) -> None:
    assert Browser().get(path)["Location"] == leads_to


def test_with_an_owner_the_board_leads_to_the_sign_in_page(boss: User) -> None:
    assert Browser().get("/panel/")["Location"] == f"{SIGN_IN}?next=%2Fpanel%2F"


def test_an_address_that_takes_a_post_is_not_opened_after_signing_in(boss: User) -> None:
    answer = Browser().post("/panel/visit/ABC/cancel/", {"reason": "typed"})

    assert answer["Location"] == SIGN_IN


def test_the_side_panel_of_an_ended_session_leads_to_the_sign_in_page(boss: User) -> None:
    """Else the form would be shown inside the panel, beside a board that nobody may see any more."""
    answer = Browser().get("/panel/visit/ABC/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == f"{SIGN_IN}?next=%2Fpanel%2Fvisit%2FABC%2F"
    assert answer.content == b""


def test_before_the_clinic_opens_owners_begin_with_the_set_up_and_everybody_else_with_the_day(clinic: Clinic) -> None:
    owner, reception = make_member("owner"), make_member("reception")
    once_open = [first_page(one) for one in (owner, reception)]

    ClinicPolicy.objects.update(opened_at=None)

    assert once_open == ["/panel/", "/panel/"]
    assert [first_page(one) for one in (owner, reception)] == ["/panel/set-up/", "/panel/"]
