"""A clinic with rows is upgraded from the first version that landed, and its old backups come back, on either engine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from booking.models import Client, Intake, Message, Note, NoteAddition
from clinic.models import AuditEntry, StaffProfile
from clinic.running import backup, versions
from clinic.running.backup import BackupRefused, back_up_before_migrating, read_backup, write_backup
from clinic.running.checks import unapplied_migrations
from services.models import ClinicPolicy, TimeOff
from services.sealed import drop_seals, make_seals, missing_seals
from tests.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = [
    "auth.0012_alter_user_first_name_max_length",
    "otp_static.0003_add_timestamps",
    "otp_totp.0003_add_timestamps",
    "services.0001_initial",
    "booking.0001_initial",
    "clinic.0001_initial",
]
FIRST_INDEX = "CREATE INDEX message_waiting ON booking_message (next_try_at, id) WHERE state IN ('queued', 'deferred')"
ANSWERS = {"age_years": 40, "other_concern": "ANSWERMARK"}


@pytest.fixture
def first_version() -> Iterator[Apps]:
    """The tables of the first migrations; afterwards those of today again."""
    drop_seals()
    versions.start_over_at(all_before(FIRST))
    yield versions.models_as_stored()
    if unapplied_migrations():
        versions.start_over_at([])
    drop_seals()
    ContentType.objects.clear_cache()


def all_before(migrations: list[str]) -> list[str]:
    """These, with what they need of their apps."""
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    named = {name.partition(".")[0] for name in migrations}
    plans = [graph.forwards_plan((name.partition(".")[0], name.partition(".")[2])) for name in migrations]
    return sorted({f"{app}.{name}" for plan in plans for app, name in plan if app in named})


def fill(first: Apps) -> None:
    """A few rows, as the code of that day would have written them."""

    def make(label: str, **fields: Any) -> Any:
        return first.get_model(label)._default_manager.create(**fields)

    user = make("auth.User", username="ann", password="x", is_superuser=True)
    make("clinic.StaffProfile", user=user, role="owner")
    make("clinic.AuditEntry", at=NOW, by=user, verb="view", object_type="client", object_id="1")
    make("services.ClinicPolicy", id=1, clinic_name="Alder Street", notice_minutes=90)
    therapist = make("services.Therapist", name="Ana Ruiz")
    make("services.TimeOff", therapist=therapist, starts_at=NOW, ends_at=NOW + timedelta(hours=1), reason="Flu")
    client = make("booking.Client", name="Niamh Byrne", email="n@example.com", created_at=NOW)
    make("booking.Intake", client=client, answers=ANSWERS, consented_at=NOW, created_at=NOW)
    due = NOW + timedelta(days=1)
    make(
        "booking.Message",
        dedupe_key="visit:1",
        kind="booked",
        recipient="n@example.com",
        due_at=due,
        next_try_at=due,
        message_id="<1@example.com>",
        created_at=NOW,
    )


def write_notes() -> None:
    """On the way, where notes had come: one that is signed and was added to, and one that is not."""
    stored = versions.models_as_stored()

    def make(label: str, **fields: Any) -> Any:
        return stored.get_model(label)._default_manager.create(**fields)

    place = make("services.Location", name="Alder Street", time_zone="Europe/Dublin", country="IE")
    ann = stored.get_model("auth.User")._default_manager.get()
    for number, signed_at in enumerate((NOW, None)):
        start = NOW - timedelta(days=1, hours=number)
        visit = make(
            "booking.Appointment",
            public_id=f"visit{number}",
            reference=f"AAAAAA{number}",
            state="completed",
            client=stored.get_model("booking.Client")._default_manager.get(),
            treatment=stored.get_model("services.Treatment")._default_manager.order_by("pk")[0],
            therapist=stored.get_model("services.Therapist")._default_manager.get(),
            location=place,
            minutes=50,
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
            busy_until=start + timedelta(minutes=60),
            wall_time=f"{start:%Y-%m-%dT%H:%M}",
            time_zone="Europe/Dublin",
            price=60,
            currency="EUR",
            created_at=NOW,
        )
        note = make(
            "booking.Note",
            appointment=visit,
            author=ann,
            content={"next": f"NOTE{number}"},
            created_at=NOW,
            saved_at=NOW,
            signed_at=signed_at,
            signed_by=ann if signed_at else None,
        )
    make("booking.NoteAddition", note_id=note.pk - 1, text="ADDED", by=ann, at=NOW)


def notes_there() -> dict[str, Any]:
    return {
        "notes": list(Note.objects.order_by("pk").values_list("content", "signed_at")),
        "additions": list(NoteAddition.objects.values_list("text", flat=True)),
    }


def what_is_there() -> dict[str, Any]:
    return {
        "migrations": unapplied_migrations(),
        "users": list(User.objects.values_list("username", flat=True)),
        "roles": list(StaffProfile.objects.values_list("role", flat=True)),
        "trail": list(AuditEntry.objects.values_list("verb", flat=True)),
        "policy": list(ClinicPolicy.objects.values_list("clinic_name", "notice_minutes")),
        "time off": list(TimeOff.objects.values_list("reason", flat=True)),
        "clients": list(Client.objects.values_list("name", flat=True)),
        "answers": list(Intake.objects.values_list("answers", flat=True)),
        "mails": list(Message.objects.values_list("dedupe_key", "was_unclear", "on_date")),
    }


AS_IT_WAS = {
    "migrations": 0,
    "users": ["ann"],
    "roles": ["owner"],
    "trail": ["view"],
    "policy": [("Alder Street", 90)],
    "time off": ["Flu"],
    "clients": ["Niamh Byrne"],
    "answers": [ANSWERS],
    "mails": [("visit:1", False, None)],
}


WITH_NOTES = "0027_notes"
NOTES = {"notes": [({"next": "NOTE0"}, NOW), ({"next": "NOTE1"}, None)], "additions": ["ADDED"]}


def test_rows_of_the_first_version_are_upgraded_after_a_backup_that_comes_back(
    first_version: Apps, tmp_path: Path
) -> None:
    fill(first_version)

    kept = back_up_before_migrating(folder=tmp_path, now=NOW)
    MigrationExecutor(connection).migrate([("booking", WITH_NOTES)])
    write_notes()
    make_seals()  # as that version did after migrating
    call_command("migrate", interactive=False, verbosity=0)
    upgraded, notes = what_is_there(), notes_there()
    with pytest.raises(DatabaseError, match="never changed"):
        Note.objects.filter(signed_at__isnull=False).update(version=9)
    missing = missing_seals()
    versions._drop_tables()
    assert kept is not None
    rows = read_backup(path=kept, now=NOW)

    assert upgraded == AS_IT_WAS
    assert (notes, missing) == (NOTES, set())
    assert what_is_there() == AS_IT_WAS
    assert rows >= 7
    assert Client.objects.create(name="Next", created_at=NOW).pk > Client.objects.order_by("pk")[0].pk


def test_the_tables_of_the_first_day_are_completed(first_version: Apps) -> None:
    """As the first landed commit made them: columns, a table and a constraint fewer, and another index."""
    fill(first_version)
    message = first_version.get_model("booking.Message")
    policy = first_version.get_model("services.ClinicPolicy")
    with connection.schema_editor() as editor:
        editor.delete_model(first_version.get_model("booking.RulebookSignature"))
        of_notice = next(one for one in policy._meta.constraints if "notice" in one.name)
        policy._meta.constraints = [
            one for one in policy._meta.constraints if one is not of_notice
        ]  # SQLite copies the table with those that are left
        editor.remove_constraint(policy, of_notice)
        for index in message._meta.indexes:
            editor.remove_index(message, index)
        for name in ("on_date", "was_unclear"):
            editor.execute(f"ALTER TABLE booking_message DROP COLUMN {name}")
        editor.execute(FIRST_INDEX)
    policy.objects.update(notice_minutes=50_000)

    call_command("migrate", interactive=False, verbosity=0)

    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "booking_message")
        tables = connection.introspection.table_names(cursor)
        limits = connection.introspection.get_constraints(cursor, "services_clinicpolicy")
    assert what_is_there() == AS_IT_WAS | {"policy": [("Alder Street", 43_200)]}
    assert constraints["message_waiting"]["columns"] == ["state", "next_try_at"]
    assert constraints["message_under_lease"]["columns"] == ["state", "lease_until"]
    assert "booking_rulebooksignature" in tables
    assert "policy_notice_at_most_thirty_days" in limits


@pytest.mark.prove
def test_an_upgrade_without_rows_or_without_migrations_needs_no_backup(first_version: Apps, tmp_path: Path) -> None:
    without_rows = back_up_before_migrating(folder=tmp_path, now=NOW)
    fill(first_version)
    versions.migrate_on()
    without_migrations = back_up_before_migrating(folder=tmp_path, now=NOW)

    assert (without_rows, without_migrations, list(tmp_path.iterdir())) == (None, None, [])


@pytest.mark.prove
def test_the_newest_backups_of_upgrades_are_kept(first_version: Apps, tmp_path: Path) -> None:
    fill(first_version)

    made = [back_up_before_migrating(folder=tmp_path, now=NOW + timedelta(days=day)) for day in range(5)]

    assert sorted(tmp_path.iterdir()) == made[2:]


@pytest.mark.prove
def test_a_damaged_old_backup_changes_nothing(first_version: Apps, tmp_path: Path) -> None:
    fill(first_version)
    path = tmp_path / "old.backup"
    write_backup(path=path, now=NOW)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    versions.start_over_at([])
    versions.migrate_on()
    before = backup._migrations()

    with pytest.raises(BackupRefused, match="damaged"):
        read_backup(path=path, now=NOW)

    assert (backup._migrations(), Client.objects.count()) == (before, 0)
