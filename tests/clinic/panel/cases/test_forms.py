"""What is typed about a case. What becomes of it is in tests/booking/cases and tests/journeys/test_cleared.py."""

from datetime import date

import pytest
from django.http import QueryDict

from booking.cases.clearances import Letter
from booking.models import Case
from clinic.panel.cases.forms import CaseStepForm, ClearanceForm
from tests.cast import DOCTOR_FIRST, make_client, make_intake, make_treatment

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return Case.objects.get(intake=make_intake(answers=DOCTOR_FIRST, client=make_client()))


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ("state=open", ["Choose another step, or write a note."]),
        ("state=open&note=%E2%80%8B", ["Choose another step, or write a note."]),
        ("state=open&note=Rang twice", []),
        ("state=called", []),
    ],
)
def test_a_step_needs_a_change_or_a_note_that_can_be_seen(case: Case, typed: str, errors: list[str]) -> None:
    form = CaseStepForm(QueryDict(typed), case=case)

    assert form.non_field_errors() == errors


def test_a_step_that_only_a_letter_takes_is_no_choice(case: Case) -> None:
    form = CaseStepForm(QueryDict("state=cleared"), case=case)

    assert (form.is_valid(), list(form.errors)) == (False, ["state"])


def test_a_letter_is_what_was_typed_with_a_region_for_each_line(case: Case) -> None:
    make_treatment()
    typed = QueryDict(mutable=True)
    typed.update(
        {
            "written_by": " Dr Farrell ",
            "written_date": "2026-11-20",
            "allowed_treatments": "swedish",
            "avoid": "left arm\r\n\r\n  calves ",
            "valid_until": "2026-12-20",
        }
    )
    form = ClearanceForm(typed, case=case)

    assert form.is_valid()
    assert form.letter() == Letter(
        "Dr Farrell", date(2026, 11, 20), ("swedish",), date(2026, 12, 20), avoid=("left arm", "calves")
    )
