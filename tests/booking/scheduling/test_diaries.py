from dataclasses import replace

import pytest

from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.availability import Diary, RoomDiary
from booking.scheduling.diaries import Diaries, load_diaries
from booking.scheduling.search import Search
from services.cells import cell_at, mask, spans_in
from services.hours import DayPiece
from services.intervals import Interval
from tests.cast import NOW, TODAY, Clinic, at, book, soon

pytestmark = pytest.mark.django_db

MIDNIGHT = cell_at(at("00:00"))


def load(search: Search, *, visit: Interval | None = None) -> Diaries:
    (found,) = load_diaries(searches=[search], first_date=TODAY, days=1, visit=visit)
    return found


def cells(start: str, end: str) -> tuple[int, int]:
    """Counted from midnight."""
    return cell_at(at(start)) - MIDNIGHT, cell_at(at(end)) - MIDNIGHT


# Sixty minutes, and fifteen of turnover.
TAKEN = cells("14:30", "15:45")


def test_a_visit_takes_its_therapist_and_its_room_with_the_turnover(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")
    (ana, mei), opened = clinic.therapists, ((cell_at(at("09:00")), cell_at(at("17:00"))),)

    found = load(Search(clinic.wish(), NOW))

    question = found.question
    assert question.diaries == [Diary(ana.pk, opened, mask(*TAKEN)), Diary(mei.pk, opened, 0)]
    assert question.rooms == [
        RoomDiary(room.pk, mask(*TAKEN) if room.pk == visit.room_id else 0) for room in clinic.rooms
    ]
    assert (question.origin, question.client_busy) == (MIDNIGHT, 0)
    assert found.minutes_booked() == {(ana.pk, TODAY): 60}
    assert found.days == [DayPiece(TODAY, (MIDNIGHT, MIDNIGHT + 288))]


def test_the_visit_that_is_moving_is_in_nobodys_way(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")

    found = load(Search(clinic.wish(), NOW, moving=visit))

    assert ([diary.busy for diary in found.question.diaries], found.minutes_booked()) == ([0, 0], {})


def test_the_place_that_a_visit_was_moved_from_is_taken_until_the_move_can_no_longer_be_undone(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    moved = appointments.move(
        appointment=visit, starts_at=at("14:30"), therapist_id=visit.therapist_id, by=CLIENT, now=NOW
    )
    search = Search(clinic.wish(therapist=visit.therapist), soon(9))

    busy = [load(replace(search, now=soon(minutes))).question.diaries[0].busy for minutes in (9, 10)]

    assert moved.therapist_id == visit.therapist_id
    assert [spans_in(one) for one in busy] == [[cells("10:00", "11:15"), TAKEN], [TAKEN]]
    # Nobody is treated where the visit no longer is.
    assert load(search).minutes_booked() == {(visit.therapist_id, TODAY): 60}


def test_a_client_is_busy_while_treated_and_not_in_the_turnover(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")

    busy = [load(Search(clinic.wish(), NOW, client=client)).question.client_busy for client in (visit.client, None)]

    assert busy == [mask(*cells("14:30", "15:30")), 0]


def test_around_one_visit_only_what_is_taken_then_is_read(clinic: Clinic) -> None:
    book(clinic, "10:00")
    book(clinic, "14:30")

    busy = [
        load(Search(clinic.wish(), NOW), visit=Interval(at(start), at(end))).question.diaries[0].busy
        for start, end in (("15:40", "16:55"), ("15:45", "17:00"), ("13:15", "14:30"))
    ]

    assert busy == [mask(*TAKEN), 0, 0]
