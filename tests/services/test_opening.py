"""When clients can book online, from when, and until it is stopped."""

from datetime import timedelta

import pytest

from services.models import ClinicPolicy
from services.opening import open_online_booking, stop_online_booking
from tests.cast import NOW

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
