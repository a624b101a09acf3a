"""Many rows at once, each with values of its own."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def update_each(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model, in one call. Signals and `save` are passed over, as by `bulk_update`.

    Its statement has a case for each row and column: for ten thousand rows it takes ten times as long as this.
    """
    if not rows:
        return
    fields = [rows[0]._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]

    def values(row: Model) -> list[Any]:
        return [
            field.get_db_prep_save(getattr(row, field.attname), connection)  # type: ignore[union-attr]
            for field in fields
        ]

    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{rows[0]._meta.db_table}" SET {columns} WHERE id = %s',  # noqa: S608 - names of our own
            [[*values(row), row.pk] for row in rows],
        )
