"""What was typed about people, in clear, is encrypted by an upgrade, on either engine, and is in no file afterwards."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps.registry import Apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from booking.models import Appointment, AppointmentEvent, Clearance, Condition
from clinic.running import versions
from clinic.running.backup import read_backup, write_backup
from clinic.running.checks import unapplied_migrations
from services import encrypted_columns
from services.encrypted_columns import KeysDoNotFit
from services.models import TimeOff
from services.sealed import drop_seals
from tests.cast import NOW
from tests.test_upgrades import all_before

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [
    "auth.0012_alter_user_first_name_max_length",
    "otp_static.0003_add_timestamps",
    "otp_totp.0003_add_timestamps",
    "services.0008_how_long_data_is_kept",
    "booking.0017_nights_of_erasing",
    "clinic.0001_initial",
]
ROWS = 7
MARKS = {"NEEDSMARK", "REASONMARK", "REMARKMARK", "WROTEMARK", "AWAYMARK", "LOGMARK"}


@pytest.fixture
def version_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[Apps]:
    """The last tables that held typed text in clear, with rows; afterwards those of today again, without."""
    monkeypatch.setattr(encrypted_columns, "ROWS_AT_ONCE", 3)
    drop_seals()
    versions.start_over_at(all_before(BEFORE))
    before = versions.models_as_stored()
    fill(before)
    yield before
    if unapplied_migrations():
        versions.start_over_at([])
        versions.migrate_on()
    drop_seals()
    ContentType.objects.clear_cache()


def fill(before: Apps) -> None:
    """A few visits, as the code of that day would have written them, and a line that the back office keeps of each."""

    def make(label: str, **fields: Any) -> Any:
        return before.get_model(label)._default_manager.create(**fields)

    user = make("auth.User", username="ann", password="x", is_superuser=True)
    location = make("services.Location", name="Alder Street", address="1 Alder Street", phone="01 555 0142")
    treatment = before.get_model("services.Treatment")._default_manager.order_by("pk")[0]
    therapist = make("services.Therapist", name="Ana Ruiz")
    client = make("booking.Client", name="Niamh Byrne", created_at=NOW)
    kind = make("contenttypes.ContentType", app_label="services", model="timeoff")
    for number in range(ROWS):
        starts_at = NOW + timedelta(days=number)
        span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        visit = make(
            "booking.Appointment", state="booked", client=client, treatment=treatment, minutes=60, therapist=therapist,
            location=location, **span, busy_until=span["ends_at"], wall_time="2026-11-26T14:30",
            time_zone="Europe/Dublin", price=60, currency="EUR", created_at=NOW,
            access_needs=f"NEEDSMARK {number} é" if number else "",
        )  # fmt: skip
        make(
            "booking.AppointmentEvent", appointment=visit, at=NOW, actor="staff", by=user, verb="book", state="booked",
            version=1, reason=f"REASONMARK {number}",
        )  # fmt: skip
        make("booking.Condition", appointment=visit, kind="form_missing", remark=f"REMARKMARK {number}")
        intake = make("booking.Intake", client=client, answers={"age_years": 40}, consented_at=NOW, created_at=NOW)
        case = make("booking.Case", kind="physician", intake=intake, client=client, opened_at=NOW)
        make(
            "booking.Clearance", case=case, intake=intake, written_by=f"Dr WROTEMARK {number}", limits={},
            written_date=date(2026, 11, 1), valid_until=date(2027, 11, 1), recorded_by=user, recorded_at=NOW,
        )  # fmt: skip
        off = make("services.TimeOff", therapist=therapist, **span, reason=f"AWAYMARK {number}")
        make(
            "admin.LogEntry", user=user, content_type=kind, object_id=str(off.pk), action_flag=1,
            object_repr=f"Ana Ruiz: LOGMARK {number}",
        )  # fmt: skip


def what_was_typed() -> dict[str, list[str]]:
    return {
        "needs": list(Appointment.objects.order_by("pk").values_list("access_needs", flat=True)),
        "reasons": list(AppointmentEvent.objects.order_by("pk").values_list("reason", flat=True)),
        "remarks": list(Condition.objects.order_by("pk").values_list("remark", flat=True)),
        "wrote": list(Clearance.objects.order_by("pk").values_list("written_by", flat=True)),
        "away": list(TimeOff.objects.order_by("pk").values_list("reason", flat=True)),
    }


AS_TYPED = {
    "needs": ["", *(f"NEEDSMARK {number} é" for number in range(1, ROWS))],
    "reasons": [f"REASONMARK {number}" for number in range(ROWS)],
    "remarks": [f"REMARKMARK {number}" for number in range(ROWS)],
    "wrote": [f"Dr WROTEMARK {number}" for number in range(ROWS)],
    "away": [f"AWAYMARK {number}" for number in range(ROWS)],
}


def stored_in_clear() -> set[str]:
    """Which marks the rows hold, asked for past every model."""
    columns = {
        "booking_appointment": "access_needs",
        "booking_appointmentevent": "reason",
        "booking_condition": "remark",
        "booking_clearance": "written_by",
        "services_timeoff": "reason",
        "django_admin_log": "object_repr",
    }
    with connection.cursor() as cursor:
        held = ""
        for table, column in columns.items():
            cursor.execute(f"SELECT {column} FROM {table}")
            held += "\n".join(value for (value,) in cursor.fetchall())
    return {mark for mark in MARKS if mark in held}


def in_the_files() -> set[str]:
    """Which marks are somewhere in the bytes of the database: free pages, dead rows and SQLite's log included."""
    held = b"".join(_files())
    return {mark for mark in MARKS if mark.encode() in held}


