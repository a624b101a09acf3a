"""A list is taken back as one; whoever has something since stays. On both engines."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.carrying import bringing
from booking.carrying.bringing import UNDO_WITHIN, BringRefused
from booking.carrying.undoing import Stays, Undone, undo
from booking.models import Appointment, Client, DeskLine, SearchKey
from booking.people.desk_lines import write_line
from booking.people.households import add_to_household
from booking.people.merging import merge
from tests.booking.carrying.lists import bring, make_list
from tests.cast import EMAIL, NOW, STAFF, Clinic, book, make_client, make_member

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ann() -> User:
    return make_member("owner", name="ann")


def test_undoing_leaves_everything_as_it_was(ann: User) -> None:
    known = make_client()
    keys = set(SearchKey.objects.values_list("client", "kind", "key"))
    text = "Name,Email,Mobile,Phone\nNiamh Byrne,niamh@example.com,085 555 0199,01 555 0177\nCian,c@example.ie,,\n"
    row = bring(text, ann)

    found = undo(row, now=LATER)
    again = undo(row, now=LATER)

    known.refresh_from_db()
    assert (found, again) == (Undone(1, 1, ()), Undone(0, 0, ()))
    assert list(Client.objects.values_list("name", "email", "phone")) == [("Niamh Byrne", EMAIL, "")]
    assert (set(SearchKey.objects.values_list("client", "kind", "key")), DeskLine.objects.count()) == (keys, 0)


def test_who_has_something_since_stays_and_it_is_said_why(ann: User, clinic: Clinic) -> None:
    row = bring(make_list(7), ann)
    visited, written, corrected, housed, kept, gone, untouched = Client.objects.order_by("pk")
    book(clinic, "10:00", client=visited)
    write_line(client=written, text="Rings twice", by=ann, now=LATER)
    Client.objects.filter(pk=corrected.pk).update(name="Somebody", version=2)
    add_to_household(client=housed, other=housed)
    merge(kept=kept, gone=gone, from_gone=(), by=STAFF, now=LATER, versions=(1, 1))

    found = undo(row, now=LATER)

    merged = "was merged with another record since"
    assert (found.deleted, found.emptied) == (1, 0)
    assert list(found.stays) == [
        Stays(2, visited.public_id, visited.name, "has a visit by now"),
        Stays(3, written.public_id, written.name, "something was added to the record since"),
        Stays(4, corrected.public_id, "Somebody", "was changed since"),
        Stays(5, housed.public_id, housed.name, "was changed since"),
        Stays(6, kept.public_id, kept.name, merged),
        Stays(7, gone.public_id, gone.name, merged),
    ]
    assert not Client.objects.filter(pk=untouched.pk).exists()


def test_what_was_filled_in_stays_where_a_visit_was_booked_since(ann: User, clinic: Clinic) -> None:
    known, other = make_client(), Client.objects.create(name="Ann Daly", email="ann@example.ie", created_at=NOW)
    book(clinic, "09:00", client=other)
    row = bring(
        "Name,Email,Phone\nNiamh Byrne,niamh@example.com,085 555 0199\nAnn Daly,ann@example.ie,01 555 0177\n", ann
    )
    visit = book(clinic, "14:30", client=known)
    Appointment.objects.filter(pk=visit.pk).update(created_at=LATER)

    found = undo(row, now=LATER)

    assert found == Undone(0, 1, (Stays(2, known.public_id, known.name, "was booked since"),))
    assert list(Client.objects.order_by("pk").values_list("phone", flat=True)) == ["085 555 0199", ""]


def test_after_seven_days_it_is_too_late(ann: User) -> None:
    row = bring("Name\nCian\n", ann)

    with pytest.raises(BringRefused, match="can’t be undone any more"):
        undo(row, now=NOW + UNDO_WITHIN)

    assert (bringing.prune(now=NOW + UNDO_WITHIN), Client.objects.count()) == (1, 1)
