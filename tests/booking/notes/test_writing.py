from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from booking.models import Appointment, Note, NoteAddition, State
from booking.notes.content import Content, Mark, NoteInvalid
from booking.notes.writing import (
    NoteChangedMeanwhile,
    NoteClosed,
    NoteRefused,
    add_to_note,
    save_note,
    sign_note,
)
from services.sealed import make_seals
from tests.cast import NOW, Clinic, at, book, make_clinic, soon
from tests.processes import Crew

WRITTEN = Content(
    found="Low back guarded",
    did="Legs 10 min",
    next="Pectorals first",
    marks=(Mark("left_low_back", "tender"),),
    pain_before=6,
    pain_after=3,
)
ONLY_NEXT = Content(next="Same again")


def treated(clinic: Clinic, *, state: State = State.COMPLETED) -> Appointment:
    visit = book(clinic, at("14:00"))
    Appointment.objects.filter(pk=visit.pk).update(state=state)
    return visit


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return treated(clinic)


@pytest.fixture
def ana(clinic: Clinic) -> int:
    return User.objects.create(username="ana").pk


def contents() -> list[tuple[int, Content, bool]]:
    return [(note.version, Content.from_json(note.content), note.signed_at is not None) for note in Note.objects.all()]


def test_a_note_is_saved_as_often_as_it_is_typed_and_signed_once(visit: Appointment, ana: int, engine: str) -> None:
    save_note(appointment=visit, content=Content(found=" Low back "), seen=0, by_id=ana, now=NOW)
    save_note(appointment=visit, content=WRITTEN, seen=1, by_id=ana, now=soon(1))
    again = save_note(appointment=visit, content=WRITTEN, seen=2, by_id=ana, now=soon(2))
    signed = sign_note(appointment=visit, content=WRITTEN, seen=2, by_id=ana, now=soon(3))
    twice = sign_note(appointment=visit, content=WRITTEN, seen=2, by_id=ana, now=soon(4))

    assert contents() == [(3, WRITTEN, True)]
    assert (again.version, again.saved_at) == (2, soon(1))
    assert (signed.signed_at, signed.signed_by_id, signed.created_at) == (soon(3), ana, NOW)
    assert twice.signed_at == soon(3)


def test_the_later_of_two_pages_is_shown_what_the_other_has_saved(visit: Appointment, ana: int, engine: str) -> None:
    save_note(appointment=visit, content=WRITTEN, seen=0, by_id=ana, now=NOW)

    with pytest.raises(NoteChangedMeanwhile) as refused:
        save_note(appointment=visit, content=ONLY_NEXT, seen=0, by_id=ana, now=soon(1))

    assert Content.from_json(refused.value.note.content) == WRITTEN
    assert contents() == [(1, WRITTEN, False)]
    with pytest.raises(NoteChangedMeanwhile):
        sign_note(appointment=visit, content=ONLY_NEXT, seen=0, by_id=ana, now=soon(1))
    # The same words from a page that is behind are no quarrel.
    assert save_note(appointment=visit, content=WRITTEN, seen=0, by_id=ana, now=soon(1)).version == 1
    # With what stands before their eyes they may write over it.
    save_note(appointment=visit, content=ONLY_NEXT, seen=1, by_id=ana, now=soon(2))
    assert contents() == [(2, ONLY_NEXT, False)]


def test_a_signed_note_is_added_to_and_never_changed(visit: Appointment, ana: int, engine: str) -> None:
    note = sign_note(appointment=visit, content=ONLY_NEXT, seen=0, by_id=ana, now=NOW)

    with pytest.raises(NoteClosed):
        save_note(appointment=visit, content=WRITTEN, seen=1, by_id=ana, now=NOW)
    with pytest.raises(NoteClosed):
        sign_note(appointment=visit, content=WRITTEN, seen=1, by_id=ana, now=NOW)
    for text in ("It was the left one.", "It was the left one. ", "And the neck."):
        add_to_note(note=note, text=text, by_id=ana, now=soon(5))

    assert contents() == [(1, ONLY_NEXT, True)]
    said = list(NoteAddition.objects.values_list("text", "by", "at"))
    assert said == [("It was the left one.", ana, soon(5)), ("And the neck.", ana, soon(5))]


def test_nothing_is_added_to_a_note_that_can_still_be_written(visit: Appointment, ana: int) -> None:
    note = save_note(appointment=visit, content=ONLY_NEXT, seen=0, by_id=ana, now=NOW)

    with pytest.raises(NoteRefused):
        add_to_note(note=note, text="More", by_id=ana, now=NOW)

    assert NoteAddition.objects.count() == 0


