import pytest

from booking.intake.stops import Stop
from booking.models import Appointment
from booking.web.addresses import url_of
from booking.web.visit.stopped import StopInWords, health_form_of, in_the_way_of_moving, stop_of
from tests.cast import DOCTOR_FIRST, NOW, Clinic, at, book, make_client, make_intake, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return book(clinic, "14:30", client=make_client())


def test_what_the_form_can_settle_leads_to_it_and_all_else_to_a_call() -> None:
    assert {stop: StopInWords.of(stop).takes_form for stop in Stop} == {stop: stop is Stop.FORM for stop in Stop}
    assert StopInWords.of(Stop.ANSWERS) == StopInWords.of(Stop.TREATMENT)  # not a word of which it is


def test_newer_answers_stop_a_visit_to_come_and_none_that_has_begun(visit: Appointment) -> None:
    before = in_the_way_of_moving(visit, now=NOW)
    make_intake(answers=DOCTOR_FIRST, client=visit.client, now=soon(1))

    assert (before, in_the_way_of_moving(visit, now=soon(2))) == (None, StopInWords.of(Stop.ANSWERS))
    assert (stop_of(visit, now=soon(2)), stop_of(visit, now=at("14:30"))) == (Stop.ANSWERS, None)


def test_a_missing_form_stops_no_visit_but_its_move(clinic: Clinic) -> None:
    visit = book(clinic, "14:30", with_form=False)

    assert (stop_of(visit, now=NOW), in_the_way_of_moving(visit, now=NOW)) == (None, StopInWords.of_missing_form())
    assert health_form_of(visit, style="primary").helper.form_action == url_of(visit, "health_form")
