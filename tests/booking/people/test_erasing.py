"""A planted person, erased: nothing of them in the database, its file and log, or a new backup."""

import json
import re
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import connection

from booking.models import Case, Client, Intake, Note
from booking.people.copying import collect_personal_data
from booking.people.erasing import REPLACED, erase_client
from booking.people.register import REGISTER, Erased
from booking.people.scrubbing import scrub
from booking.scheduling.appointments import SYSTEM
from clinic.running.backup import _opened, write_backup
from services.encrypted_columns import encrypted_columns
from services.sealed import drop_seals, make_seals, missing_seals
from tests.booking.people.files import EVERYTHING, decrypted, marks_in_files, raw_files
from tests.booking.people.planting import marks_kept
from tests.cast import NOW, Clinic


def encrypted_pieces() -> set[bytes]:
    """The beginning of every value that is stored encrypted or packed; a long one lies in the file in pieces."""
    pieces = {row.session_data for row in Session.objects.all()}
    with connection.cursor() as cursor:
        for column in encrypted_columns():
            cursor.execute(f"SELECT {column.name} FROM {column.table} WHERE {column.name} <> ''")
            pieces |= {value for (value,) in cursor.fetchall()}
    return {piece.encode()[:80] for piece in pieces}


def marks_in_backup(path: Path) -> set[str]:
    write_backup(path=path, now=NOW)
    texts = [json.dumps(line, default=str).casefold() for line in _opened(path)]
    texts += [decrypted(token.encode()) for text in texts for token in re.findall(r"gaaaa[\w=-]+", text)]
    return {mark for mark in EVERYTHING if any(mark.casefold() in text for text in texts)}


def test_nothing_is_left_of_a_person(person: Client, tmp_path: Path) -> None:
    before, stored, pieces = marks_kept(EVERYTHING), raw_files(), encrypted_pieces()

    erase_client(client=person, by=SYSTEM, now=NOW)

    assert scrub()
    assert (before, {piece in stored for piece in pieces}) == (EVERYTHING, {connection.vendor == "sqlite"})
    assert (marks_kept(EVERYTHING), marks_in_files(), marks_in_backup(tmp_path / "new")) == (set(), set(), set())
    assert [piece for piece in pieces - encrypted_pieces() if piece in raw_files()] == []


def test_a_signed_note_goes_with_its_person_and_the_others_are_closed_again(person: Client, engine: str) -> None:
    make_seals()
    try:
        counts = erase_client(client=person, by=SYSTEM, now=NOW)

        assert (counts["booking.Note"], counts["booking.NoteAddition"]) == (1, 1)
        assert (Note.objects.count(), missing_seals()) == (0, set())
    finally:
        drop_seals()


def test_whoever_was_signed_in_stays_so(person: Client) -> None:
    erase_client(client=person, by=SYSTEM, now=NOW)

    assert [row.get_decoded() for row in Session.objects.all() if "kept" in row.get_decoded()] == [{"kept": "yes"}]


def test_another_person_at_the_same_address_stays(person: Client, clinic: Clinic) -> None:
    """Brother and sister, one mailbox: his case is his."""
    Case.objects.filter(contact_name="NAMEMARK").update(contact_name="Cian Byrne", contact_email=person.email)
    brother = Client.objects.create(name="Cian Byrne", email=person.email, phone="", created_at=NOW)
    checks = Intake.objects.filter(cases__contact_name="Cian Byrne").count()

    erase_client(client=person, by=SYSTEM, now=NOW)

    brother.refresh_from_db()
    assert (brother.name, checks, Intake.objects.count()) == ("Cian Byrne", 1, 1)
    assert len(collect_personal_data(client=brother)["safety_checks"]) == 1


def test_every_field_that_is_replaced_says_by_what() -> None:
    listed = {f"{table.model}.{one.name}" for table in REGISTER for one in table if one.erased is Erased.REPLACED}

    assert set(REPLACED) == listed
