"""Which visits wait for a person."""

from datetime import timedelta

import pytest

from booking.models import Appointment, Condition, State
from booking.rules.conditions import CORRECTED_ANSWERS, FORM_MISSING, NOTE_TO_READ
from booking.scheduling.waiting import requests, to_read, without_form
from tests.cast import NOW, TODAY, Clinic, at, book

pytestmark = pytest.mark.django_db


def test_a_request_waits_until_it_ends_by_itself(clinic: Clinic) -> None:
    visits = [book(clinic, start, days=3) for start in ("09:00", "11:00", "13:00")]
    for visit, deadline in zip(visits, (NOW, NOW + timedelta(seconds=1), None), strict=True):
        Appointment.objects.filter(pk=visit.pk).update(state=State.REQUESTED, deadline_at=deadline)
    book(clinic, "15:00", days=3)

    assert list(requests(now=NOW)) == visits[1:]


def test_a_visit_waits_for_a_reader_while_it_is_not_over(clinic: Clinic) -> None:
    over, arrived, settled, other = (book(clinic, start) for start in ("09:00", "11:00", "13:00", "15:00"))
    for visit in (over, arrived, settled):
        Condition.objects.create(appointment=visit, kind=NOTE_TO_READ, settled_at=NOW if visit == settled else None)
    Condition.objects.create(appointment=other, kind=CORRECTED_ANSWERS)
    Appointment.objects.filter(pk=arrived.pk).update(state=State.ARRIVED)

    assert list(to_read(kinds=[NOTE_TO_READ], now=at("10:00"))) == [arrived]
    assert list(to_read(kinds=[NOTE_TO_READ, CORRECTED_ANSWERS], now=at("10:00"))) == [arrived, other]
    assert list(to_read(kinds=[], now=at("10:00"))) == []


def test_a_form_is_missing_until_the_start_unless_somebody_goes_on_without(clinic: Clinic) -> None:
    first, later, without = (book(clinic, start, with_form=False) for start in ("09:00", "11:00", "13:00"))
    book(clinic, "15:00")
    tomorrow = book(clinic, "09:00", days=1, with_form=False)
    without.conditions.filter(kind=FORM_MISSING).update(settled_at=NOW)

    missing = without_form(now=at("09:05"), until=at("09:00", day=TODAY + timedelta(days=1)))

    assert (list(missing), first.starts_at, tomorrow.starts_at) == (
        [later],
        at("09:00"),
        at("09:00", day=TODAY + timedelta(days=1)),
    )
