"""A clinic is written to a file and comes back as it was, on the same engine and on the other."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from booking.models import Appointment, Client, Intake, Note, State
from booking.notes.content import Content
from booking.notes.granting import grant_reading
from booking.notes.writing import add_to_note, save_note, sign_note
from clinic.record.audit import write_entry
from clinic.running import backup
from clinic.running.backup import BackupRefused, read_backup, write_backup
from services import facts, stamp
from services.models import Room
from services.sealed import drop_seals, make_seals, missing_seals
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, at, make_clinic, make_intake, soon

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "ANSWERMARK"


@pytest.fixture
def clinic_with_a_day() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    clinic.rooms[0].treatments.add(clinic.treatment)
    make_visit(clinic, starts_at=at("10:00"))
    signed, begun = (make_visit(clinic, starts_at=at(start)) for start in ("14:00", "16:00"))
    requested = make_visit(clinic, starts_at=at("12:00"), state=State.REQUESTED)
    intake = make_intake(answers={"other_concern": MARK}, client=requested.client)
    Appointment.objects.filter(pk=requested.pk).update(intake=intake)
    write_entry(by=User.objects.create_user("ann"), verb="view", object_type="client", object_id=1, now=NOW)
    add_notes(signed=signed, begun=begun)


def add_notes(*, signed: Appointment, begun: Appointment) -> None:
    """One that is signed and was added to, one that is not, and somebody who may read them."""
    Appointment.objects.filter(pk__in=[signed.pk, begun.pk]).update(state=State.COMPLETED)
    ann = User.objects.get(username="ann")
    note = sign_note(appointment=signed, content=Content(found=MARK, next="Same"), seen=0, by_id=ann.pk, now=NOW)
    add_to_note(note=note, text=MARK, by_id=ann.pk, now=NOW)
    save_note(appointment=begun, content=Content(did=MARK), seen=0, by_id=ann.pk, now=NOW)
    assert signed.client is not None
    grant_reading(client=signed.client, reader_id=ann.pk, reason=MARK, until=soon(60), by_id=ann.pk, now=NOW)


def everything() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list(*backup._names(model)))
        for model in backup._kept_models()
    }


def empty_the_database() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_a_clinic_comes_back_as_it_was(clinic_with_a_day: None, tmp_path: Path) -> None:
    before = everything()
    count = sum(len(rows) for rows in before.values())

    written = write_backup(path=tmp_path / "day.backup", now=NOW)
    empty_the_database()
    read = read_backup(path=tmp_path / "day.backup", now=NOW)

    assert (written, read) == (count, count)
    # No mail goes out before somebody has looked at what came back.
    assert everything() == before | {"booking.Parking": [(1, NOW)]}
    assert len(before["booking.Claim"]) > 50
    assert before["services.Room_treatments"]
    notes = [sorted(note.content) for note in Note.objects.order_by("pk")]
    assert notes == [["found", "next"], ["did"]]
    assert (len(before["booking.NoteAddition"]), len(before["booking.NoteGrant"])) == (1, 1)


def test_who_holds_facts_sees_what_came_back(clinic_with_a_day: None, tmp_path: Path) -> None:
    names = facts.current().names(Room)
    write_backup(path=tmp_path / "day.backup", now=NOW)
    empty_the_database()
    stamp.make_triggers()
    empty = facts.current()

    read_backup(path=tmp_path / "day.backup", now=NOW)

    assert (empty.names(Room), facts.current().names(Room), len(names)) == ({}, names, 2)


def test_ids_go_on_after_those_that_came_back(clinic_with_a_day: None, tmp_path: Path) -> None:
    write_backup(path=tmp_path / "day.backup", now=NOW)
    newest = Client.objects.latest("id").pk
    empty_the_database()
    read_backup(path=tmp_path / "day.backup", now=NOW)

    assert Client.objects.create(name="Next", created_at=NOW).pk > newest


def test_the_trail_and_signed_notes_come_back_and_are_guarded(clinic_with_a_day: None, tmp_path: Path) -> None:
    write_backup(path=tmp_path / "day.backup", now=NOW)
    empty_the_database()
    make_seals()
    try:
        read_backup(path=tmp_path / "day.backup", now=NOW)
        assert missing_seals() == set()
        with pytest.raises(DatabaseError, match="never changed"):
            Note.objects.filter(signed_at__isnull=False).update(version=9)
        assert Note.objects.filter(signed_at=None).update(version=9) == 1
    finally:
        drop_seals()

    assert len(everything()["clinic.AuditEntry"]) == 1


def test_nobody_reads_it_without_the_key(clinic_with_a_day: None, tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "day.backup"
    write_backup(path=path, now=NOW)
    text = path.read_text()
    empty_the_database()
    settings.HEALTH_DATA_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(BackupRefused, match="HEALTH_DATA_KEYS are others"):
        read_backup(path=path, now=NOW)

    assert re.findall(f"{MARK}|Niamh|example|booking", text) == []
    assert path.stat().st_mode & 0o777 == 0o600
    assert Client.objects.count() == 0


def test_an_older_key_still_opens_it(clinic_with_a_day: None, tmp_path: Path, settings: Any) -> None:
    write_backup(path=tmp_path / "day.backup", now=NOW)
    empty_the_database()
    settings.HEALTH_DATA_KEYS = [Fernet.generate_key().decode(), *settings.HEALTH_DATA_KEYS]

    read_backup(path=tmp_path / "day.backup", now=NOW)

    assert Intake.objects.latest("id").answers["other_concern"] == MARK


def damage(lines: list[bytes], how: str) -> list[bytes]:
    return {
        "cut": lines[:-1],
        "a line is missing": lines[:2] + lines[3:],
        "rearranged": [*lines[:1], lines[2], lines[1], *lines[3:]],
        "empty": [],
    }[how]


@pytest.mark.parametrize("how", ["cut", "a line is missing", "rearranged", "empty"])
def test_a_damaged_file_changes_nothing(clinic_with_a_day: None, tmp_path: Path, how: str) -> None:
    path = tmp_path / "day.backup"
    write_backup(path=path, now=NOW)
    empty_the_database()
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True), how)))
    before = everything()

    with pytest.raises(BackupRefused, match="damaged"):
        read_backup(path=path, now=NOW)

    assert everything() == before


def test_a_clinic_is_never_overwritten(clinic_with_a_day: None, tmp_path: Path) -> None:
    write_backup(path=tmp_path / "day.backup", now=NOW)
    before = everything()

    with pytest.raises(CommandError, match="already belongs to a clinic"):
        call_command("restore", tmp_path / "day.backup")
    with pytest.raises(CommandError, match="is already there"):
        call_command("backup", tmp_path / "day.backup")

    assert everything() == before


def test_a_backup_of_a_newer_version_is_refused(
    clinic_with_a_day: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(backup, "_migrations", lambda: ["booking.0001_initial", "booking.9999_of_tomorrow"])
        write_backup(path=tmp_path / "day.backup", now=NOW)
    empty_the_database()

    with pytest.raises(BackupRefused, match="newer version"):
        read_backup(path=tmp_path / "day.backup", now=NOW)
