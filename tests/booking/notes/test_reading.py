from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from booking.models import Appointment, Client, NoteGrant, State
from booking.notes.content import Content
from booking.notes.reading import has_grant, last_note, notes_of, treats
from booking.notes.writing import save_note, sign_note
from tests.cast import NOW, Clinic, at, book, make_client, soon

pytestmark = pytest.mark.django_db


def visit_of(clinic: Clinic, client: Client, starts_at: datetime, state: State, therapist: int = 0) -> Appointment:
    visit = book(clinic, at("14:00"))
    visit.claims.all().delete()
    Appointment.objects.filter(pk=visit.pk).update(
        client=client,
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        busy_until=starts_at + timedelta(hours=1),
        therapist=clinic.therapists[therapist],
        deadline_at=NOW,
        cancelled_from=State.BOOKED,
    )
    visit.refresh_from_db()
    return visit


def test_the_last_note_is_that_of_the_visit_before(clinic: Clinic, engine: str) -> None:
    client, ana = make_client(), User.objects.create(username="ana").pk
    old, newer, today = (
        visit_of(clinic, client, NOW + timedelta(days=days), State.COMPLETED) for days in (-20, -10, 0)
    )
    for visit, words in ((newer, "newer"), (old, "old")):
        sign_note(appointment=visit, content=Content(next=words), seen=0, by_id=ana, now=NOW)
    save_note(appointment=today, content=Content(next="today"), seen=0, by_id=ana, now=NOW)

    found = [last_note(visit) for visit in (today, newer, old)]

    assert [note and note.content["next"] for note in found] == ["newer", "old", None]
    assert [note.content["next"] for note in notes_of(client)] == ["today", "newer", "old"]


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        (13, State.BOOKED, True),
        (15, State.BOOKED, False),
        (-13, State.ARRIVED, True),
        (-15, State.ARRIVED, False),
        (-900, State.COMPLETED, True),
        (3, State.CANCELLED, False),
        (3, State.HELD, False),
        (-3, State.NO_SHOW, False),
    ],
)
def test_who_treats_somebody(clinic: Clinic, engine: str, days: int, state: State, expected: bool) -> None:
    client = make_client()
    visit_of(clinic, client, NOW + timedelta(days=days), state)

    mine, others = (treats(client, therapist_id=therapist.pk, now=NOW) for therapist in clinic.therapists)

    assert (mine, others) == (expected, False)


def test_a_grant_counts_until_its_end_or_until_it_is_taken_back(clinic: Clinic) -> None:
    client, other = make_client(), make_client("Other")
    ben, owner = (User.objects.create(username=name) for name in ("ben", "owner"))
    grant = NoteGrant.objects.create(
        client=client, reader=ben, reason="Stands in", granted_by=owner, granted_at=NOW, until=soon(60)
    )

    def asked() -> list[bool]:
        cases = [(client, ben, NOW), (client, ben, soon(60)), (client, owner, NOW), (other, ben, NOW)]
        return [has_grant(whose, reader_id=reader.pk, now=now) for whose, reader, now in cases]

    assert asked() == [True, False, False, False]
    grant.ended_at = NOW
    grant.save()
    assert asked() == [False, False, False, False]
