"""Encrypted columns as the database holds them: tokens, or, until a migration has been there, what was typed.

By statements, because a field would try to open what is not a token yet. For rotating keys, and for migrations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.apps.registry import Apps
from django.core.management.base import CommandError
from django.db import connection, models, transaction

from services.encrypted import Encrypted, decrypt, encrypt
from services.sealed import opened

ROWS_AT_ONCE = 200  # of one transaction, so that bookings wait for milliseconds


class KeysDoNotFit(CommandError):
    """HEALTH_DATA_KEYS are not those of this database. `str()` is a sentence for whoever migrates; nothing was changed."""


@dataclass(frozen=True)
class Column:
    """A table's column of tokens. All three are names of ours, quoted for the engine."""

    table: str
    key: str
    name: str
    label: str


def encrypted_columns(registry: Apps = apps) -> list[Column]:
    """Every column that HEALTH_DATA_KEYS encrypt, in any table."""
    return [
        _column(model, field)
        for model in registry.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, Encrypted)
    ]


def column_of(model: type[models.Model], name: str) -> Column:
    """The column of the field `name`."""
    return _column(model, model._meta.get_field(name))


def batches(column: Column) -> Iterator[list[tuple[Any, str]]]:
    """All keys and values of a column, a few at a time; without what is null or empty."""
    start = f"SELECT {column.key}, {column.name} FROM {column.table} WHERE {column.name} <> ''"  # noqa: S608 - names of our own
    order = f" ORDER BY {column.key} LIMIT {ROWS_AT_ONCE}"
    statement, values = start + order, list[Any]()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        statement, values = f"{start} AND {column.key} > %s{order}", [rows[-1][0]]


def replace(column: Column, anew: list[tuple[str, Any, str]]) -> None:
    """Write new values, each as (new, key, old): only where the old one is still there."""
    statement = f"UPDATE {column.table} SET {column.name} = %s WHERE {column.key} = %s AND {column.name} = %s"  # noqa: S608 - names of our own
    with transaction.atomic(), opened(column.table.strip('"')), connection.cursor() as cursor:
        cursor.executemany(statement, anew)


def encrypt_column(column: Column) -> None:
    """What was typed becomes tokens. Inside the transaction of a migration: all rows or none."""
    for rows in batches(column):
        replace(column, [(encrypt(text), key, text) for key, text in rows])


def decrypt_column(column: Column) -> None:
    """The way back. Raises KeysDoNotFit."""
    for rows in batches(column):
        replace(column, [(_opened(token, column), key, token) for key, token in rows])


def check_keys(registry: Apps) -> None:
    """Raise KeysDoNotFit where `registry` has encrypted columns and HEALTH_DATA_KEYS open none of their newest values.

    Else a migration would encrypt with keys that nobody wants to keep.
    """
    newest = [(column, token) for column in encrypted_columns(registry) for token in _ends(column, "DESC")]
    if newest and not any(_opens(token) for _column, token in newest):
        raise KeysDoNotFit(_not_opened(newest[0][0]))


def find_unopened() -> str | None:
    """A column whose oldest or newest value none of HEALTH_DATA_KEYS opens: a key was taken out too early."""
    for column in encrypted_columns():
        ends = [*_ends(column, "ASC"), *_ends(column, "DESC")]
        if not all(_opens(token) for token in ends):
            return column.label
    return None


def forget_clear_text(*tables: str) -> None:
    """Rewrite the database file, on PostgreSQL these tables, so that nothing of what was there before is left.

    Not inside a transaction. Safe at any time and any number of times; needs as much room on the disk again. Raises
    CommandError where another program reads the database all the while.
    """
    if connection.vendor == "sqlite":
        connection.close()  # a statement that somebody has not read to its end would stop VACUUM
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise CommandError("Another program reads the database. Stop the clinic, then migrate again.")


def _column(model: type[models.Model], field: Any) -> Column:
    quote = connection.ops.quote_name
    return Column(
        quote(model._meta.db_table),
        quote(str(model._meta.pk.column)),
        quote(str(field.column)),
        f"{model._meta.label}.{field.name}",
    )


def _ends(column: Column, order: Literal["ASC", "DESC"]) -> list[str]:
    """The oldest value (ASC) or the newest, where there is any."""
    end = f"SELECT {column.name} FROM {column.table} WHERE {column.name} <> '' ORDER BY {column.key} {order} LIMIT 1"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(end)
        return [token for (token,) in cursor.fetchall()]


def _opens(token: str) -> bool:
    try:
        decrypt(token)
    except (InvalidToken, ValueError):  # not a token, or no key at all
        return False
    return True


def _opened(token: str, column: Column) -> str:
    if not _opens(token):
        raise KeysDoNotFit(_not_opened(column))
    return str(decrypt(token))


def _not_opened(column: Column) -> str:
    return (
        f"HEALTH_DATA_KEYS do not open what is in {column.label}, so this migration changed nothing. "
        "Set the keys that this database was written with, then migrate again."
    )
