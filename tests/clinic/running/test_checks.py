import errno
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django.fixtures import Settings

from booking import changes
from clinic.running import checks
from clinic.running.checks import database_fault, require_database, require_static_files, unapplied_migrations
from clinic.running.environment import read_environment
from services import stamp
from services.sealed import make_seals
from tests.cast import make_intake
from tests.environment import sqlite_url
from tests.programs import demo, production, run_python


@pytest.mark.django_db
def test_the_shipped_settings_pass_on_this_engine(engine: str) -> None:
    make_seals()

    require_database()

    assert (database_fault(), unapplied_migrations()) == (None, 0)


@pytest.mark.django_db
def test_a_key_that_was_taken_out_too_early_stops_the_start(
    engine: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    make_intake()
    make_seals()
    old, new = settings.HEALTH_DATA_KEYS[0], Fernet.generate_key().decode()
    settings.HEALTH_DATA_KEYS = [new, old]
    make_intake()
    require_database()
    settings.HEALTH_DATA_KEYS = [new]

    with pytest.raises(SystemExit):
        require_database()

    assert capsys.readouterr().err == (
        "The clinic can't start: HEALTH_DATA_KEYS do not open what is in booking.Intake.answers; "
        "put back the key that it was written with, and take a key out only after `manage.py rotate_keys`.\n"
    )


@pytest.mark.django_db
def test_a_day_that_would_not_hear_of_changes_stops_the_start(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    make_seals()
    changes.drop_triggers()

    with pytest.raises(SystemExit):
        require_database()

    assert capsys.readouterr().err == (
        "The clinic can't start: staff's day would not hear of changes; run `manage.py migrate`.\n"
    )


@pytest.mark.django_db
def test_facts_whose_changes_would_not_be_seen_stop_the_start(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    make_seals()
    stamp.drop_triggers()

    with pytest.raises(SystemExit):
        require_database()

    assert capsys.readouterr().err == (
        "The clinic can't start: it would not see what changes in its set-up; run `manage.py migrate`.\n"
    )


@pytest.mark.django_db
def test_an_audit_trail_without_its_triggers_stops_the_start(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        require_database()

    assert capsys.readouterr().err == (
        "The clinic can't start: the trail or signed notes are not protected; run `manage.py migrate`.\n"
    )


OLD_SQLITE = """
import sqlite3

sqlite3.sqlite_version, sqlite3.sqlite_version_info = "3.37.2", (3, 37, 2)
"""
OTHER_OPTIONS = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"] |= eval(sys.argv[1])
django.setup()
from clinic.running.checks import require_configuration, require_connection
require_configuration()
require_connection()
"""


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"transaction_mode": "DEFERRED"}, "SQLite must open its transactions IMMEDIATE"),
        (
            {"init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"},
            "SQLite runs with journal_mode=delete instead of wal; is DATA_DIR on a network drive",
        ),
        (
            {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"},
            "SQLite runs with synchronous=1 instead of 2; is DATA_DIR on a network drive",
        ),
        (
            {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF"},
            "SQLite runs with foreign_keys=0 instead of 1; is DATA_DIR on a network drive",
        ),
        (
            {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=OFF"
            },
            "SQLite runs with secure_delete=0 instead of 1; is DATA_DIR on a network drive",
        ),
    ],
)
def test_sqlite_with_other_settings_is_refused(tmp_path: Path, options: dict[str, str], fault: str) -> None:
    variables = demo(folder=tmp_path, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(OTHER_OPTIONS, repr(options), variables=variables)

    assert (done.status, done.out, done.err) == (1, "", f"The clinic can't start: {fault}.\n")


def test_an_old_sqlite_is_refused(tmp_path: Path) -> None:
    variables = demo(folder=tmp_path, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(OLD_SQLITE + OTHER_OPTIONS, "{}", variables=variables)

    fault = "SQLite is 3.37.2; 3.38 or newer is needed (it comes with Debian 12)"
    assert (done.status, done.out, done.err) == (1, "", f"The clinic can't start: {fault}.\n")


def test_what_is_made_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    variables = demo(folder=folder, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(OTHER_OPTIONS, "{}", variables=variables)

    assert (done.status, done.err) == (0, "")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"data": 0o700, "demo-secrets.json": 0o600, "clinic.sqlite3": 0o600}


# --- What can't be read


@pytest.fixture
def connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[BaseDatabaseWrapper]:
    """To a database of our own."""
    variables = production(DATABASE_URL=sqlite_url(path=tmp_path / "clinic.sqlite3"), DATA_DIR=str(tmp_path))
    made = ConnectionHandler({"default": read_environment(variables=variables).database})["default"]
    monkeypatch.setattr(checks, "connection", made)
    with django_db_blocker.unblock():
        yield made
        made.close()


@pytest.fixture
def file(connection: BaseDatabaseWrapper, tmp_path: Path) -> Path:
    """Its file, with one table and nothing in its write-ahead log."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT hex(randomblob(100000)) AS text")
    connection.close()
    return tmp_path / "clinic.sqlite3"


DAMAGED = "the database is damaged; restore a backup, or move its file away to begin with an empty clinic"


@pytest.mark.parametrize("damage", [lambda whole: b"\x07" * 300, lambda whole: whole[:40_000]], ids=["garbage", "cut"])
def test_a_damaged_database_is_a_sentence_and_stays(file: Path, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)

    assert checks.database_fault() == DAMAGED
    assert file.read_bytes() == damaged


@pytest.mark.parametrize("ending", ["", "-wal", "-journal"])
def test_a_folder_in_the_place_of_the_database_is_a_sentence_and_stays(file: Path, ending: str) -> None:
    folder = file.with_name(file.name + ending)
    folder.unlink(missing_ok=True)
    folder.mkdir()

    assert checks.database_fault() == (
        f"{folder.name} in {file.parent} is a folder where a file of the database belongs; move it away"
    )
    assert folder.is_dir()


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("content", [b"", b"\x07" * 300], ids=["empty", "garbage"])
def test_leavings_beside_the_database_that_say_nothing_are_thrown_away(file: Path, ending: str, content: bytes) -> None:
    file.with_name(file.name + ending).write_bytes(content)

    assert checks.database_fault() is None


def test_a_folder_in_the_place_of_the_index_of_the_log_is_thrown_away(file: Path) -> None:
    file.with_name("clinic.sqlite3-shm").mkdir()

    assert checks.database_fault() is None


def test_a_database_in_a_folder_that_is_not_there_is_a_sentence(file: Path) -> None:
    shutil.rmtree(file.parent)

    assert checks.database_fault() == f"there is no folder {file.parent} for the database"


def test_trouble_while_a_command_works_ends_it_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), checks.stopping_on_trouble():
        raise OSError(errno.ENOSPC, "marked-answer")

    assert capsys.readouterr().err == "The clinic can't go on: the disk is full; make room and start again.\n"


def test_a_fault_of_ours_keeps_its_traceback(connection: BaseDatabaseWrapper) -> None:
    with pytest.raises(OperationalError, match="no such table"), checks.stopping_on_trouble():
        connection.cursor().execute("SELECT * FROM no_such")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\x00"])
def test_a_list_of_collected_files_that_can_not_be_read_is_thrown_away(
    tmp_path: Path, settings: Settings, content: bytes
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_bytes(content)

    with pytest.raises(SystemExit):
        require_static_files()

    assert list(tmp_path.iterdir()) == []


def test_a_server_without_collected_files_is_refused(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STATIC_ROOT = tmp_path

    with pytest.raises(SystemExit) as stopped:
        require_static_files(exit_status=4)

    assert stopped.value.code == 4
    assert capsys.readouterr().err == (
        "The clinic can't start: the static files are not collected; "
        "run `manage.py collectstatic --no-input`, or `manage.py up --migrate`.\n"
    )


def test_a_server_with_collected_files_or_none_to_collect_starts(tmp_path: Path, settings: Settings) -> None:
    require_static_files()

    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    require_static_files()
