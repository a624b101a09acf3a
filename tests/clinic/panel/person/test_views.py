"""The record of a person: who may open it, and what each look leaves in the trail."""

import pytest
from django.urls import reverse

from booking.models import Appointment, Client, State
from clinic.models import AuditEntry
from tests.cast import NAME, Clinic, book, make_client, sign_in

pytestmark = pytest.mark.django_db


def record_of(person: Client | None) -> str:
    assert person is not None
    return reverse("panel:person", args=[person.public_id])


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("owner", ["record", "contacts", "restrictions", "answers"]),
        ("therapist", ["record", "restrictions", "answers"]),
    ],
)
def test_a_look_leaves_a_line_that_names_what_was_shown(clinic: Clinic, role: str, shown: list[str]) -> None:
    visit = book(clinic, "10:00")

    page = sign_in(role, clinic).get(record_of(visit.client))

    assert NAME in page.content.decode()
    lines = AuditEntry.objects.values_list("verb", "object_type", "object_id", "fields")
    assert list(lines) == [("view", "client", str(visit.client_id), shown)]


def test_a_therapist_opens_their_own_clients_only(clinic: Clinic) -> None:
    own, others, off = (book(clinic, start, therapist=who) for start, who in (("09:00", 0), ("11:00", 1), ("13:00", 0)))
    Appointment.objects.filter(pk=off.pk).update(state=State.CANCELLED)
    browser = sign_in("therapist", clinic)

    statuses = [browser.get(record_of(visit.client)).status_code for visit in (own, others, off)]

    assert statuses == [200, 404, 404]
    assert set(AuditEntry.objects.values_list("object_id", flat=True)) == {str(own.client_id)}


@pytest.mark.parametrize("public_id", ["nobody", "1"])
def test_an_id_that_names_nobody_is_not_there(clinic: Clinic, public_id: str) -> None:
    make_client()

    assert sign_in("owner").get(f"/panel/people/{public_id}/").status_code == 404
