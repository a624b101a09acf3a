import pytest

from booking.models import Appointment, State
from clinic.panel.door.rights import Member
from clinic.panel.visit.steps import NextStep, Step, is_for_reception, next_step, other_steps
from tests.cast import NOW, Clinic, at, book, soon

pytestmark = pytest.mark.django_db

OWNER, RECEPTION = Member(1, "owner", None), Member(2, "reception", None)


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return book(clinic, "14:30")


def test_a_step_has_its_button_once_its_time_has_come(visit: Appointment) -> None:
    arrived = NextStep("arrived", "Arrived")

    assert [next_step(RECEPTION, visit, now) for now in (NOW, at("12:29"), at("12:30"))] == [None, None, arrived]
    assert [other_steps(RECEPTION, visit, now) for now in (at("14:29"), at("14:30"))] == [
        [],
        [Step("no_show", "Did not come")],
    ]


def test_before_a_treatment_the_urgent_signs_are_asked_and_the_cautions_read(visit: Appointment) -> None:
    visit.state = State.ARRIVED
    moments = (soon(24 * 60), soon(24 * 60 + 1))  # the form was answered a day ago, and more than a day

    today, later = (next_step(OWNER, visit, now) for now in moments)
    visit.intake = None
    without = next_step(OWNER, visit, moments[0])

    assert today == NextStep("in_treatment", "In treatment", asks_whether_read=True)
    assert later == NextStep("in_treatment", "In treatment", asks_urgent=True, asks_whether_read=True)
    assert without == NextStep("in_treatment", "In treatment", asks_urgent=True, asks_reason=True)


def test_a_therapist_steps_the_own_visit_and_nobody_elses(clinic: Clinic, visit: Appointment) -> None:
    ana, mei = (Member(number, "therapist", therapist.pk) for number, therapist in enumerate(clinic.therapists))

    found = [next_step(member, visit, at("14:30")) for member in (ana, mei)]

    assert found == [NextStep("arrived", "Arrived"), None]


def test_a_request_is_for_reception_to_decide(clinic: Clinic, visit: Appointment) -> None:
    visit.state = State.REQUESTED
    ana = Member(3, "therapist", clinic.therapists[0].pk)

    assert [is_for_reception(member, visit) for member in (ana, RECEPTION, OWNER)] == [True, False, False]
    assert (next_step(ana, visit, NOW), other_steps(ana, visit, NOW)) == (None, [])
