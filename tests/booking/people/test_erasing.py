"""A planted person, erased: nothing of them in the database, its file and log, or a new backup."""

import json
import re
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from booking.models import Case, Client, Intake
from booking.people.copying import collect_personal_data
from booking.people.erasing import REPLACED, erase_client
from booking.people.register import REGISTER, Erased
from booking.people.scrubbing import scrub, scrub_after_erasing
from booking.scheduling.appointments import SYSTEM
from clinic.running.backup import _opened, write_backup
from services.encrypted import health_cipher
from services.encrypted_columns import encrypted_columns
from tests.booking.people.planting import MARKS, PASSING, marks_kept, plant_person, plant_traces
from tests.cast import NOW, Clinic

EVERYTHING = MARKS | PASSING
TOKEN = re.compile(rb"gAAAA[\w=-]{60,}")


@pytest.fixture
def person(transactional_db: None, clinic: Clinic) -> Client:
    visit = plant_person(clinic)
    plant_traces(visit)
    assert visit.client is not None
    return Client.objects.get(pk=visit.client.pk)


def raw_files() -> bytes:
    """On SQLite the bytes of the file, its log and its index."""
    if connection.vendor != "sqlite":
        return b""
    name = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    return b"".join(path.read_bytes() for path in sorted(name.parent.glob(f"{name.name}*")))


def marks_in_files() -> set[str]:
    """As they stand there, or within what is encrypted and lies in one piece."""
    raw = raw_files()
    texts = [raw.decode("latin-1").casefold(), *(_decrypted(token) for token in TOKEN.findall(raw))]
    return {mark for mark in EVERYTHING if any(mark.casefold() in text for text in texts)}


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
    texts += [_decrypted(token.encode()) for text in texts for token in re.findall(r"gaaaa[\w=-]+", text)]
    return {mark for mark in EVERYTHING if any(mark.casefold() in text for text in texts)}


def _decrypted(token: bytes) -> str:
    try:
        return health_cipher().decrypt(token).decode().casefold()
    except InvalidToken:
        return ""


def test_nothing_is_left_of_a_person(person: Client, tmp_path: Path) -> None:
    before, stored, pieces = marks_kept(EVERYTHING), raw_files(), encrypted_pieces()

    erase_client(client=person, by=SYSTEM, now=NOW)

    assert scrub()
    assert (before, {piece in stored for piece in pieces}) == (EVERYTHING, {connection.vendor == "sqlite"})
    assert (marks_kept(EVERYTHING), marks_in_files(), marks_in_backup(tmp_path / "new")) == (set(), set(), set())
    assert [piece for piece in pieces - encrypted_pieces() if piece in raw_files()] == []


def test_what_is_erased_is_in_the_file_until_its_log_is_emptied(person: Client) -> None:
    """Without the scrub the same test finds the person."""
    erase_client(client=person, by=SYSTEM, now=NOW)

    assert (marks_in_files() != set()) is (connection.vendor == "sqlite")


def test_without_overwriting_the_person_stays_in_the_file(person: Client) -> None:
    """The pages in the file keep what was deleted from them: what start-up asserts is needed."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA secure_delete=OFF")
    try:
        erase_client(client=person, by=SYSTEM, now=NOW)

        assert scrub()
        assert (marks_in_files() != set()) is (connection.vendor == "sqlite")
    finally:
        connection.close()


def test_a_scrub_that_had_to_wait_is_made_up_by_the_sweep(person: Client) -> None:
    erase_client(client=person, by=SYSTEM, now=NOW)

    scrub_after_erasing(now=NOW)

    assert marks_in_files() == set()


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
