import pytest

from booking.models import State
from booking.web.visit.in_words import VisitInWords, can_change, is_cancelled
from tests.cast import NOW, Clinic, at, book, make_clinic, soon

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", State)
def test_a_client_changes_what_is_booked_or_requested_until_it_starts(state: State, clinic: Clinic) -> None:
    visit = book(clinic, "14:30")
    visit.state = state

    found = [can_change(visit, now=now) for now in (at("14:29"), at("14:30"))]

    assert found == [state in (State.BOOKED, State.REQUESTED), False]
    assert is_cancelled(visit) is (state in (State.CANCELLING, State.CANCELLED))


def test_all_times_are_by_the_clock_of_the_visit() -> None:
    visit = book(make_clinic(zone="America/New_York"), "16:30")

    found = VisitInWords.of(visit, now=NOW)

    assert (found.day, found.weekday, found.starts, found.ends, found.zone) == (
        "Monday 23 November",
        "Monday",
        "11:30 am",
        "12:30 pm",
        "New York time",
    )


def test_a_cancellation_can_be_undone_until_its_deadline(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")
    visit.state, visit.deadline_at = State.CANCELLING, soon(10)

    found = [VisitInWords.of(visit, now=soon(minutes)) for minutes in (9, 10)]

    assert [(one.can_undo, one.undo_until) for one in found] == [(True, "08:10"), (False, "08:10")]