@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_TREATMENT, State.COMPLETED, State.CANCELLING}))
def test_a_note_is_written_from_the_beginning_of_the_treatment_on(clinic: Clinic, ana: int, state: State) -> None:
    early = treated(clinic, state=State.IN_TREATMENT)
    save_note(appointment=early, content=ONLY_NEXT, seen=0, by_id=ana, now=NOW)
    Appointment.objects.filter(pk=early.pk).update(state=state, deadline_at=NOW)

    with pytest.raises(NoteRefused):
        save_note(appointment=early, content=WRITTEN, seen=1, by_id=ana, now=NOW)

    assert contents() == [(1, ONLY_NEXT, False)]


@pytest.mark.parametrize(
    "content",
    [
        Content(found="x" * 4_001),
        Content(planned="x" * 4_001),
        Content(marks=(Mark("nowhere", "tight"),)),
        Content(marks=(Mark("left_calf", "blue"),)),
        Content(pain_before=11),
        Content(pain_after=-1),
    ],
)
def test_what_a_note_can_not_hold_is_refused(visit: Appointment, ana: int, content: Content) -> None:
    with pytest.raises(NoteInvalid):
        save_note(appointment=visit, content=content, seen=0, by_id=ana, now=NOW)

    assert contents() == []


def test_nobody_signs_without_a_word_on_what_comes_next(visit: Appointment, ana: int) -> None:
    with pytest.raises(NoteInvalid):
        sign_note(appointment=visit, content=Content(found="Knots", next=" \n"), seen=0, by_id=ana, now=NOW)

    assert contents() == []


ATTACKS: dict[str, Callable[[Note], Any]] = {
    "a bulk update": lambda note: Note.objects.filter(pk=note.pk).update(content={"next": "else"}),
    "saving": lambda note: Note(
        pk=note.pk, appointment=note.appointment, author_id=note.author_id, created_at=NOW, saved_at=NOW, content={}
    ).save(force_update=True),
    "taking the signature back": lambda note: Note.objects.filter(pk=note.pk).update(signed_at=None, signed_by=None),
    "deleting": lambda note: note.delete(),
    "an addition changed": lambda note: note.additions.update(text="else"),
    "an addition deleted": lambda note: NoteAddition.objects.all().delete(),
    "plain SQL": lambda _note: connection.cursor().execute("UPDATE booking_note SET version = 9"),
    "plain SQL that deletes": lambda _note: connection.cursor().execute("DELETE FROM booking_noteaddition"),
    "replacing its row": lambda note: connection.cursor().execute(
        "REPLACE INTO booking_note (id, appointment_id, author_id, content, version, created_at, saved_at) "
        "SELECT id + 1, appointment_id, author_id, 'else', 1, created_at, saved_at FROM booking_note"
    ),
    "emptying the table": lambda _note: connection.cursor().execute("TRUNCATE booking_note CASCADE"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses_to_change_a_signed_note(visit: Appointment, ana: int, engine: str, name: str) -> None:
    make_seals()
    note = sign_note(appointment=visit, content=WRITTEN, seen=0, by_id=ana, now=NOW)
    add_to_note(note=note, text="The left one.", by_id=ana, now=NOW)
    before = (list(Note.objects.values()), list(NoteAddition.objects.values()))

    with pytest.raises(DatabaseError), transaction.atomic():
        ATTACKS[name](note)

    assert (list(Note.objects.values()), list(NoteAddition.objects.values())) == before


def test_an_unsigned_note_can_be_changed_so_it_is_the_signature_that_closes(visit: Appointment, ana: int) -> None:
    make_seals()
    note = save_note(appointment=visit, content=WRITTEN, seen=0, by_id=ana, now=NOW)

    assert Note.objects.filter(pk=note.pk).update(content=ONLY_NEXT.as_json()) == 1
    note.delete()

    assert contents() == []


def test_a_note_is_not_signed_by_nobody(visit: Appointment, ana: int, engine: str) -> None:
    save_note(appointment=visit, content=WRITTEN, seen=0, by_id=ana, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.update(signed_at=NOW)


def write(*, visit: int, words: str, by: int) -> str:
    """In a process of its own; what another wrote first."""
    try:
        save_note(
            appointment=Appointment.objects.get(pk=visit),
            content=Content(next=words),
            seen=0,
            by_id=by,
            now=timezone.now(),
        )
    except NoteChangedMeanwhile as refused:
        return str(refused.note.content["next"])
    return "saved"


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_at_the_same_moment_one_saves_and_the_other_sees_it(crew: Crew) -> None:
    clinic = make_clinic()
    by = User.objects.create(username="ana").pk
    for round_ in range(4):
        visit = book(clinic, at("09:00") + timedelta(days=round_ + 1))
        Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
        calls = [{"visit": visit.pk, "words": words, "by": by} for words in ("one", "two")]

        outcomes = [outcome.value for outcome in crew.run(write, calls)]

        stored = Note.objects.get(appointment=visit)
        assert sorted(outcomes) == sorted(["saved", stored.content["next"]])
        assert stored.version == 1
