"""When clients can book online, from when, and until it is stopped."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from services.models import ClinicPolicy
from services.opening import open_online_booking, stop_online_booking
from tests.cast import NOW, book, make_clinic
from tests.services.places import make_hours, make_location, make_therapist

pytestmark = pytest.mark.django_db
LATER, LAST = NOW + timedelta(days=1), NOW + timedelta(days=2)


def test_a_new_clinic_is_not_open_until_somebody_opens_it() -> None:
    before = ClinicPolicy.current()
    stop_online_booking(now=NOW)  # nothing to stop

    open_online_booking(now=LATER)

    after = ClinicPolicy.current()
    assert [(one.is_open, one.opened_at, one.stopped_at) for one in (before, after)] == [
        (False, None, None),
        (True, LATER, None),
    ]


def test_it_opens_where_the_one_row_was_lost() -> None:
    ClinicPolicy.objects.all().delete()

    open_online_booking(now=NOW)

    assert ClinicPolicy.current().is_open


def test_what_was_stopped_opens_again_and_keeps_its_first_day() -> None:
    open_online_booking(now=NOW)
    stop_online_booking(now=LATER)
    stopped = ClinicPolicy.current()

    open_online_booking(now=LAST)

    after = ClinicPolicy.current()
    assert [(one.is_open, one.opened_at, one.stopped_at) for one in (stopped, after)] == [
        (False, NOW, LATER),
        (True, NOW, None),
    ]


@pytest.mark.parametrize("kind", ["nothing yet", "hours", "visits of who has left"])
def test_the_update_opens_clinics_that_work(kind: str) -> None:
    if kind == "hours":
        make_hours(make_therapist(), make_location())
    if kind == "visits of who has left":
        book(clinic := make_clinic())
        clinic.therapists[0].working_hours.all().delete()
    ClinicPolicy.objects.update(opened_at=None)
    migration = import_module("services.migrations.0013_clinics_open_for_online_booking")

    migration.open_those_that_work(apps, SimpleNamespace(connection=connection))

    assert ClinicPolicy.current().is_open is (kind != "nothing yet")
