"""The policy in the back office."""

from typing import Any

import pytest
from django.test import Client

from services.models import (
    ClinicPolicy,
)
from tests.back_office import change, errors_of, open_page, save

pytestmark = pytest.mark.django_db


def change_policy(superuser: Client, **fields: str) -> Any:
    return change(superuser, ClinicPolicy.objects.get_or_create(pk=1)[0], fields)


def test_the_policy_is_changed_in_place(superuser: Client) -> None:
    response = change_policy(superuser, notice_minutes="45", clinic_name="Alder Street")

    policy = ClinicPolicy.objects.get()
    assert (response.status_code, policy.pk, policy.notice_minutes, policy.clinic_name) == (302, 1, 45, "Alder Street")


def test_a_missing_policy_is_added_as_row_one_and_only_once(superuser: Client) -> None:
    ClinicPolicy.objects.all().delete()
    page = open_page(superuser, ClinicPolicy, "add")

    added = save(superuser, page, {"notice_minutes": "45"})
    again = save(superuser, page, {"notice_minutes": "45"})

    assert (added.status_code, again.status_code) == (302, 403)
    assert list(ClinicPolicy.objects.values_list("pk", "notice_minutes")) == [(1, 45)]


@pytest.mark.parametrize(
    "fields",
    [
        {"notice_minutes": "43201"},
        {"notice_minutes": "-1"},
        {"notice_minutes": "9" * 30},
        {"horizon_days": "0"},
        {"horizon_days": "731"},
        {"grid_minutes": "0"},
        {"grid_minutes": "7"},
        {"grid_minutes": "125"},
        {"hold_minutes": "0"},
        {"intake_valid_days": "0"},
        {"currency": "euro"},
        {"currency": "eur"},
        {"contact_email": "nobody"},
    ],
)
@pytest.mark.once
def test_a_policy_that_can_not_be_is_an_error_on_the_form(fields: dict[str, str], superuser: Client) -> None:
    response = change_policy(superuser, **fields)

    assert len(errors_of(response)) >= 1
    assert list(response.context["adminform"].form.errors) in (list(fields), [*fields, "__all__"])


def test_what_booked_visits_hang_on_is_changed_in_the_panel(superuser: Client) -> None:
    page = open_page(superuser, ClinicPolicy, "change", ClinicPolicy.objects.get_or_create(pk=1)[0].pk)

    names = {one.name for form in page.posts for one in form.fields}
    assert names & {"free_cancelling_hours", "reminder_plan", "quiet_from", "quiet_until"} == set()
    assert "notice_minutes" in names
