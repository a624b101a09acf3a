"""A connection that is kept over requests is the one that was opened, set up as shipped, and never to a file that is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from clinic.running.database_url import read_database_url
from tests.environment import sqlite_url

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    faults: list[str] = []
    shipped = read_database_url(sqlite_url(path=str(tmp_path / "clinic.sqlite3")), faults, relative_to=tmp_path)
    handler = ConnectionHandler({"default": shipped})
    database = handler["default"]
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE visits (name)")
    next_request(database)
    yield database
    database.close()


def next_request(database: BaseDatabaseWrapper) -> None:
    """What Django does between two of them."""
    database.close_if_unusable_or_obsolete()


def ask(database: BaseDatabaseWrapper, statement: str) -> list[Any]:
    with database.cursor() as cursor:
        return list(cursor.execute(statement).fetchall())


def test_a_connection_is_kept_with_its_settings(database: BaseDatabaseWrapper) -> None:
    kept = database.connection

    next_request(database)
    pragmas = {
        name: ask(database, f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "cache_size")
    }
    with database.cursor() as cursor:
        cursor.execute("SELECT 1")
        database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        statements_begin = database.transaction_mode  # type: ignore[attr-defined]
        database.rollback()
        database.set_autocommit(True)

    assert (database.connection is kept, kept is None) == (True, False)
    assert statements_begin == "IMMEDIATE"
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 20_000,
        "cache_size": -512,
    }


@pytest.mark.parametrize("is_gone", [False, True])
def test_after_another_file_was_put_in_its_place_the_next_request_reads_that(
    is_gone: bool, database: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    ask(database, "INSERT INTO visits VALUES ('old')")
    next_request(database)
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"clinic.sqlite3{ending}").unlink(missing_ok=True)
    if not is_gone:
        (tmp_path / "clinic.sqlite3").touch()

    tables = ask(database, "SELECT name FROM sqlite_master")

    assert tables == []


def test_after_an_error_the_next_request_opens_its_own(database: BaseDatabaseWrapper) -> None:
    kept = database.connection
    with pytest.raises(OperationalError):
        ask(database, "SELECT name FROM nowhere")

    next_request(database)

    assert (database.connection, ask(database, "SELECT count(*) FROM visits")) == (None, [(0,)])
    assert database.connection is not kept
