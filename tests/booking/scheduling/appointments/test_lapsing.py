"""Staff are told a day before a client's request ends by itself; when it has, both sides are."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from services.models import ClinicPolicy
from tests.cast import NOW, TODAY, Clinic, at, book, book_online, make_client

pytestmark = pytest.mark.django_db

DESK = "desk@alder.example"
# Made on Monday at eight: it ends two working days later, at the same hour.
ENDS = NOW + timedelta(days=2)
CONCERN = {"other_concern": "Please call me before."}


@pytest.fixture(autouse=True)
def has_an_address(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(contact_email=DESK)


def ask(clinic: Clinic) -> Appointment:
    """A client asks for a visit on Friday; something has to be settled first."""
    return book_online(clinic, "14:00", days=4, answers=CONCERN)


def sweep(now: Any) -> list[tuple[list[str], str]]:
    mail.outbox.clear()
    appointments.expire_overdue(now=now)
    outbox.send_due(ask_gate=is_stopped, now=now)
    return sorted((one.to, str(one.subject)) for one in mail.outbox)


def test_staff_are_told_a_day_before_and_both_sides_when_it_ends(clinic: Clinic) -> None:
    visit = ask(clinic)
    sweep(NOW)

    early = sweep(ENDS - timedelta(days=1, minutes=1))
    day_before = sweep(ENDS - timedelta(days=1))
    ended = sweep(ENDS)

    visit.refresh_from_db()
    assert (visit.state, early) == (State.CANCELLED, [])
    assert day_before == [([DESK], f"Request {visit.reference} ends on Wednesday 25 November, 08:00")]
    assert [to for to, _subject in ended] == [[DESK], ["niamh@example.com"]]
    assert ended[0][1] == f"Request {visit.reference} has ended"
    assert "Please call me" not in str([one.body for one in mail.outbox])


def test_staff_are_not_told_of_a_request_that_they_have_answered(clinic: Clinic) -> None:
    """The control for the day before."""
    visit = ask(clinic)
    sweep(NOW)
    appointments.settle_condition(
        appointment=visit, kind="note_to_read", by=By("staff"), now=NOW, remark="Called, all is well"
    )
    appointments.change_state(appointment=visit, target=State.BOOKED, by=By("staff"), now=NOW)

    told = sweep(ENDS - timedelta(days=1))

    assert [subject for to, subject in told if to == [DESK]] == []


def test_what_the_desk_books_with_something_open_does_not_end(clinic: Clinic) -> None:
    person = make_client()
    visit = book(clinic, "14:00", days=4, name=person.name, client=person, answers=CONCERN)

    ended = appointments.expire_overdue(now=NOW + timedelta(days=5))

    visit.refresh_from_db()
    assert (ended, visit.state, visit.deadline_at) == (0, State.BOOKED, None)
    assert [one.kind for one in visit.conditions.filter(settled_at=None)] == ["note_to_read"]
    assert not Message.objects.filter(kind=Message.Kind.REQUEST_ENDS).exists()


def test_a_request_that_staff_made_before_stays_also_when_it_is_moved(clinic: Clinic) -> None:
    visit = ask(clinic)
    visit.events.filter(verb="request").update(actor="staff")
    Appointment.objects.filter(pk=visit.pk).update(deadline_at=None)

    moved = appointments.move(
        appointment=visit,
        starts_at=at("10:00", day=TODAY + timedelta(days=3)),
        therapist_id=None,
        by=By("staff"),
        now=NOW,
    )

    assert (moved.state, moved.deadline_at) == (State.REQUESTED, None)
