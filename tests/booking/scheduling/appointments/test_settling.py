import pytest

from booking.models import Case, Message, State
from booking.scheduling import appointments
from tests.booking.scheduling.appointments.test_booking import DETAILS, keep
from tests.cast import WITH_A_NOTE, at, make_clinic, soon

pytestmark = pytest.mark.django_db


def test_something_to_be_settled_makes_the_visit_requested_with_a_case() -> None:
    draft = keep(make_clinic(), answers=WITH_A_NOTE)

    visit = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    assert visit.state == State.REQUESTED
    assert list(visit.conditions.values_list("kind", "settled_at")) == [("doctor_note", None)]
    assert visit.deadline_at == at("12:30")  # two hours before the start
    assert list(Case.objects.values_list("kind", "state", "appointment")) == [("requested", "open", visit.pk)]
    assert Message.objects.filter(appointment=visit, kind="requested").count() == 1
