"""The list of a person's notes, the file of those that are chosen, and whom an owner lets read them."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader

from booking import limits
from booking.models import Appointment, Client, NoteGrant, State
from booking.notes.content import Content
from booking.notes.writing import save_note, sign_note
from booking.wording.times import format_date
from clinic.models import AuditEntry
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


@pytest.fixture
def course(clinic: Clinic) -> Client:
    """Signed notes of the last three Mondays, and one of today that is not signed yet, by ana."""
    client, ana = make_client("Niamh Byrne"), make_member("therapist", clinic, name="ana")
    for weeks, start in enumerate(("10:00", "12:00", "14:00", "16:00")):
        visit = book(clinic, start, client=client)
        visit.claims.all().delete()
        times = {name: F(name) - timedelta(weeks=weeks) for name in ("starts_at", "ends_at", "busy_until")}
        Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED, **times)
        keep = sign_note if weeks else save_note
        keep(appointment=visit, content=Content(next=f"WEEK{weeks}"), seen=0, by_id=ana.pk, now=NOW)
    return client


def list_of(person: Client) -> str:
    return reverse("panel:person_notes", args=[person.public_id])


def make_file(browser: Browser, person: Client, words: str, values: dict[str, Any] | None = None) -> Any:
    return send(browser, read(browser.get(list_of(person))), words, values or {})


def weeks_in(answer: Any) -> list[int]:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return [weeks for weeks in range(4) if f"WEEK{weeks}" in text]


def day(weeks: int) -> str:
    return (TODAY - timedelta(weeks=weeks)).isoformat()


TICKED, DAYS = "PDF of the visits that are ticked", "PDF of these days"


def test_a_file_has_the_signed_notes_that_were_chosen(clinic: Clinic, course: Client) -> None:
    owner = sign_in("owner")
    references = list(course.appointments.order_by("-starts_at").values_list("reference", flat=True))
    chosen = [
        weeks_in(make_file(owner, course, *asked))
        for asked in (
            (TICKED, {"visit": [references[1], references[3]]}),
            (DAYS, {}),
            (DAYS, {"first_day": day(2)}),
            (DAYS, {"last_day": day(2)}),
            (DAYS, {"first_day": day(2), "last_day": day(2)}),
        )
    ]
    answer = send(owner, read(owner.get(reverse("panel:note", args=[references[2]]))), "PDF of this note")

    assert (chosen, weeks_in(answer)) == ([[1, 3], [1, 2, 3], [1, 2], [2, 3], [2]], [2])
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="visits-{course.public_id}.pdf"',
    }
    assert "no-store" in answer["Cache-Control"]
    lines = list(AuditEntry.objects.filter(verb="export").values_list("object_type", "object_id", "fields"))
    assert lines == [("client", str(course.pk), ["notes"])] * 6


@pytest.mark.parametrize(
    ("words", "values", "said"),
    [
        (TICKED, {}, "Tick a visit."),
        (DAYS, {"first_day": day(0)}, "No note of these days is signed."),
        (DAYS, {"first_day": "2026-02-30"}, "Enter a valid date."),
        (DAYS, {"last_day": "0001-01-01"}, "Choose a date between 2000 and 2100."),
    ],
)
def test_a_choice_without_a_note_keeps_what_was_typed_and_makes_no_file(
    course: Client, words: str, values: dict[str, str], said: str
) -> None:
    answer = make_file(sign_in("owner"), course, words, values)

    page = answer.content.decode()
    assert (answer.status_code, said in page) == (422, True)
    assert [value for value in values.values() if f'value="{value}"' not in page] == []
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_a_draft_is_in_no_file_whoever_asks(course: Client) -> None:
    draft = course.appointments.get(note__signed_at=None)
    owner = sign_in("owner")

    answer = owner.post(reverse("panel:person_notes_file", args=[course.public_id]), {"visit": [draft.reference]})

    assert answer.status_code == 422
    assert "PDF of this note" not in owner.get(reverse("panel:note", args=[draft.reference])).content.decode()


@pytest.mark.both_engines
def test_whoever_may_not_read_gets_no_file(clinic: Clinic, course: Client) -> None:
    address = reverse("panel:person_notes_file", args=[course.public_id])
    ben = make_member("therapist", clinic, number=1, name="ben")
    browsers = [sign_in("reception"), browser_of(ben), browser_of(User.objects.get(username="ana"))]

    answers = [browser.post(address, {"days": "x"}) for browser in browsers]

    assert [answer.status_code for answer in answers] == [403, 404, 200]
    assert list(AuditEntry.objects.filter(verb="export").values_list("by__username", flat=True)) == ["ana"]


def test_one_hand_makes_as_many_files_as_letters(course: Client) -> None:
    owner, user = sign_in("owner", name="olive"), User.objects.get(username="olive")
    for _number in range(limits.PDFS.most):
        limits.take((limits.PDFS, f"staff {user.pk}"), now=NOW)

    refused = make_file(owner, course, DAYS)

    assert (refused.status_code, AuditEntry.objects.filter(verb="export").exists()) == (429, False)
    assert make_file(sign_in("owner", name="other"), course, DAYS).status_code == 200
