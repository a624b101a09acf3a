"""Signed notes as a PDF: all that was written, in any script, and nothing torn."""

import io
import os
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pypdf import PdfReader

from booking.models import Appointment, Note, State
from booking.notes.content import Content, Mark
from booking.notes.notes_file import as_pdf
from booking.notes.on_paper import NotesOnPaper, put_on_paper
from booking.notes.reading import notes_of
from booking.notes.regions import KINDS, REGIONS
from booking.notes.writing import add_to_note, sign_note
from services.models import ClinicPolicy, Location
from tests.cast import NOW, Clinic, book, make_client, soon

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IS_LONG = os.environ.get("PROVE") == "1"

WHOLE = Content(
    found="Neck turns less to the left.",
    did="Back and neck.",
    next="Neck first.",
    said="Sat all week.",
    measured="60 degrees.",
    assessed="Less than last time.",
    planned="Stretch at the door.",
    marks=(Mark("left_calf", "tight"), Mark("nape", "tender"), Mark("right_hand", "tingling")),
    pain_before=6,
    pain_after=0,
)


def write(clinic: Clinic, content: Content, start: str = "14:00", **kwargs: Any) -> Note:
    visit = book(clinic, start, **kwargs)
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    ana, _made = User.objects.get_or_create(username="ana")
    return sign_note(appointment=visit, content=content, seen=0, by_id=ana.pk, now=NOW)


def on_paper(note: Note) -> NotesOnPaper:
    client = note.appointment.client
    assert client is not None
    place, by = Location.objects.get(), User.objects.get(username="ana")
    return put_on_paper(
        client=client, notes=list(notes_of(client)), place=place, by=by, now=NOW, known_as=lambda user: f"Dr {user}"
    )


def pages_of(paper: NotesOnPaper) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(as_pdf(paper))).pages]


def test_a_note_is_on_it_from_the_clinic_s_address_to_what_was_added(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(clinic_name="Alder Street Massage", contact_email="desk@alder.example")
    Location.objects.update(address="14 Alder Street\nDublin 8", phone="01 555 0142")
    note = write(clinic, WHOLE, name="Niamh Byrne")
    add_to_note(note=note, text="It was the right calf.", by_id=note.author_id, now=soon(60))

    (page,) = pages_of(on_paper(note))

    assert page == " ".join(
        f"""Alder Street Massage 14 Alder Street Dublin 8 Phone 01 555 0142 desk@alder.example
        Notes of visits Niamh Byrne
        23 November 2026, 14:00 to 15:00 Swedish with Therapist 1, {Location.objects.get().name}
        Found Neck turns less to the left. Did Back and neck. Next Neck first.
        Where 3 1 2 1. Left calf: tight 2. Neck, back: tender 3. Right hand: tingling
        Pain, 0 to 10 6 before, 0 after
        Said Sat all week. Measured 60 degrees. Assessed Less than last time. Plan and home care Stretch at the door.
        Signed by Dr ana, Monday 23 November 2026, 08:00.
        Added later Dr ana, Monday 23 November 2026, 09:00 It was the right calf.
        Made by Dr ana on 23 November 2026. A note is locked once it is signed.""".split()
    )


def test_the_visits_of_a_course_stand_in_their_order_and_none_is_torn_from_its_head(clinic: Clinic) -> None:
    client = make_client("Niamh Byrne")
    for number, start in enumerate(("16:00", "14:00", "12:00", "10:00")):
        note = write(clinic, Content(did=f"did {number}. " * 150, next="Same"), start, client=client)

    first, *others = pages_of(on_paper(note))

    text = " ".join([first, *others])
    assert others
    assert [text.index(f"did {number}.") for number in (3, 2, 1, 0)] == sorted(
        text.index(f"did {number}.") for number in range(4)
    )
    assert [page for page in others if not page.startswith("Niamh Byrne")] == []
    assert [page for page in (first, *others) if page.rstrip().endswith("Therapist 1, Alder Street")] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("محمد العربي, 王小明 たなか, Łukasz", ""),
        ("Sore 🙂 and ნ", "�: a letter or picture that this file cannot show."),
    ],
)
def test_any_script_is_written_and_what_no_font_has_leaves_a_mark(
    clinic: Clinic, words: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    note = write(clinic, Content(found=words, next=words), name=words)
    add_to_note(note=note, text=words, by_id=note.author_id, now=NOW)

    text = " ".join(pages_of(on_paper(note)))

    assert ("�: a letter or picture that this file cannot show." in text) == bool(expected)
    assert [record.getMessage() for record in caplog.records if "missing" in record.getMessage()] == []


def test_the_longest_note_goes_on_and_every_place_has_its_number(clinic: Clinic) -> None:
    marks = tuple(Mark(region, kind) for region, kind in zip(REGIONS, list(KINDS) * 20, strict=False))[:30]
    long = "王" * 3_999 + "。"
    other = long if IS_LONG else "王" * 399
    content = Content(long, other, other, other, other, other, other, marks)
    note = write(clinic, content)

    pages = pages_of(on_paper(note))

    text = " ".join(pages)
    assert text.count("王") == long.count("王") + 6 * other.count("王")
    assert [count for count in range(1, 31) if f"{count}. {REGIONS[marks[count - 1].region].words}" not in text] == []


def test_a_visit_is_told_by_the_clock_of_its_place(clinic: Clinic) -> None:
    Location.objects.update(time_zone="Asia/Kolkata", country="IN")
    note = write(clinic, Content(next="Same"), "10:00")
    Appointment.objects.update(time_zone="Asia/Kolkata")

    (written,) = on_paper(note).notes

    visit = Appointment.objects.get()
    offset = timedelta(hours=5, minutes=30)
    assert written.when.startswith(f"{(visit.starts_at + offset).strftime('%-d %B %Y')}, ")
