"""A list of visits on its way in: nothing is written before it is applied, then all of it, once. On both engines."""

import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from booking.carrying import bringing as lists
from booking.carrying.bringing import BringRefused
from booking.carrying.visits import bringing
from booking.carrying.visits.bringing import VisitsRefused
from booking.carrying.visits.plan import VisitPlan
from booking.models import Appointment, Bringing, Brought, Client, Message
from booking.rules.conditions import FORM_MISSING
from booking.scheduling import appointments
from tests.booking.carrying.visits.lists import HEADINGS, line, upload
from tests.cast import DOCTOR_FIRST, NOW, Clinic, book, make_client, make_intake, make_member
from tests.processes import Crew

pytestmark = pytest.mark.django_db

TWO = HEADINGS + line() + line("11:30", therapist=2)
STOPPED = "The safety check does not allow this visit: see the person’s page."
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ann() -> User:
    return make_member("owner", name="ann")


@pytest.fixture
def niamh(clinic: Clinic) -> Client:
    return make_client()


def visits() -> list[tuple[str, str, int, str, bool]]:
    rows = Appointment.objects.order_by("starts_at")
    return [
        (one.wall_time, one.therapist.name, one.minutes, one.booker_email, one.wants_reminders)
        for one in rows.select_related("therapist")
    ]


NIAMHS = [
    ("2026-11-24T10:00", "Therapist 1", 60, "niamh@example.com", True),
    ("2026-11-24T11:30", "Therapist 2", 60, "niamh@example.com", True),
]


def test_nothing_is_written_before_it_is_applied_and_the_list_is_encrypted(ann: User, niamh: Client) -> None:
    upload(TWO, ann)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM booking_bringing")
        stored = str(cursor.fetchall())
    assert (visits(), [mark for mark in ("Niamh", "visits.csv", "Swedish") if mark in stored]) == ([], [])


def test_applying_books_each_as_staff_would_and_tells_nobody_but_reminds(ann: User, niamh: Client) -> None:
    row = bringing.apply(upload(TWO + line(name="Nobody"), ann), by=ann, now=NOW)

    again = bringing.apply(row, by=ann, now=LATER)

    assert visits() == NIAMHS
    assert {one.kind for visit in Appointment.objects.all() for one in visit.conditions.all()} == {FORM_MISSING}
    assert {one.kind for one in Message.objects.all()} == {Message.Kind.REMINDER}
    assert (row.counts, again.applied_at, row.text, row.plan) == ({"visits": 2, "wrong": 1, "left": 0}, NOW, "", "")


@pytest.mark.parametrize(("tell", "remind"), [(True, True), (False, False)])
def test_clients_are_told_and_reminded_as_the_owner_says(ann: User, niamh: Client, tell: bool, remind: bool) -> None:
    bringing.apply(upload(HEADINGS + line(), ann), by=ann, tell=tell, remind=remind, now=NOW)

    assert Message.objects.filter(kind=Message.Kind.BOOKED).exists() is tell
    assert Appointment.objects.get().wants_reminders is remind


def test_a_visit_between_the_starting_times_comes_in_with_a_reason(ann: User, niamh: Client) -> None:
    bringing.apply(upload(HEADINGS + line("10:10"), ann), by=ann, now=NOW)

    event = Appointment.objects.get().events.get()
    assert (event.reason, event.changes) == (
        "Was booked for this time before it came here.",
        {appointments.OVERRIDE: "off_grid"},
    )


def test_a_start_that_was_taken_meanwhile_is_said_and_nothing_was_written(
    ann: User, niamh: Client, clinic: Clinic
) -> None:
    row = upload(TWO, ann)
    book(clinic, "10:30", days=1, name="Somebody else")

    with pytest.raises(VisitsRefused, match="1 visit can’t be booked; its line says why") as caught:
        bringing.apply(row, by=ann, now=NOW)

    left = Bringing.objects.get()
    bringing.leave_out(left, refused=caught.value.refused)
    left.refresh_from_db()
    assert (Appointment.objects.count(), caught.value.refused) == (1, ((2, "Therapist 1 is taken at 10:00."),))
    assert VisitPlan.unpack(left.plan).wrong == caught.value.refused
    assert bringing.apply(left, by=ann, now=NOW).counts == {"visits": 1, "wrong": 1, "left": 0}


