"""What must be true before anything touches data. Each fault ends the process with one sentence, never a traceback.

`require_configuration` asks nothing but the environment. `require_database` opens the database: it is called by web,
worker and `up`, which all refuse to run on unapplied migrations.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

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
    }
)
# Ours, which need every table to be there.
COMMANDS_ON_A_CLINIC = frozenset(
    {
        "backup",
        "check_claims",
        "make_owner",
        "rotate_keys",
        "seed_demo",
        "seed_scale",
        "send_due_messages",
        "send_test_mail",
        "tick",
    }
)
# As SQLite prints them: 2 is FULL.
EXPECTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


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
    """As `require_connection`, and every migration must be applied and every system check pass."""
    require_connection(exit_status=exit_status)
    waiting = unapplied_migrations()
    if waiting:
        sentence = (
            f"The clinic can't start: {waiting} migration{'s are' if waiting > 1 else ' is'} not applied; "
            "run `manage.py migrate`, or `manage.py up --migrate`."
        )
        stop(sentence=sentence, exit_status=exit_status)
    from clinic.audit import missing_triggers

    if missing_triggers():
        sentence = "The clinic can't start: the audit trail is not protected; run `manage.py migrate`."
        stop(sentence=sentence, exit_status=exit_status)
    errors = [error for error in checks.run_checks() if error.is_serious()]
    if errors:
        sentence = "; ".join(str(error.msg).rstrip(".") for error in errors)
        stop(sentence=f"The clinic can't start: {sentence}.", exit_status=exit_status)


def require_static_files(*, exit_status: int = 1) -> None:
    """Ends the process with a sentence when pages would refer to files that nobody collected."""
    if settings.STATIC_ROOT is not None and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        sentence = (
            "The clinic can't start: the static files are not collected; "
            "run `manage.py collectstatic --no-input`, or `manage.py up --migrate`."
        )
        stop(sentence=sentence, exit_status=exit_status)


def stop(*, sentence: str, exit_status: int) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(exit_status)


def database_fault() -> str | None:
    """Says what is wrong without the address: it holds a password."""
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            return _sqlite_fault()
    except DatabaseError as error:
        return f"the database does not answer ({type(error).__name__}); look at DATABASE_URL and the server"
    return None


def unapplied_migrations() -> int:
    """Raises DatabaseError when the database does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _sqlite_fault() -> str | None:
    if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
        return "SQLite must open its transactions IMMEDIATE"
    with connection.cursor() as cursor:
        for pragma, expected in EXPECTED_PRAGMAS.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != expected:
                return f"SQLite runs with {pragma}={found} instead of {expected}; is DATA_DIR on a network drive"
    return None


def _data_dir_faults(data_dir: Path) -> list[str]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return ["DATA_DIR can't be made"]
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return ["DATA_DIR can't be written"]
    return []
