"""A connection that is kept over requests is the one that was opened, set up as shipped, and never to a file that is gone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from clinic.running.database_url import read_database_url
from services.facts import current
from services.models import Location
from services.stamp import make_triggers
from tests.environment import sqlite_url
from tests.services.places import make_location

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


@pytest.mark.django_db(transaction=True)
def test_the_facts_are_those_of_the_file_that_is_there(tmp_path: Path) -> None:
    """Negative control: until the next request the kept connection, and with it the facts, are those of the old file."""
    there, other = tmp_path / "clinic.sqlite3", tmp_path / "other.sqlite3"
    with working_on(there):
        make_tables()
    shutil.copy(there, other)
    with working_on(other):
        make_location("Elm Row")

    with working_on(there) as kept:
        before = places()
        other.replace(there)
        within_the_request = places()
        next_request(kept)
        after = places()

    assert (before, within_the_request, after) == ([], [], ["Elm Row"])


@contextmanager
def working_on(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """Everything asks this file, whichever engine the tests run on."""
    settings = read_database_url(sqlite_url(path=str(file)), [], relative_to=file.parent)
    usual = connections["default"]
    connections["default"] = ConnectionHandler({"default": settings})["default"]
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = usual


def make_tables() -> None:
    with connections["default"].schema_editor() as editor:
        for model in apps.get_app_config("services").get_models():
            editor.create_model(model)
    make_triggers()


def places() -> list[str]:
    return list(current().names(Location).values())
