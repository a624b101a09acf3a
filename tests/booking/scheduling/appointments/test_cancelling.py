from datetime import timedelta

import pytest

from booking.models import Claim, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from services.models import ClinicPolicy
from tests.cast import STAFF, WITH_A_NOTE, at, book_online, make_clinic, soon

pytestmark = pytest.mark.django_db


def test_cancelling_keeps_the_time_for_ten_minutes_and_can_be_undone() -> None:
    visit = book_online(make_clinic())

    cancelling = appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))
    again = appointments.cancel(appointment=visit, by=CLIENT, now=soon(2))
    claimed = Claim.objects.count()
    restored = appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(10))

    assert (cancelling.state, cancelling.deadline_at, again.version) == (State.CANCELLING, soon(11), 2)
    assert claimed == Claim.objects.count() > 0
    assert (restored.state, restored.version, restored.deadline_at, restored.cancelled_from) == (
        State.BOOKED,
        3,
        None,
        "",
    )


def test_after_ten_minutes_a_cancellation_stands() -> None:
    visit = book_online(make_clinic())
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))

    with pytest.raises(appointments.TooLate):
        appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(11))
    assert appointments.expire_overdue(now=soon(11)) == 1

    visit.refresh_from_db()
    assert (visit.state, Claim.objects.count()) == (State.CANCELLED, 0)


def test_a_cancellation_just_before_the_start_can_be_undone_until_the_start() -> None:
    visit = book_online(make_clinic())

    cancelling = appointments.cancel(appointment=visit, by=CLIENT, now=at("14:25"))

    assert cancelling.deadline_at == at("14:30")


def test_a_requested_visit_that_is_cancelled_and_restored_is_requested_again() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    deadline = visit.deadline_at
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))

    restored = appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(2))

    assert (restored.state, restored.deadline_at) == (State.REQUESTED, deadline)


def test_a_request_that_would_have_run_out_while_it_was_cancelled_is_given_new_time() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    assert visit.deadline_at is not None
    just_before, just_after = visit.deadline_at - timedelta(minutes=1), visit.deadline_at + timedelta(minutes=1)
    appointments.cancel(appointment=visit, by=CLIENT, now=just_before)

    restored = appointments.undo_cancel(appointment=visit, by=CLIENT, now=just_after)

    assert restored.deadline_at == visit.starts_at
    assert appointments.expire_overdue(now=just_after) == 0


def test_where_the_clinic_wants_a_call_a_client_neither_moves_nor_cancels_and_staff_do() -> None:
    visit = book_online(make_clinic())
    ClinicPolicy.objects.update_or_create(id=1, defaults={"changes_by_phone": True})

    with pytest.raises(appointments.ByPhone, match=r"To move or cancel, please call us: 01 555 0142\."):
        appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))
    with pytest.raises(appointments.ByPhone):
        appointments.move(
            appointment=visit, starts_at=at("11:00"), therapist_id=visit.therapist_id, by=CLIENT, now=soon(1)
        )

    assert appointments.cancel(appointment=visit, by=STAFF, now=soon(1)).state == State.CANCELLING
