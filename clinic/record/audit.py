"""Who saw or changed whose record: rows that the database itself refuses to alter.

The triggers are made again after every migrate, because SQLite drops them silently when a migration rebuilds the table;
start-up asserts that they are there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction

from clinic.models import AuditEntry

VIEW_ONCE_IN = timedelta(minutes=15)
TABLE = "clinic_auditentry"
TRIGGERS = {
    "sqlite": {
        f"{TABLE}_no_{verb.lower()}": f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    }
    | {
        # INSERT OR REPLACE deletes without asking the trigger on DELETE. No text of anybody is in this statement.
        f"{TABLE}_no_replace": f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} "  # noqa: S608 - names of our own
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END"
    },
    "postgresql": {
        f"{TABLE}_no_{verb.lower()}": f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    },
}
POSTGRES_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit entries are never changed'; END $$"
)


def write_entry(
    *,
    by: AbstractBaseUser | AnonymousUser | None,
    verb: str,
    object_type: str,
    object_id: int | str,
    now: datetime,
    fields: Sequence[str] = (),
) -> AuditEntry:
    """One line of the trail. `fields` are names, never values."""
    return AuditEntry.objects.create(
        at=now,
        by_id=by.pk if by else None,
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        fields=list(fields),
    )


def make_triggers(**_: Any) -> None:
    """Put the triggers in place; harmless where they are. Called after every migrate."""
    if TABLE not in connection.introspection.table_names():
        return
    present = find_triggers()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        for name, statement in TRIGGERS[connection.vendor].items():
            if name not in present:
                cursor.execute(statement)


def drop_triggers() -> None:
    """For tests, which empty every table after each other. Nothing in the product calls it."""
    suffix = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A worker may be switching the same triggers off and on, and DROP TRIGGER looks before it locks.
            cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        for name in find_triggers():
            cursor.execute(f"DROP TRIGGER {name}{suffix}")


def find_triggers() -> set[str]:
    """The names of the triggers that are on the table."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [TABLE])
        return {name for (name,) in cursor.fetchall()}


def missing_triggers() -> set[str]:
    """What start-up asserts to be empty."""
    return set(TRIGGERS[connection.vendor]) - find_triggers()


@contextmanager
def on_record(
    *,
    by: AbstractBaseUser | AnonymousUser,
    verb: str,
    object_type: str,
    now: datetime,
    object_id: int | str = "",
    fields: Sequence[str] = (),
) -> Iterator[AuditEntry]:
    """A change and its line of the trail in one transaction: neither is there without the other.

    The line is written last, so what the change has made can be named: `line.object_id = visit.reference`.
    """
    line = AuditEntry(
        at=now, by_id=by.pk, verb=verb, object_type=object_type, object_id=str(object_id), fields=list(fields)
    )
    with transaction.atomic():
        yield line
        line.save(force_insert=True)


def write_view(
    *, by: AbstractBaseUser | AnonymousUser, client_id: int | None, now: datetime, fields: Sequence[str]
) -> None:
    """That a member of staff looked at a person: one row per viewer, person and quarter of an hour.

    One more where something is shown that the rows of this quarter do not name yet.
    """
    if client_id is None:
        return
    recently = AuditEntry.objects.filter(
        by_id=by.pk, verb="view", object_type="client", object_id=str(client_id), at__gt=now - VIEW_ONCE_IN
    )
    named = {name for shown in recently.values_list("fields", flat=True) for name in shown}
    if not named.issuperset(fields):
        write_entry(by=by, verb="view", object_type="client", object_id=client_id, now=now, fields=fields)


def write_search(*, by: AbstractBaseUser | AnonymousUser, client_ids: Iterable[int], now: datetime) -> None:
    """Whom a search has shown, a line for each; never what was searched for."""
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now, by_id=by.pk, verb="find", object_type="client", object_id=str(pk), fields=["contacts"])
        for pk in client_ids
    )
