"""What each role reads on a record, and that it costs the same for any number of visits."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from booking.models import Appointment, Client, DeskLine, State
from booking.models.reference import make_public_id, make_reference
from booking.notes.content import Content
from booking.notes.writing import sign_note
from clinic.models import AuditEntry
from clinic.panel.person.pain import Felt, draw_curve
from services.facts import current
from tests.cast import CAREFUL, NOW, Clinic, book, make_client, make_intake, make_member, sign_in

pytestmark = pytest.mark.django_db

PHONE, LINE = "+353871234567", "Speaks softly"
STATEMENTS = 27


def known(clinic: Clinic) -> Client:
    """Somebody with two checks, a line and two visits with the first therapist."""
    person = make_client()
    Client.objects.filter(pk=person.pk).update(phone=PHONE)
    make_intake(client=person, now=NOW - timedelta(days=30))
    careful = make_intake(client=person, answers=CAREFUL, now=NOW - timedelta(days=1))
    book(clinic, "10:00", days=1, client=person, intake=careful)
    past = book(clinic, "12:00", days=1, client=person, with_form=False)
    Appointment.objects.filter(pk=past.pk).update(state=State.COMPLETED)
    DeskLine.objects.create(client=person, text=LINE, written_at=NOW, written_by=make_member("owner", name="maeve"))
    person.refresh_from_db()
    return person


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("owner", {"phone", "line", "care", "changed", "household", "trail", "data", "book", "mails"}),
        ("reception", {"phone", "line", "care", "household", "book", "mails"}),
        ("therapist", {"line", "care", "changed"}),
    ],
)
def test_each_role_reads_what_it_may(clinic: Clinic, role: str, reads: set[str]) -> None:
    person = known(clinic)

    page = sign_in(role, clinic).get(reverse("panel:person", args=[person.public_id])).content.decode()

    marks = {
        "phone": "087 123 4567",
        "line": LINE,
        "care": "Not offered",
        "changed": "What changed since 24 October 2026",
        "household": "Add somebody",
        "trail": "Who looked",
        "data": "Copy or erase the data",
        "book": "Book a visit",
        "mails": "No email yet.",
    }
    assert {name for name, mark in marks.items() if mark in page} == reads


@pytest.mark.parametrize(
    ("role", "reads", "says"),
    [("owner", True, "Next:"), ("reception", False, "<span>Note</span>"), ("therapist", True, "Next:")],
)
def test_past_visits_say_what_comes_next_to_who_may_read_notes_and_it_is_on_record_once(
    clinic: Clinic, role: str, reads: bool, says: str
) -> None:
    person, browser = known(clinic), sign_in(role, clinic)
    path = reverse("panel:person", args=[person.public_id])
    writer = make_member("therapist", clinic, number=1, name="writer")
    past = [Appointment.objects.get(state=State.COMPLETED)]
    past.append(book(clinic, "15:00", days=1, client=person, with_form=False))
    Appointment.objects.filter(pk=past[1].pk).update(state=State.COMPLETED)
    for visit, before in zip(past, (6, 4), strict=True):
        said = Content(next="Pectorals first.", pain_before=before, pain_after=3)
        sign_note(appointment=visit, content=said, seen=0, by_id=writer.pk, now=NOW)

    page = browser.get(path)
    browser.get(path)

    html = page.content.decode()
    assert (says in html, "Pectorals first." in html) == (True, reads)
    assert page.context["page"].visits.pain == (
        draw_curve([Felt("Tuesday 24 November 2026", 6, 3), Felt("Tuesday 24 November 2026", 4, 3)]) if reads else None
    )
    assert [("notes" in line.fields) for line in AuditEntry.objects.filter(verb="view")] == [reads]


def test_only_answers_that_differ_are_shown_with_was_and_is(clinic: Clinic) -> None:
    person = known(clinic)

    shown = sign_in("owner").get(reverse("panel:person", args=[person.public_id])).context["page"].checks

    assert [(check.day, len(check.changed)) for check in shown] == [("22 November 2026", 1), ("24 October 2026", 0)]
    assert (shown[0].changed[0].was, "blood" in shown[0].changed[0].now.casefold()) == ("–", True)


def test_a_record_costs_the_same_for_two_hundred_visits(clinic: Clinic, django_assert_num_queries: Any) -> None:
    person, owner = known(clinic), sign_in("owner")
    path = reverse("panel:person", args=[person.public_id])
    current()
    owner.get(path)
    with django_assert_num_queries(STATEMENTS):
        owner.get(path)
    one = Appointment.objects.get(state=State.COMPLETED)
    for days in range(200):
        one.pk, one.public_id, one.reference = None, make_public_id(), make_reference()
        one.starts_at, one.ends_at = NOW - timedelta(days=days + 1), NOW - timedelta(days=days + 1, hours=-1)
        one.busy_until = one.ends_at
        one.save(force_insert=True)

    with django_assert_num_queries(STATEMENTS):
        page = owner.get(f"{path}?page=2").context["page"].visits

    assert (page.total, len(page.past), page.newer, page.older) == (202, 10, 1, 3)
