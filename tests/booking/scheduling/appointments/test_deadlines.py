"""The deadlines of booked visits, when the clinic chooses others for those to come."""

from datetime import timedelta

import pytest

from booking.late_changes import free_until
from booking.models import Appointment, FormerPlace, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from services.models import ClinicPolicy
from tests.cast import NOW, TODAY, Clinic, at, book, book_online, soon

pytestmark = pytest.mark.django_db
TOMORROW, AFTER = TODAY + timedelta(days=1), TODAY + timedelta(days=2)


def keep_then_change(*, hours: int) -> int:
    kept = appointments.keep_deadlines(hours_before=ClinicPolicy.current().free_cancelling_hours, now=NOW)
    ClinicPolicy.objects.update(free_cancelling_hours=hours)
    return kept


def deadline(visit: Appointment) -> object:
    return free_until(Appointment.objects.get(pk=visit.pk), policy=ClinicPolicy.current())


@pytest.mark.parametrize("hours", [0, 48])
def test_booked_visits_keep_the_deadline_that_was_told_whichever_way_it_changes(clinic: Clinic, hours: int) -> None:
    earlier = book(clinic, "14:30", days=2)
    over = book(clinic, "09:00")
    Appointment.objects.filter(pk=over.pk).update(starts_at=NOW)

    kept = keep_then_change(hours=hours)

    later = book(clinic, "14:30", days=3)
    assert (kept, deadline(earlier)) == (1, at("14:30", day=TOMORROW))
    assert deadline(later) == at("14:30", day=TODAY + timedelta(days=3)) - timedelta(hours=hours)
    assert deadline(over) == NOW - timedelta(hours=hours)


def test_what_was_cancelled_late_last_week_was_so_by_the_hours_of_last_week(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")
    begun = NOW - timedelta(days=7)
    Appointment.objects.filter(pk=visit.pk).update(state=State.CANCELLED, starts_at=begun)

    kept = keep_then_change(hours=2)

    assert (kept, deadline(visit)) == (0, begun - timedelta(hours=24))


def test_a_deadline_that_a_late_change_has_kept_stays(clinic: Clinic) -> None:
    visit = book_online(clinic, "14:30")
    appointments.move(appointment=visit, starts_at=at("10:00", day=AFTER), therapist_id=None, by=CLIENT, now=NOW)

    keep_then_change(hours=2)

    assert deadline(visit) == at("14:30", day=TODAY - timedelta(days=1))


def test_a_visit_that_is_moved_in_time_gets_the_deadline_of_its_new_start(clinic: Clinic) -> None:
    visit = book_online(clinic, "14:30", days=2)
    keep_then_change(hours=2)

    appointments.move(appointment=visit, starts_at=at("10:00", day=AFTER), therapist_id=None, by=CLIENT, now=NOW)

    assert deadline(visit) == at("08:00", day=AFTER)


def test_a_move_that_is_undone_after_the_change_brings_the_first_deadline_back(clinic: Clinic) -> None:
    visit = book_online(clinic, "14:30", days=2)
    appointments.move(appointment=visit, starts_at=at("10:00", day=AFTER), therapist_id=None, by=CLIENT, now=NOW)
    keep_then_change(hours=2)

    appointments.undo_move(appointment=visit, by=CLIENT, now=soon(1))

    assert deadline(visit) == at("14:30", day=TOMORROW)
    assert FormerPlace.objects.exclude(first_free_until=None).count() == FormerPlace.objects.count()
