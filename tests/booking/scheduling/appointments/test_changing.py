from datetime import timedelta
from typing import Any

import pytest

from booking.intake.gate import GateRefused
from booking.models import Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.claims import find_drift
from tests.cast import (
    DOCTOR_FIRST,
    NOW,
    STAFF,
    WITH_A_NOTE,
    at,
    book_online,
    make_clinic,
    make_draft,
    make_intake,
    soon,
)

pytestmark = pytest.mark.django_db


def test_a_client_cancels_and_moves_until_the_start_and_staff_until_they_are_done() -> None:
    clinic = make_clinic()
    visit = book_online(clinic)

    with pytest.raises(appointments.TooLate):
        appointments.cancel(appointment=visit, by=CLIENT, now=at("14:30"))
    with pytest.raises(appointments.TooLate):
        appointments.move(
            appointment=visit, starts_at=at("16:00"), therapist_id=clinic.therapists[0].pk, by=CLIENT, now=at("14:30")
        )

    assert appointments.cancel(appointment=visit, by=STAFF, now=at("14:40")).state == State.CANCELLING


def test_a_requested_visit_runs_out_with_a_mail() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    assert visit.deadline_at is not None

    assert appointments.expire_overdue(now=visit.deadline_at - timedelta(minutes=1)) == 0
    assert appointments.expire_overdue(now=visit.deadline_at) == 1

    visit.refresh_from_db()
    assert (visit.state, visit.version) == (State.CANCELLED, 2)
    assert Message.objects.filter(appointment=visit, kind="ran_out").count() == 1


def test_a_request_is_confirmed_once_everything_is_settled() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)

    with pytest.raises(appointments.NotAllowed, match="still to be settled"):
        appointments.change_state(appointment=visit, target=State.BOOKED, by=STAFF, now=soon(5))
    appointments.settle_condition(appointment=visit, kind="doctor_note", by=STAFF, now=soon(6))
    confirmed = appointments.change_state(appointment=visit, target=State.BOOKED, by=STAFF, now=soon(7))

    assert (confirmed.state, confirmed.deadline_at, confirmed.version) == (State.BOOKED, None, 2)
    assert Message.objects.filter(appointment=visit, kind="confirmed").count() == 1


def test_the_day_of_a_visit_forward_and_back() -> None:
    visit = book_online(make_clinic())
    walk = [
        State.ARRIVED,
        State.BOOKED,
        State.ARRIVED,
        State.IN_TREATMENT,
        State.COMPLETED,
        State.IN_TREATMENT,
        State.COMPLETED,
    ]

    states = [
        appointments.change_state(appointment=visit, target=state, by=STAFF, now=at("14:30")).state for state in walk
    ]

    assert states == walk
    assert list(find_drift(now=NOW)) == []


def test_a_client_takes_none_of_the_steps_of_the_day() -> None:
    visit = book_online(make_clinic())

    for state in (State.ARRIVED, State.NO_SHOW, State.COMPLETED, State.CANCELLED):
        with pytest.raises(appointments.NotAllowed):
            appointments.change_state(appointment=visit, target=state, by=CLIENT, now=at("14:30"))


def test_emergency_signs_that_come_up_later_stop_arrival_and_treatment() -> None:
    visit = book_online(make_clinic())
    visit.intake = make_intake(answers={"emergency_symptoms": ["fainting_collapse"]})
    visit.save()

    with pytest.raises(GateRefused, match="emergency help"):
        appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=at("14:30"))


def test_claims_of_visits_over_for_a_day_are_pruned() -> None:
    book_online(make_clinic())

    assert appointments.prune_claims(now=at("15:45") + timedelta(days=1, minutes=-1)) == 0
    assert appointments.prune_claims(now=at("15:45") + timedelta(days=1)) > 0

    assert list(find_drift(now=at("15:45") + timedelta(days=1))) == []


def test_a_request_whose_form_now_says_emergency_is_not_confirmed() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    emergency = make_intake(answers={"emergency_symptoms": ["fainting_collapse"]}, client=visit.client, now=soon(1))
    appointments.replace_form(appointment=visit, intake=emergency, by=CLIENT, now=soon(1))
    appointments.settle_condition(appointment=visit, kind="doctor_note", by=STAFF, now=soon(2))

    with pytest.raises(GateRefused, match="emergency help"):
        appointments.change_state(appointment=visit, target=State.BOOKED, by=STAFF, now=soon(3))


