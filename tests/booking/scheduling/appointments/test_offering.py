"""Whether a start is on offer at the moment of booking, and what gives way to it."""

import pytest

from booking.models import State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.claims import find_drift
from services.models import ClinicPolicy
from tests.cast import STAFF, at, book_online, details, make_clinic, make_draft, make_intake, soon

pytestmark = pytest.mark.django_db


def test_a_start_that_has_begun_is_not_booked_however_short_the_notice() -> None:
    clinic = make_clinic()
    ClinicPolicy.objects.update(notice_minutes=0)
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("09:00"), therapist_id=clinic.therapists[0].pk, address="a", now=at("08:55")
    )

    with pytest.raises(appointments.NotOnOffer):
        appointments.book(draft=draft, details=details(), key="key", now=at("09:04"))


@pytest.mark.parametrize("how", ["online", "at the desk", "by moving"])
def test_an_overdue_visit_of_the_same_person_is_in_nobodys_way(how: str) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    first = book_online(clinic, "14:00")
    appointments.cancel(appointment=first, by=CLIENT, now=soon(1))
    now, other = soon(12), clinic.therapists[1]
    draft = make_draft(clinic=clinic, now=now, client=first.client)
    if how == "online":
        appointments.keep_start(draft=draft, starts_at=at("14:00"), therapist_id=other.pk, address="a", now=now)
        second = appointments.book(draft=draft, details=details(), key="key", now=now)
    else:
        second = appointments.book_by_staff(
            wish=clinic.wish(therapist=other),
            starts_at=at("14:00" if how == "at the desk" else "16:00"),
            client=first.client,
            details=details(),
            intake=make_intake(),
            by=STAFF,
            now=now,
        )
    if how == "by moving":
        second = appointments.move(appointment=second, starts_at=at("14:00"), therapist_id=other.pk, by=CLIENT, now=now)

    first.refresh_from_db()
    assert (first.state, second.starts_at, second.therapist_id) == (State.CANCELLED, at("14:00"), other.pk)
    assert list(find_drift(now=now)) == []
