"""Until a day is said to turn, it looks the same at every moment."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.models import Message, State
from booking.scheduling import appointments
from clinic.panel.day.board import load_board
from clinic.panel.day.drawing import draw_columns, draw_rows
from clinic.panel.day.shown import Board
from clinic.panel.door.rights import Member
from tests.cast import NOW, STAFF, TODAY, Clinic, at, book, book_online, make_clinic, make_draft, take_off

pytestmark = pytest.mark.django_db

OWNER = Member(user_id=1, role="owner", therapist_id=None)


def board_of(clinic: Clinic, now: datetime, *, day: date = TODAY) -> Board:
    return load_board(location=clinic.location, day=day, member=OWNER, now=now)


def without_now(board: Board) -> Board:
    """All but the minute, which the page moves on by itself."""
    return replace(board, now_row=None, now_label="", holds_until=NOW)


def a_day_on_which_much_happens() -> Clinic:
    """Visits that begin, are late, wait for the press of an undo, ran away from, or have lost their therapist."""
    clinic = make_clinic(therapists=3, rooms=2)
    book(clinic, "09:00")
    book(clinic, "10:30", therapist=1)
    book_online(clinic, "13:00", therapist=1, email="aoife@clients.example", name="Aoife Daly", now=at("08:05"))
    moved = book(clinic, "14:00", therapist=2, name="Siobhan Walsh")
    appointments.move(
        appointment=moved, starts_at=at("15:30"), therapist_id=clinic.therapists[2].pk, by=STAFF, now=at("08:20")
    )
    cancelled = book(clinic, "12:00", name="Orla Burke", email="orla@clients.example")
    appointments.cancel(appointment=cancelled, by=STAFF, now=at("08:25"))
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("16:00"), therapist_id=clinic.therapists[0].pk, address="a", now=at("08:28")
    )
    take_off(clinic.therapists[1], starts_at=at("10:00"), ends_at=at("11:00"))
    Message.objects.all().delete()  # what is late is said around the board
    return clinic


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(1, 4))])
def test_between_now_and_its_turn_a_day_looks_the_same(seed: int) -> None:
    chance = random.Random(seed)
    clinic = a_day_on_which_much_happens()
    now = at("08:30")

    turns = 0
    while now < at("17:30"):
        board = board_of(clinic, now)
        rest = board.holds_until - now
        for moment in (board.holds_until - timedelta(milliseconds=1), now + rest * chance.random()):
            if now <= moment:
                later = board_of(clinic, moment)
                assert without_now(later) == without_now(board), (now, moment)
                assert draw_rows(later) == draw_rows(board)
        turns += 1
        now = max(board.holds_until, now) + timedelta(seconds=chance.choice((0, 1, 45, 600)), milliseconds=1)

    assert turns > 10


def test_a_day_that_said_too_long_would_be_found() -> None:
    """The negative control: past its turn the same day looks different."""
    clinic = a_day_on_which_much_happens()
    board = board_of(clinic, at("08:31"))

    later = board_of(clinic, board.holds_until + timedelta(seconds=1))

    assert without_now(later) != without_now(board)


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_on_the_day_on_which_the_clocks_change_no_page_is_held(day: date) -> None:
    clinic = make_clinic()
    now = at("11:00", day=day)

    assert board_of(clinic, now, day=day).holds_until == now


def test_a_past_and_a_coming_day_hold_for_an_hour() -> None:
    clinic = make_clinic()
    book(clinic, "10:00", days=3)

    for day in (TODAY - timedelta(days=3), TODAY + timedelta(days=3)):
        assert board_of(clinic, NOW, day=day).holds_until == NOW + timedelta(hours=1)


def test_a_board_is_drawn_with_its_visits_free_time_and_hour() -> None:
    clinic = make_clinic()
    visit = book(clinic, "10:00")
    board = board_of(clinic, at("09:30"))

    with_gaps, without = draw_columns(board, with_gaps=True), draw_columns(board, with_gaps=False)

    assert with_gaps.count("board-gap") == len(board.columns[0].gaps)
    assert "board-gap" not in without
    assert f'data-reference="{visit.reference}"' in without
    assert (without.count("board-line"), without.count("board-now")) == (8, 1)
    assert State.BOOKED in without
