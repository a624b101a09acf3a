"""Tables of which the database itself refuses to change rows, opened for one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def opened(table: str) -> Iterator[None]:
    """Within the caller's transaction the triggers of `table` are off; with it they are back, whatever happens.

    Nobody else can write to the table meanwhile. Only for what the register gives up after its time.
    """
    assert connection.in_atomic_block, "without a transaction nobody would put the triggers back"
    if connection.vendor == "postgresql":
        with _switched_off(table):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


@contextmanager
def _switched_off(table: str) -> Iterator[None]:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal LIMIT 1", [table])
        if not cursor.fetchone():
            yield
            return
        for switch in ("DISABLE", "ENABLE"):
            # What was left for the end of the transaction has to be checked before the table may be altered.
            connection.check_constraints()
            cursor.execute(f"ALTER TABLE {name} {switch} TRIGGER USER")
            if switch == "DISABLE":
                yield
