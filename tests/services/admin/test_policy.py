"""The policy in the back office."""

import json
from typing import Any

import pytest
from django.test import Client

from booking.messages.plan import BadPlan, parse_plan
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
        {"quiet_from": "21:00:30"},
        {"quiet_until": "24:00"},
        {"reminder_plan": "{"},
        {"reminder_plan": "null"},
    ],
)
@pytest.mark.once
def test_a_policy_that_can_not_be_is_an_error_on_the_form(fields: dict[str, str], superuser: Client) -> None:
    response = change_policy(superuser, **fields)

    assert len(errors_of(response)) >= 1
    assert list(response.context["adminform"].form.errors) in (list(fields), [*fields, "__all__"])


GOOD_PLANS = [
    "[]",
    '[{"hours_before": 48}, {"hours_before": 3, "only_unconfirmed": true}]',
    '[{"days_before": 1, "at": "18:00"}, {"days_before": 1, "at": "18:00", "only_unconfirmed": true}]',
    '[{"days_before": 0, "at": "00:00"}, {"hours_before": 1}, {"hours_before": 1440}, {"days_before": 60, "at": "23:59"}]',
]
BAD_PLANS = [
    "5",
    "{}",
    "[5]",
    "[[]]",
    "[{}]",
    '[{"hours_before": 0}]',
    '[{"hours_before": 1441}]',
    '[{"hours_before": "48"}]',
    '[{"hours_before": true}]',
    '[{"hours_before": 48, "only_unconfirmed": 1}]',
    '[{"hours_before": 48, "colour": "red"}]',
    '[{"hours_before": 48, "days_before": 1, "at": "18:00"}]',
    '[{"days_before": 1}]',
    '[{"days_before": -1, "at": "18:00"}]',
    '[{"days_before": 61, "at": "18:00"}]',
    '[{"days_before": 1, "at": "25:00"}]',
    '[{"days_before": 1, "at": 18}]',
    '[{"hours_before": 48}, {"hours_before": 48}]',
]


@pytest.mark.parametrize("plan", GOOD_PLANS)
@pytest.mark.once
def test_a_reminder_plan_that_the_messages_can_read_is_taken(plan: str, superuser: Client) -> None:
    response = change_policy(superuser, reminder_plan=plan)

    assert response.status_code == 302
    parse_plan(ClinicPolicy.objects.get().reminder_plan)


@pytest.mark.parametrize("plan", BAD_PLANS)
@pytest.mark.once
def test_a_reminder_plan_that_the_messages_can_not_read_is_refused(plan: str, superuser: Client) -> None:
    form = change_policy(superuser, reminder_plan=plan).context["adminform"].form

    assert list(form.errors) == ["reminder_plan"]
    with pytest.raises(BadPlan):
        parse_plan(json.loads(plan))
