"""Gives everything that is encrypted in the database to the first of HEALTH_DATA_KEYS, while the clinic goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from booking.models.encrypted import EncryptedJSONField, health_cipher

ROWS_AT_ONCE = 200  # of one transaction, so that bookings wait for milliseconds


@dataclass(frozen=True)
class Column:
    """A table's column of tokens. All three are names of ours, quoted for the engine."""

    table: str
    key: str
    name: str
    label: str


@dataclass
class Tally:
    """What was found in one column: values under the first key, under another, and under none that is known."""

    current: int = 0
    older: int = 0
    lost: int = 0


def encrypted_columns() -> list[Column]:
    """Every column that HEALTH_DATA_KEYS encrypt, in any table."""
    quote = connection.ops.quote_name
    return [
        Column(
            quote(model._meta.db_table),
            quote(str(model._meta.pk.column)),
            quote(str(field.column)),
            f"{model._meta.label}.{field.name}",
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedJSONField)
    ]


def rotate(column: Column, *, writes: bool = True) -> Tally:
    """Encrypt anew what another key than the first encrypted; with `writes` false only count.

    Safe at any time, any number of times, and after it was cut off: each value is replaced only if it is still what was
    read, so a change that comes in between stays.
    """
    first, tally = Fernet(settings.HEALTH_DATA_KEYS[0]), Tally()
    for rows in _batches(column):
        anew: list[tuple[str, Any, str]] = []
        for key, token in rows:
            if _opens(first, token):
                tally.current += 1
                continue
            try:
                anew.append((health_cipher().rotate(token.encode()).decode(), key, token))
                tally.older += 1
            except InvalidToken:
                tally.lost += 1
        if anew and writes:
            _replace(column, anew)
    return tally


def _batches(column: Column) -> Iterator[list[tuple[Any, str]]]:
    start = f"SELECT {column.key}, {column.name} FROM {column.table} WHERE {column.name} IS NOT NULL"  # noqa: S608
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


def _replace(column: Column, anew: list[tuple[str, Any, str]]) -> None:
    statement = f"UPDATE {column.table} SET {column.name} = %s WHERE {column.key} = %s AND {column.name} = %s"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, anew)


def _opens(cipher: Fernet, token: str) -> bool:
    try:
        cipher.decrypt(token.encode())
    except InvalidToken:
        return False
    return True