def _files() -> list[bytes]:
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        beside = [path.with_name(path.name + ending) for ending in ("", "-wal", "-journal")]
        return [one.read_bytes() for one in beside if one.exists()]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid), true) FROM pg_class "
            "WHERE relkind IN ('r', 't', 'i') AND pg_relation_filepath(oid) LIKE 'base/%'"
        )
        return [bytes(content) for (content,) in cursor.fetchall() if content]


def migrate(*target: str) -> None:
    call_command("migrate", *target, interactive=False, verbosity=0)


def test_the_upgrade_leaves_no_clear_text_in_the_files(
    version_before: Apps, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused without the right keys, cut off in the middle, and then done: never half."""
    waiting, keys = unapplied_migrations(), settings.HEALTH_DATA_KEYS
    before = stored_in_clear(), in_the_files()

    refusals = [migrate_with([], settings), migrate_with([Fernet.generate_key().decode()], settings)]
    after_refusals = unapplied_migrations(), stored_in_clear()
    settings.HEALTH_DATA_KEYS = keys
    migrate_until_it_dies(monkeypatch, at_batch=6)  # the second batch of the second table
    after_the_cut = stored_in_clear()
    migrate("booking", "0018")
    encrypted = stored_in_clear(), in_the_files()
    migrate()

    # The look finds what is in rows, and also what is only left over from them.
    assert before == (MARKS, MARKS)
    assert refusals == [REFUSAL, REFUSAL]
    assert after_refusals == (waiting, MARKS)
    assert after_the_cut == MARKS - {"AWAYMARK", "LOGMARK"}
    assert encrypted == (set(), MARKS)
    assert (unapplied_migrations(), stored_in_clear(), in_the_files()) == (0, set(), set())
    assert what_was_typed() == AS_TYPED
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {"Time off"}


REFUSAL = (
    "HEALTH_DATA_KEYS do not open what is in booking.Intake.answers, so this migration changed nothing. "
    "Set the keys that this database was written with, then migrate again."
)


def migrate_with(keys: list[str], settings: Any) -> str:
    settings.HEALTH_DATA_KEYS = keys
    with pytest.raises(KeysDoNotFit) as refusal:
        migrate()
    return str(refusal.value)


def migrate_until_it_dies(monkeypatch: pytest.MonkeyPatch, *, at_batch: int) -> None:
    replace, batches = encrypted_columns.replace, list[object]()

    def dying(*args: Any) -> None:
        batches.append(args)
        if len(batches) == at_batch:
            raise KeyboardInterrupt
        replace(*args)

    with monkeypatch.context() as patch:
        patch.setattr(encrypted_columns, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            migrate()


@pytest.mark.prove
def test_the_upgrade_can_be_taken_back(version_before: Apps) -> None:
    migrate("booking", "0019")

    migrate("booking", "0017")
    migrate("services", "0008")

    assert stored_in_clear() == MARKS - {"LOGMARK"}
    rows = version_before.get_model("booking.Appointment")._default_manager.order_by("pk")
    assert list(rows.values_list("access_needs", flat=True)) == AS_TYPED["needs"]


@pytest.mark.prove
def test_a_backup_of_before_comes_back_encrypted(version_before: Apps, tmp_path: Path) -> None:
    path = tmp_path / "before.backup"
    write_backup(path=path, now=NOW)
    versions.start_over_at([])
    encrypted_columns.forget_clear_text()

    read_backup(path=path, now=NOW)

    assert what_was_typed() == AS_TYPED
    assert (stored_in_clear(), in_the_files()) == (set(), set())


def test_clear_text_is_not_left_behind_in_silence_while_somebody_reads(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "postgresql":
        encrypted_columns.forget_clear_text("booking_condition")  # waits for who uses the table
        return
    reader = sqlite3.connect(connection.settings_dict["NAME"])
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM booking_condition").fetchall()

    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.01)  # seconds of patience
        with pytest.raises(CommandError, match="Stop the clinic, then migrate again"):
            encrypted_columns.forget_clear_text()
    reader.close()
    encrypted_columns.forget_clear_text()

    assert Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size == 0
