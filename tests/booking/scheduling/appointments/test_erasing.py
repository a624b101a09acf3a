"""Whom the visits let go. What is erased is in tests/booking/people."""

import pytest

from booking.models import Appointment, AppointmentEvent, Client, State
from booking.people.erasing import erase_client
from booking.scheduling.appointments import SYSTEM, NotAllowed
from tests.booking.people.planting import MARKS, marks_kept, plant_person
from tests.cast import NOW, Clinic, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return plant_person(clinic)


def erase(visit: Appointment) -> Client:
    assert visit.client is not None
    erase_client(client=visit.client, by=SYSTEM, now=NOW)
    return Client.objects.get(pk=visit.client.pk)


def test_forgetting_twice_is_forgetting_once(visit: Appointment) -> None:
    erase(visit)
    events = AppointmentEvent.objects.count()

    assert erase(visit).erased_at == NOW
    assert AppointmentEvent.objects.count() == events


@pytest.mark.parametrize("state", [State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_TREATMENT])
def test_nobody_is_forgotten_before_a_visit_is_over(clinic: Clinic, visit: Appointment, state: State) -> None:
    Appointment.objects.filter(pk=visit.pk).update(
        state=state, starts_at=at("08:00"), ends_at=at("09:00"), busy_until=at("09:15")
    )

    with pytest.raises(NotAllowed, match="still has a visit"):
        erase(visit)

    assert marks_kept() == MARKS
