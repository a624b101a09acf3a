"""What a mail says, before it is drawn. Word for word it is in the golden files of test_content.py."""

from datetime import timedelta

import pytest
from django.conf import settings

from booking.messages.kinds import KINDS
from booking.messages.letters import Card, Letter, make_day_letter, make_request_letter, make_visit_letter
from booking.models import Appointment, Message, State
from tests.booking.messages.factories import make_location, make_policy, make_visit
from tests.cast import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def letter_about(visit: Appointment, kind: str = Message.Kind.BOOKED) -> Letter:
    words_of = KINDS[kind].words
    assert words_of is not None
    return make_visit_letter(
        words_of, visit=visit, policy=make_policy(), now=NOW, has_calendar_file=False, is_reminder=False
    )


def test_the_facts_of_a_visit_are_by_the_clock_of_its_place() -> None:
    letter = letter_about(make_visit(zone="America/New_York", reference="7KM4XQ2"))

    assert letter.card == Card("Thursday 26 November 2026", "9:30 am", "to 10:30 am, New York time")
    assert [label for label, _fact in letter.facts] == ["Treatment", "With", "Where", "Price", "Reference"]


def test_a_visit_that_does_not_take_place_has_no_price_deadline_or_advice() -> None:
    letter = letter_about(make_visit(state=State.CANCELLED, cancelled_from=State.BOOKED), Message.Kind.CANCELLED)

    assert [label for label, _fact in letter.facts] == ["Treatment", "With", "Where", "Reference"]
    assert (letter.free_until, letter.notes) == ((), ())


@pytest.mark.parametrize(
    ("name", "state", "greeting"),
    [
        ("Niamh Byrne", State.BOOKED, "Hello Niamh,"),
        ("", State.BOOKED, "Hello,"),
        ("Niamh Byrne", State.HELD, "Hello,"),
    ],
)
def test_nobody_is_greeted_by_a_name_that_a_stranger_may_have_typed(name: str, state: State, greeting: str) -> None:
    visit = make_visit(booker_name=name)
    visit.state, visit.deadline_at = state, NOW + timedelta(minutes=30)

    assert letter_about(visit).greeting == greeting


def test_once_the_deadline_has_passed_it_is_said_that_it_has() -> None:
    soon, later = (letter_about(make_visit(starts_at=NOW + timedelta(hours=hours))) for hours in (5, 72))

    assert soon.free_until == (
        "The free time ended on Sunday 22 November, 13:00.",
        "After that, please call us. We may charge for the visit.",
    )
    assert later.free_until[0] == "Free to move or cancel until Wednesday 25 November, 08:00."


def test_the_list_of_a_day_has_times_therapists_and_references_and_no_client() -> None:
    visit = make_visit(starts_at=NOW + timedelta(hours=2), reference="7KM4XQ2")

    letter = make_day_letter(location=make_location(), day=TODAY, visits=[visit], policy=make_policy())

    assert letter == Letter(
        subject="Monday 23 November: 1 visit",
        heading="Monday 23 November",
        paragraphs=("1 visit at Alder Street, Dublin time.",),
        facts=(("10:00 to 11:00", "Ana, 7KM4XQ2"),),
        button="Open the day board",
        url=f"{settings.SITE_URL}/panel/",
        clinic="Alder Street Massage",
    )


def test_staff_read_until_when_a_request_waits_or_that_it_has_ended() -> None:
    visit = make_visit(state=State.REQUESTED, deadline_at=NOW + timedelta(hours=24), reference="7KM4XQ2")
    waits = make_request_letter(visit=visit, policy=make_policy())
    visit.deadline_at = None

    ended = make_request_letter(visit=visit, policy=make_policy())

    assert [letter.subject for letter in (waits, ended)] == [
        "Request 7KM4XQ2 ends on Tuesday 24 November, 08:00",
        "Request 7KM4XQ2 has ended",
    ]
