"""Phrases and templates as an owner changes them, and what a therapist's note then offers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Note, State
from booking.notes.content import Content
from booking.notes.phrases import list_phrases
from booking.notes.writing import save_note, sign_note
from clinic.models import AuditEntry
from services.models import ClinicPolicy
from tests.cast import NOW, Clinic, book, sign_in
from tests.pages import Page, press, read, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(clinic: Clinic) -> Browser:
    return sign_in("therapist", clinic, name="ana")


def opened(browser: Browser, treatment: str = "") -> Page:
    query = {"treatment": treatment} if treatment else {}
    return read(browser.get(reverse("panel:set_up_phrases"), query))


def treated(clinic: Clinic, start: str, *, ago: timedelta = timedelta(0)) -> Appointment:
    visit = book(clinic, start, answers={})
    visit.claims.all().delete()
    times = {name: F(name) - ago for name in ("starts_at", "ends_at", "busy_until")}
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED, **times)
    return visit


def note_of(visit: Appointment) -> str:
    return reverse("panel:note", args=[visit.reference])


def offers(page: Page) -> list[str]:
    return [button.words for form in page.posts for button in form.buttons if button.value.startswith("chip:")]


def test_an_owner_s_phrases_and_template_are_in_the_next_note_and_written_ones_stay(
    owner: Browser, ana: Browser, clinic: Clinic
) -> None:
    begun, next_one = treated(clinic, "10:00"), treated(clinic, "12:00")
    page = read(ana.get(note_of(begun)))
    press(ana, page, "Guarded")

    send(
        owner, opened(owner), "Save", {"found_phrases": "Stiff\n\n  Warm ", "did_phrases": "", "next_phrases": "Soon?"}
    )
    send(owner, opened(owner, "swedish"), "Save", {"found_phrases": "Long strokes", "did": "Back, then legs."})

    page = read(ana.get(note_of(next_one)))
    assert offers(page) == ["Long strokes", "Stiff", "Warm", "Soon?"]
    press(ana, press(ana, page, "Soon?"), "Long strokes")
    kept = {note.appointment_id: Content.from_json(note.content) for note in Note.objects.all()}
    assert kept == {
        begun.pk: Content(found="Guarded."),
        next_one.pk: Content(found="Long strokes.", did="Back, then legs.", next="Soon?"),
    }
    trail = AuditEntry.objects.filter(object_type="phrases for notes").order_by("pk")
    assert list(trail.values_list("verb", "object_id", "fields")) == [
        ("change", "", ["Found", "Did", "Next"]),
        ("change", "swedish", ["Found", "Did begins with"]),
    ]


def test_a_list_that_is_refused_keeps_what_was_typed(owner: Browser) -> None:
    before = list_phrases(treatment=None)

    answer = send(owner, opened(owner), "Save", {"found_phrases": "Stiff\n" + "x" * 61, "did_phrases": "TYPEDMARK"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("has 61 characters. Write at most 60." in page, "TYPEDMARK" in page) == (True, True)
    assert (list_phrases(treatment=None), AuditEntry.objects.filter(verb="change").count()) == (before, 0)


def test_of_two_owners_the_later_is_asked_and_loses_no_word(owner: Browser) -> None:
    first, second = opened(owner), opened(owner)
    send(owner, first, "Save", {"found_phrases": "From the desk"})

    answer = send(owner, second, "Save", {"found_phrases": "From the phone"})

    page = read(answer)
    assert answer.status_code == 422
    assert "Somebody saved this page meanwhile." in page.html
    assert list_phrases(treatment=None)["found"] == ["From the desk"]
    send(owner, page, "Save")
    assert list_phrases(treatment=None)["found"] == ["From the phone"]


@pytest.mark.parametrize("treatment", ["nothing", "swe\0dish", "1"])
def test_there_is_no_page_for_what_is_no_treatment(owner: Browser, treatment: str) -> None:
    assert owner.get(reverse("panel:set_up_phrases"), {"treatment": treatment}).status_code in (400, 404)


@pytest.mark.both_engines
def test_a_clinic_that_writes_no_notes_is_asked_for_none_and_reads_those_that_are_there(
    owner: Browser, ana: Browser, clinic: Clinic
) -> None:
    bare, begun, signed = (treated(clinic, start, ago=timedelta(days=1)) for start in ("10:00", "12:00", "14:00"))
    user = User.objects.get(username="ana").pk
    save_note(appointment=begun, content=Content(found="BEGUN"), seen=0, by_id=user, now=NOW)
    sign_note(appointment=signed, content=Content(next="SIGNED"), seen=0, by_id=user, now=NOW)

    def seen() -> tuple[bool, bool, bool]:
        visit = ana.get(reverse("panel:visit", args=[bare.reference])).content.decode()
        return (
            "notes of earlier days" in ana.get(reverse("panel:board"), {"view": "table"}).content.decode(),
            note_of(begun) in ana.get(reverse("panel:to_do")).content.decode(),
            "panel-primary panel-wide" in visit,
        )

    before = seen()
    send(owner, opened(owner), "Save", {"writes_notes": ""})

    assert ClinicPolicy.current().writes_notes is False
    assert (before, seen()) == ((True, True, True), (False, False, False))
    assert AuditEntry.objects.get(verb="change").fields == ["We write treatment notes"]
    assert "SIGNED" in ana.get(note_of(signed)).content.decode()
    # What was begun, or is written all the same, is not lost.
    press(ana, read(ana.get(note_of(begun))), "Sign, and show the day", answers={"next": "Same"})
    press(ana, read(ana.get(note_of(bare))), "Leave unsigned for later", answers={"found": "Typed"})
    assert Note.objects.filter(signed_at=None).count() == 1
