"""What must be true before anything touches data. Each fault ends the process with one sentence, never a traceback.

`require_configuration` asks nothing but the environment. `require_database` opens the database: it is called by web,
worker and `up`, which all refuse to run on unapplied migrations.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from booking.own_files import clear_the_way, read_text
from booking.trouble import Trouble, trouble_of
from clinic.running.demo_secrets import folder_fault

# Commands that touch no data: these run with an empty environment and without a database.
COMMANDS_WITHOUT_DATA = frozenset(
    {
        "help",
        "version",
        "triage",
        "rulebook",
        "check",
        "makemigrations",
        "makemessages",
        "compilemessages",
        "collectstatic",
        "findstatic",
        "diffsettings",
        "startapp",
        "write_docs",
        "make_env",
    }
)
# Ours, which need every table to be there.
COMMANDS_ON_A_CLINIC = frozenset(
    {
        "backup",
        "check_claims",
        "check_search",
        "make_owner",
        "release_mail",
        "rotate_keys",
        "seed_demo",
        "seed_scale",
        "send_due_messages",
        "send_test_mail",
        "tick",
    }
)
# The first one with unixepoch().
OLDEST_SQLITE = (3, 38)
# As SQLite prints them: 2 is FULL.
EXPECTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def require_configuration(*, exit_status: int = 1) -> None:
    """Ends the process with a sentence on a missing, default or contradictory setting.

    Side effects: makes DATA_DIR, and what this process makes from here on is readable for its owner only.
    """
    os.umask(0o077)
    faults = list(settings.CONFIGURATION_FAULTS)
    if not faults:
        faults += _data_dir_faults(settings.DATA_DIR)
    if faults:
        stop(sentence=f"The clinic can't start: {'; '.join(faults)}. See .env.example.", exit_status=exit_status)


def require_connection(*, exit_status: int = 1) -> None:
    """Ends the process with a sentence when the database does not answer, or answers with other settings than ours."""
    fault = database_fault()
    if fault:
        stop(sentence=f"The clinic can't start: {fault}.", exit_status=exit_status)


def require_database(*, exit_status: int = 1) -> None:
    """Like `require_connection`; also, every migration is applied, the keys open what is stored, and system checks pass."""
    require_connection(exit_status=exit_status)
    with stopping_on_trouble(exit_status=exit_status):
        _require_tables(exit_status=exit_status)
        _require_keys(exit_status=exit_status)
    errors = [error for error in checks.run_checks() if error.is_serious()]
    if errors:
        sentence = "; ".join(str(error.msg).rstrip(".") for error in errors)
        stop(sentence=f"The clinic can't start: {sentence}.", exit_status=exit_status)


@contextmanager
def stopping_on_trouble(*, exit_status: int = 1) -> Iterator[None]:
    """Also ends the process with a sentence if the disk fills up, or the database goes away, while it works."""
    try:
        yield
    except (Error, OSError) as error:
        trouble = trouble_of(error)
        # SQLite is never away: what says no more is a fault of ours, and wants its traceback.
        if trouble is None or (trouble is Trouble.AWAY and connection.vendor == "sqlite"):
            raise
        stop(sentence=f"The clinic can't go on: {describe_trouble(error)}.", exit_status=exit_status)


def require_static_files(*, exit_status: int = 1) -> None:
    """Ends the process with a sentence when pages would refer to files that nobody collected."""
    throw_away_damaged_manifest()
    if settings.STATIC_ROOT is not None and not _manifest().exists():
        sentence = (
            "The clinic can't start: the static files are not collected; "
            "run `manage.py collectstatic --no-input`, or `manage.py up --migrate`."
        )
        stop(sentence=sentence, exit_status=exit_status)


def throw_away_damaged_manifest() -> None:
    """A list of static files that a full disk cut short would also stop the command that makes it again."""
    if settings.STATIC_ROOT is None:
        return
    text = read_text(_manifest())
    try:
        is_good = isinstance(json.loads(text or ""), dict)
    except (ValueError, RecursionError):
        is_good = False
    if not is_good:
        clear_the_way(_manifest())
        _manifest().unlink(missing_ok=True)


def stop(*, sentence: str, exit_status: int) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(exit_status)


def database_fault() -> str | None:
    """Says what is wrong without the address: it holds a password."""
    return database_trouble() or (_sqlite_fault() if connection.vendor == "sqlite" else None)


def database_trouble() -> str | None:
    """What may pass by itself: a database that can't be reached, or a disk that refuses."""
    try:
        if connection.vendor == "sqlite":
            # SQLite makes its index of the write-ahead log again; a folder in its place would stop it for ever.
            clear_the_way(Path(f"{connection.settings_dict['NAME']}-shm"))
        connection.ensure_connection()
    except (Error, OSError) as error:
        return describe_trouble(error)
    return None


