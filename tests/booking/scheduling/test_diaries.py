from dataclasses import replace

import pytest

from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.availability import Diary, RoomDiary
from booking.scheduling.diaries import Diaries, client_busy, load_diaries
from booking.scheduling.search import Search
from services.intervals import Interval
from tests.cast import NOW, TODAY, Clinic, at, book, soon

pytestmark = pytest.mark.django_db

# Sixty minutes, and fifteen of turnover.
TAKEN = Interval(at("14:30"), at("15:45"))


def load(search: Search) -> Diaries:
    (found,) = load_diaries(searches=[search], first_date=TODAY, days=1)
    return found


def test_a_visit_takes_its_therapist_and_its_room_with_the_turnover(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")
    (ana, mei), opened = clinic.therapists, [Interval(at("09:00"), at("17:00"))]

    found = load(Search(clinic.wish(), NOW))

    rooms = [RoomDiary(room.pk, [TAKEN] if room.pk == visit.room_id else []) for room in clinic.rooms]
    assert found == Diaries(
        therapists=[Diary(ana.pk, opened, [TAKEN]), Diary(mei.pk, opened, [])],
        rooms=rooms,
        minutes_booked={(ana.pk, TODAY): 60},
    )


def test_the_visit_that_is_moving_is_in_nobodys_way(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")

    found = load(Search(clinic.wish(), NOW, moving=visit))

    assert ([diary.busy for diary in found.therapists], found.minutes_booked) == ([[], []], {})


def test_the_place_that_a_visit_was_moved_from_is_taken_until_the_move_can_no_longer_be_undone(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    moved = appointments.move(
        appointment=visit, starts_at=at("14:30"), therapist_id=visit.therapist_id, by=CLIENT, now=NOW
    )
    search, former = Search(clinic.wish(therapist=visit.therapist), soon(9)), Interval(at("10:00"), at("11:15"))

    busy = [list(load(replace(search, now=soon(minutes))).therapists[0].busy) for minutes in (9, 10)]

    assert moved.therapist_id == visit.therapist_id
    assert [sorted(one, key=lambda span: span.start) for one in busy] == [[former, TAKEN], [TAKEN]]
    # Nobody is treated where the visit no longer is.
    assert load(search).minutes_booked == {(visit.therapist_id, TODAY): 60}


def test_a_client_is_busy_while_treated_and_not_in_the_turnover(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")

    busy = [
        client_busy(search=Search(clinic.wish(), NOW, client=client), first_date=TODAY, days=1)
        for client in (visit.client, None)
    ]

    assert busy == [[Interval(at("14:30"), at("15:30"))], []]
