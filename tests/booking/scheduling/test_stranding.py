"""Visits that need a new time: a row is opened with the change that strands them, and ends when they fit again."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from booking.models import Appointment, State, Stranding
from booking.scheduling import appointments, stranding
from booking.scheduling.appointments import CLIENT, By, Details, NotAllowed, NothingKept
from booking.scheduling.fitting import Why
from booking.scheduling.stranding import WouldStrand, reviewing
from services import rota
from services.hours import WeeklySpan
from services.models import Room, Treatment, WorkingHours
from tests.cast import NOW, TODAY, Clinic, at, book, make_clinic, make_draft, soon, take_off

pytestmark = pytest.mark.django_db

Rows = list[tuple[str, str]]


@pytest.fixture
def staff() -> By:
    return By("staff", User.objects.create_user("reception"))


def needing() -> Rows:
    """What waits for somebody: reference and why."""
    return [(row.appointment.reference, row.why) for row in stranding.waiting(now=NOW)]


def spoil(clinic: Clinic, what: Why, review: rota.Review) -> None:
    """Take away from all visits at the clinic what `what` says that they lack."""
    ana, here = clinic.therapists[0], clinic.location
    if what is Why.PLACE:
        type(here).objects.update(is_active=False)
    elif what is Why.TREATMENT:
        Treatment.objects.update(is_active=False)
    elif what is Why.ROOM:
        Room.objects.update(is_active=False)
    elif what is Why.LEFT:
        rota.change_therapist(therapist=ana, is_active=False, treatments=[clinic.treatment], review=review)
    elif what is Why.SKILL:
        rota.change_therapist(therapist=ana, is_active=True, treatments=[], review=review)
    elif what is Why.HOURS:
        rota.set_working_hours(therapist=ana, location=here, spans=[], review=review)
    elif what is Why.CLOSED:
        rota.add_closure(location=here, starts_at=at("09:00"), ends_at=at("17:00"), review=review)
    else:
        rota.add_time_off(therapist=ana, starts_at=at("09:00"), ends_at=at("17:00"), review=review)
    review(location_ids=[here.pk])


@pytest.mark.parametrize("why", list(Why))
def test_a_change_that_nobody_agreed_to_is_taken_back_with_its_rows(why: Why, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")

    with pytest.raises(WouldStrand) as refused, reviewing(now=NOW, seen=[]) as review:
        spoil(clinic, why, review)

    assert [(row.appointment, row.why) for row in refused.value.rows] == [(visit, why)]
    assert (refused.value.references, Stranding.objects.count()) == ([visit.reference], 0)
    with reviewing(now=NOW, seen=[]) as review:
        review(location_ids=[clinic.location.pk])  # and so nothing is stranded


@pytest.mark.parametrize("why", list(Why))
def test_a_change_that_was_agreed_to_opens_a_row(why: Why, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")

    with reviewing(now=NOW, seen=[visit.reference]) as review:
        spoil(clinic, why, review)

    assert list(Stranding.objects.values_list("appointment", "why", "since_at", "kept_at", "ended_at")) == [
        (visit.pk, why, NOW, None, None)
    ]


def test_only_visits_to_which_it_matters_are_stranded(clinic: Clinic) -> None:
    inside, late = book(clinic, "10:00"), book(clinic, "14:00")
    book(clinic, "10:00", therapist=1)
    book(clinic, "10:00", days=1)
    cancelled = book(clinic, "11:30")
    appointments.cancel(appointment=cancelled, by=CLIENT, now=NOW)
    over = book(clinic, "12:45")
    Appointment.objects.filter(pk=over.pk).update(state=State.COMPLETED)

    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("14:05"))

    assert needing() == [(inside.reference, "time_off"), (late.reference, "time_off")]


def test_a_visit_of_today_that_is_late_or_waits_in_the_clinic_is_stranded_too(clinic: Clinic, staff: By) -> None:
    """A therapist who goes sick at five past nine."""
    late, here, begun = book(clinic, "09:00"), book(clinic, "10:30"), book(clinic, "09:00", therapist=1)
    now = at("09:05")
    Appointment.objects.filter(pk=here.pk).update(state=State.ARRIVED)
    Appointment.objects.filter(pk=begun.pk).update(state=State.IN_TREATMENT)

    with reviewing(now=now) as review:
        for therapist in clinic.therapists:
            rota.add_time_off(therapist=therapist, starts_at=now, ends_at=at("18:00"), review=review)

    assert [row.appointment for row in stranding.waiting(now=now)] == [late, here]
    # Once it is over by the clock nobody needs a new time for it.
    assert [row.appointment for row in stranding.waiting(now=at("10:00"))] == [here]


def test_what_one_step_strands_and_another_gives_back_is_not_asked_about(clinic: Clinic) -> None:
    book(clinic, "10:00")
    ana, here = clinic.therapists[0], clinic.location
    hours = WorkingHours.objects.get(therapist=ana, weekday=TODAY.isoweekday())

    with reviewing(now=NOW, seen=[]) as review:
        rota.remove_hours(hours=hours, review=review)
        rota.add_hours(therapist=ana, location=here, span=WeeklySpan(1, time(8), time(12)), review=review)

    assert needing() == []


def test_a_change_undone_ends_the_rows(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    row = take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"))
    assert needing() == [(visit.reference, "time_off")]

    with reviewing(now=soon(1)) as review:
        rota.remove_time_off(time_off=row, review=review)

    assert needing() == []
    assert Stranding.objects.get().ended_at == soon(1)


def test_another_reason_for_the_same_visit_changes_the_row_and_keeps_its_beginning(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"))

    with reviewing(now=soon(1), seen=[]) as review:  # it is known already: nobody is asked again
        spoil(clinic, Why.LEFT, review)

    assert list(Stranding.objects.values_list("appointment", "why", "since_at")) == [(visit.pk, "left", NOW)]


def test_moving_and_cancelling_end_a_row(clinic: Clinic, staff: By) -> None:
    moved, cancelled = book(clinic, "10:00"), book(clinic, "11:30")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("13:00"))

    appointments.move(appointment=moved, starts_at=at("14:00"), therapist_id=None, by=staff, now=soon(1))
    appointments.cancel(appointment=cancelled, by=CLIENT, now=soon(2))

    ended = Stranding.objects.order_by("appointment__starts_at").values_list("appointment", "ended_at")
    assert list(ended) == [(cancelled.pk, soon(2)), (moved.pk, soon(1))]


def test_a_move_taken_back_brings_the_row_again(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "10:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("13:00"))
    appointments.move(appointment=visit, starts_at=at("14:00"), therapist_id=None, by=staff, now=soon(1))
    moved = needing()

    appointments.undo_move(appointment=visit, by=staff, now=soon(2))

    assert (moved, needing()) == ([], [(visit.reference, "time_off")])


def test_a_booking_taken_back_needs_no_new_time(clinic: Clinic) -> None:
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("14:00"), therapist_id=clinic.therapists[0].pk, address="a", now=NOW
    )
    details = Details(name="Niamh", booker_name="Niamh", booker_email="")
    visit = appointments.book(draft=draft, details=details, key="once", now=NOW)
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("17:00"))

    appointments.undo_booking(appointment=visit, now=soon(1))

    assert Stranding.objects.get().ended_at == soon(1)


def test_a_cancellation_taken_back_brings_the_row_again(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("13:00"))
    assert needing() == []

    appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(1))

    assert needing() == [(visit.reference, "time_off")]


def test_steps_of_the_day_end_a_row_and_going_back_opens_one(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "09:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("13:00"))
    step: Callable[..., Any] = appointments.change_state

    step(appointment=visit, target=State.NO_SHOW, by=staff, now=at("09:10"))
    ended = list(stranding.waiting(now=at("09:10")))
    step(appointment=visit, target=State.BOOKED, by=staff, now=at("09:11"))

    assert ended == []
    assert [row.appointment for row in stranding.waiting(now=at("09:11"))] == [visit]


def test_a_room_out_of_use_is_changed_by_moving_to_the_same_time(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "10:00")
    was = visit.room
    with reviewing(now=NOW) as review:
        Room.objects.filter(appointments=visit).update(is_active=False)
        review(location_ids=[clinic.location.pk])
    assert needing() == [(visit.reference, "room")]

    moved = appointments.move(
        appointment=visit, starts_at=visit.starts_at, therapist_id=visit.therapist_id, by=staff, now=soon(1)
    )

    assert (moved.starts_at, moved.room == was, needing()) == (visit.starts_at, False, [])


def test_the_first_room_of_a_place_leaves_visits_without_one(staff: By) -> None:
    clinic = make_clinic(rooms=0)
    visit = book(clinic, "10:00")
    room = Room.objects.create(location=clinic.location, name="Front")

    with reviewing(now=NOW) as review:
        review(location_ids=[clinic.location.pk])
    stranded = needing()
    with reviewing(now=NOW) as review:
        room.delete()
        review(location_ids=[clinic.location.pk])

    assert (stranded, needing()) == ([(visit.reference, "room")], [])


# --- We keep this time -----------------------------------------------------------------------------------------------


def test_staff_keep_a_time_and_it_is_said_who_and_when(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "10:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("13:00"))

    for minutes in (1, 2):  # the second press changes nothing
        appointments.keep_time(appointment=visit, by=staff, now=soon(minutes))

    row = Stranding.objects.get()
    assert (row.kept_at, row.kept_by, row.ended_at) == (soon(1), staff.user, None)
    assert needing() == []
    assert [event.verb for event in visit.events.all()] == ["book", "keep time"]


def test_what_is_kept_stays_kept_for_the_same_reason_only(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "10:00")
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("11:00"))
    appointments.keep_time(appointment=visit, by=staff, now=soon(1))

    take_off(clinic.therapists[0], starts_at=at("10:30"), ends_at=at("13:00"))
    still_kept = needing()
    with pytest.raises(WouldStrand) as asked, reviewing(now=soon(2), seen=[]) as review:
        spoil(clinic, Why.LEFT, review)
    with reviewing(now=soon(3)) as review:
        spoil(clinic, Why.LEFT, review)

    assert (still_kept, asked.value.references) == ([], [visit.reference])
    assert list(Stranding.objects.values_list("why", "kept_at", "ended_at")) == [
        ("time_off", soon(1), soon(3)),
        ("left", None, None),
    ]


def test_a_visit_that_fits_has_nothing_to_keep(clinic: Clinic, staff: By) -> None:
    visit = book(clinic, "10:00")

    with pytest.raises(NotAllowed, match="does not need a new time"):
        appointments.keep_time(appointment=visit, by=staff, now=NOW)


# --- Doors of booking ------------------------------------------------------------------------------------------------


def test_a_kept_start_of_a_treatment_taken_off_the_list_is_not_booked(clinic: Clinic) -> None:
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("14:00"), therapist_id=clinic.therapists[0].pk, address="a", now=NOW
    )
    Treatment.objects.update(is_active=False)

    with pytest.raises(NothingKept):
        appointments.book(
            draft=draft, details=Details(name="Niamh", booker_name="Niamh", booker_email=""), key="once", now=NOW
        )


# --- The night, and the database -------------------------------------------------------------------------------------


def test_the_night_finds_what_no_hand_has_changed(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    WorkingHours.objects.all().delete()

    stranding.review_all(now=soon(1))

    assert needing() == [(visit.reference, "hours")]


def test_the_database_keeps_one_open_row_a_visit(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    Stranding.objects.create(appointment=visit, why="hours", since_at=NOW, ended_at=NOW)
    Stranding.objects.create(appointment=visit, why="hours", since_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stranding.objects.create(appointment=visit, why="left", since_at=NOW)


def test_statements_are_the_same_for_one_visit_and_for_many(clinic: Clinic, django_assert_num_queries: Any) -> None:
    for days in range(1, 2):
        book(clinic, "10:00", days=days)
    rows = Appointment.objects.all()
    with django_assert_num_queries(9):
        stranding.find_unfit(rows)
    for days in range(2, 6):
        book(clinic, "10:00", days=days, therapist=days % 2)

    with django_assert_num_queries(9):
        stranding.find_unfit(rows)
