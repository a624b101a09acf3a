"""A list of visits is taken back as one; what something has happened to stays. On both engines."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.carrying.bringing import UNDO_WITHIN, BringRefused
from booking.carrying.undoing import Stays, Undone
from booking.carrying.visits import bringing
from booking.carrying.visits.undoing import undo
from booking.models import Appointment, Case, Claim, Message, State
from booking.scheduling import appointments
from tests.booking.carrying.visits.lists import HEADINGS, line, upload
from tests.cast import NOW, STAFF, Clinic, book, make_client, make_member

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ann() -> User:
    return make_member("owner", name="ann")


def test_undoing_leaves_everything_as_it_was(ann: User, clinic: Clinic) -> None:
    mine = book(clinic, days=1, client=make_client())
    claims = set(Claim.objects.values_list("kind", "resource_id", "cell"))
    row = bringing.apply(upload(HEADINGS + line() + line("11:30", therapist=2), ann), by=ann, now=NOW)

    found, again = undo(row, now=LATER), undo(row, now=LATER)

    assert (found, again) == (Undone(2, 0, ()), Undone(0, 0, ()))
    assert list(Appointment.objects.all()) == [mine]
    assert set(Claim.objects.values_list("kind", "resource_id", "cell")) == claims


def test_what_something_has_happened_to_stays_and_it_is_said_why(ann: User, clinic: Clinic) -> None:
    make_client()
    days = [f"2026-11-{day}" for day in (23, 24, 25, 26, 27)]
    row = bringing.apply(upload(HEADINGS + "".join(line(day=day) for day in days), ann), by=ann, now=NOW)
    begun, cancelled, mailed, asked, untouched = Appointment.objects.order_by("starts_at")
    appointments.cancel(appointment=cancelled, by=STAFF, now=LATER)
    Message.objects.filter(appointment=mailed).update(state=Message.State.SENT)
    Case.objects.create(kind=Case.Kind.REQUESTED, appointment=asked, opened_at=NOW)

    found = undo(row, now=NOW + timedelta(hours=2))

    assert found == Undone(
        1,
        0,
        (
            Stays(2, begun.reference, "", "has begun"),
            Stays(3, cancelled.reference, "", "was changed since"),
            Stays(4, mailed.reference, "", "is one of which the client has had an email"),
            Stays(5, asked.reference, "", "has something added to it since"),
        ),
    )
    assert not Appointment.objects.filter(pk=untouched.pk).exists()
    cancelled.refresh_from_db()
    assert cancelled.state == State.CANCELLING


def test_after_seven_days_it_is_too_late(ann: User, clinic: Clinic) -> None:
    make_client()
    row = bringing.apply(upload(HEADINGS + line(), ann), by=ann, now=NOW)

    with pytest.raises(BringRefused, match="can’t be undone any more"):
        undo(row, now=NOW + UNDO_WITHIN)

    assert Appointment.objects.count() == 1
