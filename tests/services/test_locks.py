"""Parents are held until the transaction ends, in one order."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext

from services.locks import lock_parents
from services.models import Location, Therapist
from tests.services.places import make_location, make_therapist


@contextmanager
def another_connection() -> Iterator[BaseDatabaseWrapper]:
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "OPTIONS": {**other.settings_dict["OPTIONS"]}}
    if connection.vendor == "sqlite":
        other.settings_dict["OPTIONS"]["timeout"] = 0  # answer at once instead of waiting
    try:
        yield other
    finally:
        other.close()


def take(other: BaseDatabaseWrapper, row: Therapist | Location, strength: str) -> None:
    """On SQLite any writer waits for any other; on PostgreSQL it is a matter of rows."""
    with _begin(other):
        if other.vendor == "postgresql":
            with other.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {row._meta.db_table} WHERE id = %s {strength} NOWAIT", [row.pk])


@contextmanager
def _begin(other: BaseDatabaseWrapper) -> Iterator[None]:
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if other.vendor == "sqlite" else "BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@pytest.mark.django_db(transaction=True)
def test_nobody_else_gets_a_locked_parent_until_the_transaction_ends() -> None:
    therapist, location = make_therapist(), make_location()

    with another_connection() as other:
        with transaction.atomic():
            lock_parents(therapist_ids=[therapist.pk], location_ids=[location.pk])
            for row in (therapist, location):
                with pytest.raises((OperationalError, sqlite3.OperationalError)):
                    take(other, row, "FOR NO KEY UPDATE")
        for row in (therapist, location):
            take(other, row, "FOR NO KEY UPDATE")


@pytest.mark.django_db(transaction=True)
def test_other_rows_may_refer_to_a_locked_parent(engine: str) -> None:
    """A visit of an unrelated kind must not wait; on SQLite writers wait for each other anyway."""
    therapist = make_therapist()

    with another_connection() as other, transaction.atomic():
        lock_parents(therapist_ids=[therapist.pk])
        if engine == "postgresql":
            take(other, therapist, "FOR KEY SHARE")


@pytest.mark.django_db
def test_therapists_come_before_locations_each_in_id_order_in_one_statement_a_kind() -> None:
    therapists = [make_therapist(f"Therapist {number}") for number in range(3)]
    location = make_location()

    with CaptureQueriesContext(connection) as captured:
        lock_parents(
            therapist_ids=[therapist.pk for therapist in reversed(therapists)] * 2, location_ids=iter([location.pk])
        )

    statements: list[str] = [query["sql"] for query in captured.captured_queries]
    assert [table_of(sql) for sql in statements] == ["services_therapist", "services_location"]
    assert all(re.search(r'^SELECT "\w+"\."id" .* ORDER BY (1|"\w+"\."id") ASC', sql) for sql in statements)
    assert [sql.endswith("FOR NO KEY UPDATE") for sql in statements] == [connection.vendor == "postgresql"] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [{}, {"therapist_ids": []}, {"therapist_ids": [], "location_ids": ()}])
def test_nothing_to_lock_asks_nothing(ids: dict[str, Any], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        lock_parents(**ids)


@pytest.mark.django_db
def test_unknown_ids_are_passed_over() -> None:
    lock_parents(therapist_ids=[10**6], location_ids=[10**6])


@pytest.mark.django_db(transaction=True)
def test_locking_outside_a_transaction_is_refused_on_both_engines() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        lock_parents(therapist_ids=[make_therapist().pk])


def table_of(sql: str) -> str:
    return sql.partition(" FROM ")[2].split('"')[1]
