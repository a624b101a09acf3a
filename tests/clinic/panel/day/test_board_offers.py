"""What the board offers can be booked, and what it does not offer is refused with its true reason."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import SlotTaken
from booking.scheduling.availability import Reason
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts
from clinic.panel.day.board import load_board
from clinic.panel.day.shown import Board
from clinic.panel.door.rights import Member
from services import rota
from services.intervals import Interval, contains, overlaps
from services.models import Room, Therapist, TimeOff, Treatment
from tests.cast import NOW, STAFF, TODAY, Clinic, at, book, details, make_clinic, make_therapist, make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

OWNER = Member(user_id=1, role="owner", therapist_id=None)
WEEK = [TODAY + timedelta(days=offset) for offset in range(7)]


class Undo(Exception):
    """Takes back what an attempt has written."""


def book_wish(wish: Wish, starts_at: datetime) -> None:
    appointments.book_by_staff(
        wish=wish, starts_at=starts_at, client=None, details=details(email=""), intake=None, by=STAFF, now=NOW
    )


def attempt(wish: Wish, starts_at: datetime) -> Reason | None:
    """The reason of the refusal; None where it was booked (and taken back)."""
    try:
        with transaction.atomic():
            book_wish(wish, starts_at)
            raise Undo
    except Undo:
        return None
    except SlotTaken as refusal:
        return refusal.reason


def busy_week() -> Clinic:
    """Four therapists with two treatments, two rooms of which one is for Swedish only, visits, breaks and absences."""
    clinic = make_clinic(therapists=3, rooms=1)
    deep = make_treatment(key="deep_tissue", minutes=(90,), turnover=10)
    make_therapist("Deep Only", clinic.location, deep, "10:00", "16:00")
    clinic.therapists[0].treatments.add(deep)
    small = Room.objects.create(location=clinic.location, name="Small", order=9)
    small.treatments.add(clinic.treatment)
    clinic.therapists[1].working_hours.update(closes="12:30")
    TimeOff.objects.create(therapist=clinic.therapists[2], starts_at=at("11:00"), ends_at=at("13:00"), reason="dentist")
    chance = random.Random(13)
    for day in WEEK:
        for treatment, minutes in ((clinic.treatment, 60), (deep, 90), (clinic.treatment, 60), (clinic.treatment, 60)):
            wish = Wish(treatment, minutes, clinic.location)
            start = chance.choice(
                list_starts(search=Search(wish, NOW, by_staff=True), first_date=day, days=1, each_therapist=True)
            )
            book_wish(Wish(treatment, minutes, clinic.location, start.therapist_id), start.starts_at)
    return clinic


def board_of(clinic: Clinic, day: date) -> Board:
    return load_board(location=clinic.location, day=day, member=OWNER, now=NOW)


def wishes_with(clinic: Clinic, therapist_id: int) -> Iterator[Wish]:
    for treatment in Treatment.objects.filter(is_active=True):
        length = treatment.lengths.order_by("minutes")[0]
        yield Wish(treatment, length.minutes, clinic.location, therapist_id)


def test_every_gap_of_a_busy_week_can_be_booked_from_its_start_to_its_end() -> None:
    clinic = busy_week()

    tried = 0
    for day in WEEK:
        for column in board_of(clinic, day).columns:
            for gap in column.gaps:
                wishes = wishes_with(clinic, column.therapist_id)
                assert None in [attempt(wish, gap.starts_at) for wish in wishes], (day, column.name, gap.span)
                tried += 1

    assert tried > 30


def true_reasons(wish: Wish, starts_at: datetime) -> set[Reason]:
    """Read from the rows, one condition after another; several may be true of one time."""
    assert wish.therapist_id is not None
    visit = Interval(starts_at, starts_at + timedelta(minutes=wish.minutes))
    busy = Interval(starts_at, visit.end + timedelta(minutes=wish.treatment.turnover_minutes))
    day = starts_at.date()
    opened = rota.open_hours(therapist_ids=[wish.therapist_id], location=wish.location, first_date=day, days=1)
    shifts = [span for span in opened[wish.therapist_id] if contains(span, visit)]
    rows = [row for row in Appointment.objects.all() if overlaps(Interval(row.starts_at, row.busy_until), busy)]
    suitable = Room.objects.filter(treatments=None) | Room.objects.filter(treatments=wish.treatment)
    found = {
        Reason.PAST: starts_at < NOW,
        Reason.WRONG_SKILL: not Therapist.objects.filter(pk=wish.therapist_id, treatments=wish.treatment).exists(),
        Reason.OFF_SHIFT: not shifts,
        Reason.OFF_GRID: bool(shifts) and (starts_at - shifts[0].start) % timedelta(minutes=15) != timedelta(0),
        Reason.TAKEN: any(row.therapist_id == wish.therapist_id for row in rows),
        Reason.NO_ROOM: {room.pk for room in suitable} <= {row.room_id for row in rows},
    }
    return {reason for reason, is_true in found.items() if is_true}


def test_every_time_that_is_not_offered_is_refused_with_its_true_reason() -> None:
    clinic = busy_week()
    chance = random.Random(14)
    wishes = [wish for one in clinic.therapists for wish in wishes_with(clinic, one.pk)]
    marks = [
        at("08:00", day=day) + timedelta(minutes=5 * chance.randrange(-24, 130)) for day in WEEK for _ in range(30)
    ]

    seen: set[Reason | None] = set()
    for moment in marks:
        wish = chance.choice(wishes)
        reason, true = attempt(wish, moment), true_reasons(wish, moment)
        assert (reason in true) if reason else not true, (moment, wish, reason, true)
        seen.add(reason)

    assert seen == {
        None, Reason.PAST, Reason.WRONG_SKILL, Reason.OFF_SHIFT, Reason.OFF_GRID, Reason.TAKEN, Reason.NO_ROOM
    }  # fmt: skip


def test_free_time_without_a_room_is_told_in_words_and_not_offered() -> None:
    clinic = make_clinic(therapists=2, rooms=1)
    second = clinic.therapists[1]
    book(clinic, "11:00")

    column = next(column for column in board_of(clinic, TODAY).columns if column.therapist_id == second.pk)

    assert [(gap.span, gap.room) for gap in column.gaps] == [("09:00 to 11:00", "Room 0"), ("12:15 to 17:00", "Room 0")]
    assert [block.word for block in column.blocks if block.kind == "roomless"] == ["No room free, 11:00 to 12:15"]


def test_who_has_left_has_visits_in_the_column_and_no_gaps() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    left = clinic.therapists[0]
    book(clinic, "11:00")
    left.is_active = False
    left.save()

    today, tomorrow = board_of(clinic, TODAY), board_of(clinic, WEEK[1])

    assert [(column.therapist_id, len(column.visits), column.gaps) for column in today.columns][:1] == [
        (left.pk, 1, ())
    ]
    assert [column.therapist_id for column in tomorrow.columns] == [clinic.therapists[1].pk]
    assert Appointment.objects.get().state == State.BOOKED