def test_a_room_that_two_lines_want_is_had_once(ann: User, niamh: Client, clinic: Clinic) -> None:
    """What the list can't know before it is applied: which rooms its own visits will have taken."""
    clinic.rooms[1].delete()
    Client.objects.create(name="Cian", created_at=NOW)
    row = upload(HEADINGS + line() + line(therapist=2, name="Cian"), ann)

    with pytest.raises(VisitsRefused) as caught:
        bringing.apply(row, by=ann, now=NOW)

    assert caught.value.refused == ((3, "No room that suits Swedish is free at 10:00."),)


def test_the_safety_check_stops_a_visit_without_saying_why(ann: User, niamh: Client) -> None:
    row = upload(HEADINGS + line(), ann)
    make_intake(answers=DOCTOR_FIRST, client=niamh)

    with pytest.raises(VisitsRefused) as caught:
        bringing.apply(row, by=ann, now=NOW)

    assert (visits(), caught.value.refused) == ([], ((2, STOPPED),))
    assert VisitPlan.unpack(upload(HEADINGS + line(), ann).plan).wrong == ((2, STOPPED),)


def test_the_same_list_again_brings_nothing_twice(ann: User, niamh: Client) -> None:
    bringing.apply(upload(TWO, ann), by=ann, now=NOW)

    again = VisitPlan.unpack(upload(TWO, ann).plan)

    assert (again.visits, again.left) == ((), 2)


def test_what_was_chosen_or_given_up_meanwhile_is_not_applied(ann: User, niamh: Client) -> None:
    row = upload(TWO, ann)
    Bringing.objects.update(choices={"treatment-2": "1"})

    with pytest.raises(BringRefused, match="Something else was chosen meanwhile"):
        bringing.apply(row, by=ann, now=NOW)
    lists.give_up(row)
    with pytest.raises(BringRefused, match="given up meanwhile"):
        bringing.apply(row, by=ann, now=NOW)

    assert visits() == []


def test_columns_that_say_nothing_of_when_what_or_who_are_asked_for(ann: User) -> None:
    with pytest.raises(BringRefused, match="Say which columns have the day and time, the treatment, and the client"):
        upload("Date,Client\n2026-11-24,Niamh Byrne\n", ann)


# --- Two at once, and killed on the way ---------------------------------------------------------------------------------


def apply_it(*, bringing_id: int, dies_after: int = 0, in_pieces: bool = False) -> int:
    """Apply in a process of its own; it dies once so many visits are booked. `in_pieces`: each is committed by itself."""
    row, written = Bringing.objects.get(pk=bringing_id), []
    book_by_staff = appointments.book_by_staff

    def count(**named: object) -> object:
        found = book_by_staff(**named)  # type: ignore[arg-type]
        written.append(1)
        if in_pieces:
            connection.cursor().execute("COMMIT")
            connection.cursor().execute("BEGIN")
        if len(written) == dies_after:
            os._exit(9)
        return found

    appointments.book_by_staff = count  # type: ignore[assignment]
    try:
        return sum(bringing.apply(row, by=row.user, now=NOW).counts.values())
    finally:
        appointments.book_by_staff = book_by_staff


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_book_everything_once_and_a_press_that_dies_leaves_nothing(
    crew: Crew, ann: User, niamh: Client
) -> None:
    row = upload(TWO, ann)

    (dead,) = crew.run(apply_it, [{"bringing_id": row.pk, "dies_after": 1}])
    left = (Appointment.objects.count(), Brought.objects.count())
    outcomes = crew.run(apply_it, [{"bringing_id": row.pk}] * 2)

    assert (dead.error, left) == ("Died", (0, 0))
    assert ([one.value for one in outcomes], visits()) == ([2, 2], NIAMHS)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_one_transaction_half_of_it_stays(crew: Crew, ann: User, niamh: Client) -> None:
    row = upload(TWO, ann)

    (dead,) = crew.run(apply_it, [{"bringing_id": row.pk, "dies_after": 1, "in_pieces": True}])

    assert (dead.error, Appointment.objects.count()) == ("Died", 1)
