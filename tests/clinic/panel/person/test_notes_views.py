"""The list of a person's notes, and whom an owner lets read them."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from booking.models import Appointment, NoteGrant, State
from booking.notes.content import Content
from booking.notes.writing import sign_note
from booking.wording.times import format_date
from tests.cast import NOW, TODAY, Clinic, book, browser_of, make_client, make_member, sign_in
from tests.pages import read, send

pytestmark = pytest.mark.django_db


def test_somebody_who_is_let_in_reads_until_it_is_taken_back(clinic: Clinic, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    visit = book(clinic, "10:00")
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    owner, ben = sign_in("owner"), make_member("therapist", clinic, number=1, name="ben")
    writer = User.objects.get(username="ben")
    sign_note(appointment=visit, content=Content(next="NEXTMARK"), seen=0, by_id=writer.pk, now=NOW)
    assert visit.client is not None
    address = reverse("panel:person_notes", args=[visit.client.public_id])
    note = reverse("panel:note", args=[visit.reference])
    before = [browser_of(ben).get(one).status_code for one in (address, note)]

    values = {"reader": str(ben.pk), "last_day": (TODAY + timedelta(days=2)).isoformat(), "reason": "Ana is ill"}
    given = send(owner, read(owner.get(address)), "Let them read", values)
    to_do = browser_of(ben).get("/panel/to-do/").content.decode()
    during = [browser_of(ben).get(one).status_code for one in (address, note)]
    listed = browser_of(ben).get(address).content.decode()
    taken = send(owner, read(owner.get(address)), f"Take back: {clinic.therapists[1].name}")
    after = [browser_of(ben).get(one).status_code for one in (address, note)]

    assert (before, during, after) == ([404, 404], [200, 200], [404, 404])
    assert (given.url, taken.url) == (address, address)
    assert (f'href="{address}"' in to_do, f"until {format_date(TODAY + timedelta(days=2))}" in to_do) == (True, True)
    assert ("NEXTMARK" in listed, "Ana is ill" in listed, "Let them read" in listed) == (False, False, False)
    grant = NoteGrant.objects.get()
    assert (grant.reason, grant.granted_at, grant.ended_at) == ("Ana is ill", NOW, NOW)


@pytest.mark.parametrize("values", [{"reason": ""}, {"last_day": "2026-01-01"}, {"last_day": ""}])
def test_a_grant_without_a_reason_or_an_end_is_not_given(clinic: Clinic, values: dict[str, str]) -> None:
    person, owner, ben = make_client(), sign_in("owner"), make_member("therapist", clinic, name="ben")
    address = reverse("panel:person_notes", args=[person.public_id])
    whole = {"reader": str(ben.pk), "last_day": TODAY.isoformat(), "reason": "Ana is ill"}

    answer = send(owner, read(owner.get(address)), "Let them read", whole | values)

    assert (answer.status_code, NoteGrant.objects.count()) == (422, 0)
