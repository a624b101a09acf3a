"""Columns of tokens, as the database holds them. Rotating keys is in tests/clinic/running/test_keys.py."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from services import encrypted_columns
from services.encrypted_columns import (
    Column,
    KeysDoNotFit,
    batches,
    column_of,
    decrypt_column,
    encrypt_column,
    find_unopened,
    replace,
)
from services.models import Therapist, TimeOff
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def column() -> Column:
    """Reasons of time off: two that were typed, and one that was left empty."""
    ana = Therapist.objects.create(name="Ana Ruiz")
    for reason in ("Flu", "", "Course"):
        TimeOff.objects.create(therapist=ana, starts_at=NOW, ends_at=soon(60), reason=reason)
    return column_of(TimeOff, "reason")


def stored(column: Column) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column.name} FROM {column.table} ORDER BY {column.key}")
        return [value for (value,) in cursor.fetchall()]


def test_a_column_is_read_a_few_values_at_a_time_and_without_those_that_are_empty(
    column: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypted_columns, "ROWS_AT_ONCE", 1)
    first, _empty, last = stored(column)

    assert [[token for _key, token in rows] for rows in batches(column)] == [[first], [last]]


def test_what_was_written_meanwhile_is_not_written_over(column: Column) -> None:
    ((key, token), *_others) = next(batches(column))

    replace(column, [("of ours", key, "what is there no longer")])
    untouched = stored(column)[0]
    replace(column, [("of ours", key, token)])

    assert (untouched, stored(column)[0]) == (token, "of ours")


def test_there_and_back_is_what_was_typed(column: Column) -> None:
    decrypt_column(column)
    typed = stored(column)
    encrypt_column(column)

    assert typed == ["Flu", "", "Course"]
    assert list(TimeOff.objects.order_by("pk").values_list("reason", flat=True)) == typed


def test_a_key_that_was_taken_out_too_early_is_noticed(column: Column, settings: Any) -> None:
    before = find_unopened()
    settings.HEALTH_DATA_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(KeysDoNotFit):
        decrypt_column(column)

    assert (before, find_unopened()) == (None, "services.TimeOff.reason")
