"""What waits, by kind and for whom, in one statement whatever there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Case, Condition, Message, State
from booking.rules.conditions import NOTE_TO_READ
from clinic.panel.door.glance import Glance, take_glance
from clinic.panel.door.rights import Member
from services.facts import current, reading_once
from services.models import ClinicPolicy
from tests.booking.messages.factories import make_message
from tests.cast import NOW, Clinic, at, book, take_off

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

OWNER = Member(user_id=1, role="owner", therapist_id=None, granted=None)
RECEPTION = Member(user_id=2, role="reception", therapist_id=None, granted=None)


def therapist(clinic: Clinic, number: int) -> Member:
    return Member(user_id=3, role="therapist", therapist_id=clinic.therapists[number].pk, granted=None)


def fill(clinic: Clinic, *, therapist: int = 0) -> None:
    """One of each, all of them with one therapist."""
    request = book(clinic, "09:00", therapist=therapist, days=3)
    Appointment.objects.filter(pk=request.pk).update(state=State.REQUESTED)
    Case.objects.create(kind=Case.Kind.REQUESTED, appointment=request, contact_name="Niamh", opened_at=NOW)
    Case.objects.create(kind=Case.Kind.PHYSICIAN, contact_name="Aoife", opened_at=NOW)
    noted = book(clinic, "11:00", therapist=therapist, days=3)
    Condition.objects.create(appointment=noted, kind=NOTE_TO_READ)
    book(clinic, "13:00", therapist=therapist, with_form=False)
    book(clinic, "13:00", therapist=therapist, days=1, with_form=False)
    book(clinic, "13:00", therapist=therapist, days=2, with_form=False)
    book(clinic, "09:00", therapist=therapist, days=6)
    take_off(
        clinic.therapists[therapist], starts_at=at("08:00") + timedelta(days=6), ends_at=at("20:00") + timedelta(days=6)
    )
    make_message(visit=request, state=Message.State.FAILED, reason="refused")
    lost = book(clinic, "15:00", therapist=therapist, days=4)
    Appointment.objects.filter(pk=lost.pk).update(wall_time_lost_at=NOW)


def glance_of(member: Member) -> Glance:
    return take_glance(member=member, now=NOW)


def test_everybody_is_told_of_what_is_theirs(clinic: Clinic) -> None:
    fill(clinic)

    seen = {
        "owner": glance_of(OWNER).waiting,
        "reception": glance_of(RECEPTION).waiting,
        "own": glance_of(therapist(clinic, 0)).waiting,
        "other": glance_of(therapist(clinic, 1)).waiting,
    }

    reception = {"new_time": 1, "clock": 1, "request": 1, "form": 2, "mail": 1, "case": 1}
    assert seen == {
        "owner": reception | {"to_read": 1},
        "reception": reception,
        "own": {"to_read": 1, "form": 2, "note": 0},
        "other": {"to_read": 0, "form": 0, "note": 0},
    }


def test_the_clinic_decides_whether_reception_is_told_of_notes(clinic: Clinic) -> None:
    fill(clinic)
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"reception_reads_concerns": True})

    assert glance_of(RECEPTION).waiting["to_read"] == 1


def test_notices_are_for_whom_they_concern(clinic: Clinic) -> None:
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"contact_email": "", "keep_confirmed_at": None})

    notices = {one.role: glance_of(one).notices for one in (OWNER, RECEPTION, therapist(clinic, 0))}

    assert notices["reception"] in ((), ("mail_down",))
    assert notices["therapist"] == ()
    assert set(notices["owner"]) >= {"unsigned", "periods"}


@pytest.mark.parametrize("size", [0, 3])
def test_one_statement_whatever_waits(clinic: Clinic, size: int) -> None:
    if size:
        fill(clinic)
    current()

    with reading_once(), CaptureQueriesContext(connection) as statements:
        current()
        take_glance(member=OWNER, now=NOW)

    assert len(statements) == 2  # the stamp, and all that is asked