def describe_trouble(error: Exception) -> str:
    """What an error of the database or the disk means for whoever runs the clinic."""
    sentences = {
        Trouble.FULL: "the disk is full; make room and start again",
        Trouble.REFUSED: "the disk does not take what is written: it is full, over a quota, or broken",
        Trouble.READ_ONLY: "the database or its folder can't be written; look at their rights",
        Trouble.DAMAGED: "the database is damaged; restore a backup, or move its file away to begin with an empty clinic",
        Trouble.BUSY: "another program keeps the database locked",
    }
    trouble = trouble_of(error)
    if connection.vendor == "sqlite" and trouble in (Trouble.NOT_OPENED, Trouble.REFUSED):
        path = Path(connection.settings_dict["NAME"])
        return _folder_in_place(path) or sentences.get(trouble) or _why_not_opened(path)
    unknown = f"the database does not answer ({type(error).__name__}); look at DATABASE_URL and the server"
    return unknown if trouble is None else sentences.get(trouble, unknown)


def _folder_in_place(path: Path) -> str:
    beside = [path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))]
    folders = [one.name for one in beside if one.is_dir()]
    return (
        f"{folders[0]} in {path.parent} is a folder where a file of the database belongs; move it away"
        if folders
        else ""
    )


def _why_not_opened(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} for the database"
    return "the database can't be opened; look at the rights of its file and folder, and whether the disk is full"


def unapplied_migrations() -> int:
    """Raises DatabaseError when the database does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _require_tables(*, exit_status: int) -> None:
    waiting = unapplied_migrations()
    if waiting:
        sentence = (
            f"The clinic can't start: {waiting} migration{'s are' if waiting > 1 else ' is'} not applied; "
            "run `manage.py migrate`, or `manage.py up --migrate`."
        )
        stop(sentence=sentence, exit_status=exit_status)
    from booking import changes
    from services import stamp
    from services.sealed import missing_seals

    if missing_seals():
        sentence = "The clinic can't start: the trail or signed notes are not protected; run `manage.py migrate`."
        stop(sentence=sentence, exit_status=exit_status)
    if stamp.missing_triggers():
        sentence = "The clinic can't start: it would not see what changes in its set-up; run `manage.py migrate`."
        stop(sentence=sentence, exit_status=exit_status)
    if changes.missing_triggers():
        sentence = "The clinic can't start: staff's day would not hear of changes; run `manage.py migrate`."
        stop(sentence=sentence, exit_status=exit_status)


def _require_keys(*, exit_status: int) -> None:
    from services.encrypted_columns import find_unopened

    if label := find_unopened():
        sentence = (
            f"The clinic can't start: HEALTH_DATA_KEYS do not open what is in {label}; "
            "put back the key that it was written with, and take a key out only after `manage.py rotate_keys`."
        )
        stop(sentence=sentence, exit_status=exit_status)


def _sqlite_fault() -> str | None:
    if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
        return "SQLite must open its transactions IMMEDIATE"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        return f"SQLite is {sqlite3.sqlite_version}; {oldest} or newer is needed (it comes with Debian 12)"
    with connection.cursor() as cursor:
        for pragma, expected in EXPECTED_PRAGMAS.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != expected:
                return f"SQLite runs with {pragma}={found} instead of {expected}; is DATA_DIR on a network drive"
    return None


def _manifest() -> Path:
    assert settings.STATIC_ROOT is not None
    return settings.STATIC_ROOT / "staticfiles.json"


def _data_dir_faults(data_dir: Path) -> list[str]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return [folder_fault(error)]
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return ["DATA_DIR can't be written"]
    return []
