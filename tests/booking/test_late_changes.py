"""Until when moving and cancelling are free, once a visit has been moved."""

from datetime import datetime, timedelta

import pytest

from booking.late_changes import free_until
from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By
from services.models import ClinicPolicy
from tests.booking.scheduling.appointments.test_moving import NEXT_WEEK, THURSDAY, move, undo
from tests.cast import STAFF, TODAY, at, book_online, make_clinic, soon

pytestmark = pytest.mark.django_db


def deadline(visit: Appointment) -> datetime:
    return free_until(visit, policy=ClinicPolicy.current())


def test_a_move_in_time_brings_a_deadline_of_its_own() -> None:
    visit = book_online(make_clinic(), days=3)

    moved = move(visit, "10:00", day=NEXT_WEEK)

    assert deadline(visit) == at("14:30", day=THURSDAY - timedelta(days=1))
    assert deadline(moved) == at("10:00", day=NEXT_WEEK - timedelta(days=1))


@pytest.mark.parametrize("by", [CLIENT, STAFF], ids=["by the client", "by staff"])
def test_a_late_move_keeps_the_first_deadline_however_often_it_is_moved(by: By) -> None:
    visit = book_online(make_clinic())
    first = deadline(visit)

    moved = move(visit, "10:00", day=NEXT_WEEK, by=by)
    again = move(moved, "10:00", day=NEXT_WEEK + timedelta(days=7), by=by, minutes=20)

    assert first == at("14:30", day=TODAY - timedelta(days=1))
    assert (deadline(moved), deadline(again)) == (first, first)


def test_the_very_moment_of_the_deadline_is_late() -> None:
    visit = book_online(make_clinic(), days=3)
    last = at("14:30", day=THURSDAY - timedelta(days=1))

    in_time = move(visit, "10:00", day=NEXT_WEEK, now=last - timedelta(seconds=1))
    undone = appointments.undo_move(appointment=in_time, by=CLIENT, now=last)
    late = move(undone, "10:00", day=NEXT_WEEK, now=last)

    assert deadline(in_time) == at("10:00", day=NEXT_WEEK - timedelta(days=1))
    assert deadline(late) == last


def test_undoing_a_late_move_leaves_the_visit_as_late_as_it_was() -> None:
    visit = move(book_online(make_clinic()), "10:00", day=NEXT_WEEK)

    restored = undo(visit)

    assert (restored.first_free_until, deadline(restored)) == (None, at("14:30", day=TODAY - timedelta(days=1)))


def test_nobody_is_late_whom_the_clinic_has_asked_to_choose_another_time() -> None:
    visit = book_online(make_clinic())
    appointments.ask_to_choose_again(appointment=visit, by=STAFF, now=soon(1))

    moved = move(visit, "10:00", day=NEXT_WEEK)
    again = move(moved, "10:00", day=NEXT_WEEK + timedelta(days=7), now=at("10:00", day=NEXT_WEEK - timedelta(days=1)))

    first = at("10:00", day=NEXT_WEEK - timedelta(days=1))
    assert (deadline(moved), deadline(again)) == (first, first)
