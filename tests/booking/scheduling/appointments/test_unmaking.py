"""A visit to which nothing has happened goes as if it had never been. What keeps one: see the undoing of lists."""

import pytest

from booking.models import Appointment, AppointmentEvent, Claim, Condition, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import NotAllowed
from tests.cast import EMAIL, NOW, Clinic, book

pytestmark = pytest.mark.django_db


def test_a_visit_goes_with_all_that_came_with_it(clinic: Clinic) -> None:
    visit = book(clinic, email=EMAIL, with_form=False)
    last = visit.events.get().pk

    with pytest.raises(NotAllowed, match="was changed since"):
        appointments.unmake(appointment=visit, last_event=last - 1, now=NOW)
    before = [model.objects.exists() for model in (Appointment, AppointmentEvent, Claim, Condition, Message)]
    appointments.unmake(appointment=visit, last_event=last, now=NOW)

    after = [model.objects.exists() for model in (Appointment, AppointmentEvent, Claim, Condition, Message)]
    assert (before, after) == ([True] * 5, [False] * 5)