def test_what_was_said_for_one_visit_stops_the_same_persons_other_visits() -> None:
    visit = book_online(make_clinic())
    make_intake(answers=DOCTOR_FIRST, client=visit.client, now=soon(1))

    with pytest.raises(GateRefused, match="answered the safety check again since"):
        appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=at("14:30"))


def test_a_correction_on_a_booked_visit_is_looked_at_before_the_treatment() -> None:
    visit = book_online(make_clinic())
    worse = make_intake(
        answers=DOCTOR_FIRST,
        client=visit.client,
        previous=visit.intake,
        now=soon(1),
    )
    appointments.replace_form(appointment=visit, intake=worse, by=CLIENT, now=soon(1))
    better = make_intake(client=visit.client, previous=worse, now=soon(2))
    appointments.replace_form(appointment=visit, intake=better, by=CLIENT, now=soon(2))
    appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=at("14:30"))
    treat: dict[str, Any] = {
        "appointment": visit,
        "target": State.IN_TREATMENT,
        "by": STAFF,
        "now": at("14:30"),
        "acknowledged": True,
    }

    with pytest.raises(appointments.NotAllowed, match="still to be settled"):
        appointments.change_state(**treat)
    appointments.settle_condition(appointment=visit, kind="corrected_answers", by=STAFF, now=at("14:30"))

    assert appointments.change_state(**treat).state == State.IN_TREATMENT


@pytest.mark.parametrize("answers", [{}, WITH_A_NOTE])
@pytest.mark.parametrize("target", list(State))
def test_a_cancellation_is_taken_back_by_undo_only(answers: dict[str, Any], target: State) -> None:
    visit = book_online(make_clinic(), answers=answers)
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))
    allowed = {State.CANCELLING, State.CANCELLED}  # as it is already, and "free it now"

    if target in allowed:
        appointments.change_state(appointment=visit, target=target, by=STAFF, now=soon(60))
    else:
        with pytest.raises(appointments.NotAllowed):
            appointments.change_state(appointment=visit, target=target, by=STAFF, now=soon(60))

    visit.refresh_from_db()
    assert visit.state == (target if target in allowed else State.CANCELLING)


@pytest.mark.parametrize("target", [state for state in State if state != State.HELD])
def test_a_kept_start_becomes_no_visit_by_a_step(target: State) -> None:
    clinic = make_clinic()
    kept = appointments.keep_start(
        draft=make_draft(clinic=clinic),
        starts_at=at("14:30"),
        therapist_id=clinic.therapists[0].pk,
        address="a",
        now=NOW,
    )

    with pytest.raises(appointments.NotAllowed):
        appointments.change_state(appointment=kept, target=target, by=STAFF, now=soon(1))


def test_a_request_that_has_run_out_is_neither_moved_nor_confirmed_nor_cancelled() -> None:
    """Whether or not the sweep has come by; others are shown its time already."""
    clinic = make_clinic()
    visit = book_online(clinic, answers=WITH_A_NOTE)
    appointments.settle_condition(appointment=visit, kind="doctor_note", by=STAFF, now=soon(1))
    assert visit.deadline_at is not None
    late = visit.deadline_at

    for change in (
        lambda: appointments.move(appointment=visit, starts_at=at("15:00"), therapist_id=None, by=STAFF, now=late),
        lambda: appointments.change_state(appointment=visit, target=State.BOOKED, by=STAFF, now=late),
        lambda: appointments.cancel(appointment=visit, by=STAFF, now=late),
    ):
        with pytest.raises(appointments.TooLate, match="could not confirm"):
            change()

    assert appointments.expire_overdue(now=late) == 1
    assert [event.verb for event in visit.events.all()] == ["keep", "request", "settle", "run out"]


def test_a_request_moved_inside_the_notice_stays_open_until_it_starts() -> None:
    clinic = make_clinic()
    visit = book_online(clinic, answers=WITH_A_NOTE)

    moved = appointments.move(appointment=visit, starts_at=at("09:00"), therapist_id=None, by=STAFF, now=soon(10))

    assert moved.deadline_at == at("09:00")
    assert appointments.expire_overdue(now=soon(11)) == 0
