"""A physician's letter: which one can be recorded, and what taking it back leaves. What it opens is in test_gate.py."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.cases import clearances
from booking.cases.clearances import ClearanceRefused, Letter
from booking.models import Case, Clearance
from services.models import Location
from tests.booking.intake.test_gate import LETTER, PERMISSION, clear
from tests.cast import DOCTOR_FIRST, EMERGENCY, NOW, TODAY, Clinic, at, make_client, make_intake, soon

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answers", "letter"),
    [
        (EMERGENCY, LETTER),
        (PERMISSION, replace(LETTER, allowed_treatments=())),
        (PERMISSION, replace(LETTER, written_by=" ")),
        (PERMISSION, replace(LETTER, written_date=TODAY + timedelta(days=1))),
        (PERMISSION, replace(LETTER, valid_until=date(2026, 1, 1))),
    ],
)
def test_a_letter_that_cannot_be_recorded(answers: dict[str, Any], letter: Letter) -> None:
    with pytest.raises(ClearanceRefused):
        clear(make_intake(answers=answers), letter)


def test_a_letter_that_is_taken_back_leaves_the_case_open() -> None:
    owner = User.objects.create(username="owner")
    make_intake(answers=DOCTOR_FIRST, client=make_client())
    letter = Letter(
        written_by="Dr Kelly", written_date=NOW.date(), allowed_treatments=("swedish",), valid_until=NOW.date()
    )
    clearance = clearances.record_clearance(case=Case.objects.get(), letter=letter, by=owner, now=NOW)

    for minutes in (5, 6):
        clearance = clearances.void_clearance(clearance=clearance, by=owner, now=soon(minutes))

    case = Case.objects.get()
    assert (case.state, clearance.voided_at) == (Case.State.OPEN, soon(5))
    assert [event.verb for event in case.events.all()] == ["open", "cleared", "void", "open"]


@pytest.mark.parametrize(
    ("zone", "now", "written", "valid_until", "is_taken"),
    [
        # It is tomorrow in Auckland, and still yesterday in New York.
        ("Pacific/Auckland", at("12:00"), TODAY + timedelta(days=1), TODAY + timedelta(days=1), True),
        ("Pacific/Auckland", at("12:00"), TODAY, TODAY, False),
        ("America/New_York", at("03:00"), TODAY - timedelta(days=1), TODAY - timedelta(days=1), True),
        ("America/New_York", at("03:00"), TODAY, TODAY, False),
    ],
)
def test_the_days_of_a_letter_are_days_of_the_clinic(
    clinic: Clinic, zone: str, now: datetime, written: date, valid_until: date, *, is_taken: bool
) -> None:
    Location.objects.update(time_zone=zone)
    make_intake(answers=DOCTOR_FIRST, client=make_client(), now=now)
    letter = replace(LETTER, written_date=written, valid_until=valid_until)

    with nullcontext() if is_taken else pytest.raises(ClearanceRefused):
        clearances.record_clearance(case=Case.objects.get(), letter=letter, by=User.objects.create(), now=now)

    assert Clearance.objects.count() == int(is_taken)
