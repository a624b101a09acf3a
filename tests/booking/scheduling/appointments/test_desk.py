from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.models import State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, NotAllowed
from services.models import Treatment
from tests.booking.scheduling.appointments.test_asking import mails
from tests.booking.scheduling.appointments.test_booking import DETAILS
from tests.cast import EMAIL, NOW, Clinic, at, book, make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def reception() -> By:
    return By("staff", User.objects.create_user("reception"))


def test_staff_book_without_a_form_and_the_form_is_what_is_missing() -> None:
    clinic = make_clinic()

    visit = appointments.book_by_staff(
        wish=clinic.wish(),
        starts_at=at("08:00") + timedelta(hours=1),  # inside the notice that holds for clients
        client=None,
        details=DETAILS,
        intake=None,
        by=appointments.By("staff"),
        now=NOW,
    )

    assert (visit.state, visit.deadline_at) == (State.BOOKED, None)
    assert list(visit.conditions.values_list("kind", "settled_at")) == [("form_missing", None)]


@pytest.mark.parametrize(
    ("wanted", "email", "expected"),
    [(True, "niamh@example.com", [("queued", "")]), (False, "niamh@example.com", []), (True, "", [])],
)
def test_booking_sends_the_form_where_it_is_wanted_and_can_be_sent(
    wanted: bool, email: str, expected: list[tuple[str, str]], clinic: Clinic, reception: By
) -> None:
    visit = book(clinic, "14:00", days=3, email=email, with_form=False, by=reception, send_form=wanted)

    assert mails(visit, "form_missing") == expected


def test_booking_with_a_form_sends_none(clinic: Clinic, reception: By) -> None:
    visit = book(clinic, "14:00", days=3, email=EMAIL, by=reception, send_form=True)

    assert (visit.state, mails(visit, "form_missing")) == (State.BOOKED, [])


def test_staff_can_not_book_a_treatment_taken_off_the_list(clinic: Clinic) -> None:
    Treatment.objects.update(is_active=False)

    with pytest.raises(NotAllowed):
        book(clinic, "10:00")
