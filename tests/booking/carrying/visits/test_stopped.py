"""Which visits of a list the gate would stop."""

from datetime import timedelta

import pytest

from booking.carrying.visits.plan import Visit
from booking.carrying.visits.stopped import find_stopped
from booking.models import Client
from tests.cast import DOCTOR_FIRST, NOW, Clinic, make_intake

pytestmark = pytest.mark.django_db


def test_answers_stop_a_visit_and_a_form_that_is_missing_or_too_old_does_not(clinic: Clinic) -> None:
    names = ("no form", "fine", "doctor first")
    none, fine, doctor_first = (Client.objects.create(name=name, created_at=NOW) for name in names)
    make_intake(client=fine)
    make_intake(client=doctor_first, answers=DOCTOR_FIRST)
    days = {2: (none, 1), 3: (fine, 1), 4: (fine, 300), 5: (doctor_first, 1)}
    visits = [
        Visit(line, client.pk, clinic.treatment.pk, 60, clinic.location.pk, 1, (NOW + timedelta(days=day)).isoformat())
        for line, (client, day) in days.items()
    ]

    assert find_stopped(visits, now=NOW) == {5}
