"""What the card of a visit says."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import Appointment, State
from booking.people.desk_lines import write_line
from booking.scheduling.appointments import By, change_state
from booking.scheduling.stranding import reviewing
from clinic.panel.day.board import load_board
from clinic.panel.day.shown import VisitBlock
from clinic.panel.door.rights import Member
from services import rota
from tests.cast import NOW, PHONE, TODAY, Clinic, at, book, make_clinic, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

OWNER = Member(user_id=1, role="owner", therapist_id=None)


def card_of(clinic: Clinic, member: Member = OWNER) -> VisitBlock:
    board = load_board(location=clinic.location, day=TODAY, member=member, now=NOW)
    return board.columns[0].visits[0]


def test_a_first_visit_is_new_and_a_later_one_says_which_and_when_the_last_was(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    first = card_of(clinic)
    for days, time in ((18, "12:00"), (400, "14:00")):
        earlier = book(clinic, time, client=visit.client)
        back = timedelta(days=days)
        times = {name: getattr(earlier, name) - back for name in ("starts_at", "ends_at", "busy_until")}
        Appointment.objects.filter(pk=earlier.pk).update(state=State.COMPLETED, **times)

    later = card_of(clinic)

    name = clinic.therapists[0].first_name
    assert (first.is_new, first.past) == (True, "")
    assert (later.is_new, later.past) == (False, f"3rd visit, last 5 November with {name}")


def test_a_therapist_sees_no_phone(clinic: Clinic) -> None:
    book(clinic, "10:00", phone=PHONE)
    therapist = Member(user_id=2, role="therapist", therapist_id=clinic.therapists[0].pk)

    assert (card_of(clinic).phone, card_of(clinic, therapist).phone) == (PHONE, "")


@pytest.mark.parametrize(("minutes", "lines"), [(30, 1), (40, 1), (45, 2), (55, 2), (60, 3), (75, 4), (90, 4)])
def test_a_card_has_as_many_lines_as_its_length_has_room_for(minutes: int, lines: int, time_machine: Any) -> None:
    """And whatever its length, name and what is missing are on it."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    visit = book(clinic, "10:00", with_form=False)
    ends_at = at(f"{10 + minutes // 60}:{minutes % 60:02}")
    Appointment.objects.filter(pk=visit.pk).update(ends_at=ends_at, busy_until=ends_at, minutes=minutes)

    shown = sign_in("reception").get(reverse("panel:board"), {"view": "board"}).content.decode()
    card = shown.split(f'data-reference="{visit.reference}"')[1].split("</a>")[0]

    assert f"visit-lines-{lines}" in shown
    assert ("Niamh Byrne" in card, "Form missing" in strip_tags(card)) == (True, True)


def test_a_card_says_since_when_somebody_is_here_and_that_staff_wrote_a_line(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    assert visit.client is not None
    write_line(client=visit.client, text="Speaks softly.", by=User.objects.create(username="desk"), now=NOW)
    change_state(appointment=visit, target=State.ARRIVED, by=By("staff"), now=at("09:52"), seen_event=None)

    card = card_of(clinic)

    assert card.state_word == "Arrived 09:52"
    assert [badge.word for badge in card.badges] == ["Staff line"]


def test_an_away_column_says_why_and_who_needs_a_new_time_but_counts_no_visit(clinic: Clinic) -> None:
    book(clinic, "10:00")
    add_time_off(clinic)

    column = load_board(location=clinic.location, day=TODAY, member=OWNER, now=NOW).columns[0]

    assert (column.facts, column.needs_new_times) == ("Sick · 1 needs a new time", True)


def add_time_off(clinic: Clinic) -> None:
    with reviewing(now=NOW) as review:
        rota.add_time_off(
            therapist=clinic.therapists[0], starts_at=at("00:00"), ends_at=at("23:55"), reason="Sick", review=review
        )
