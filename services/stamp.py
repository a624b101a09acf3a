"""The stamp of the clinic's own facts: another one after every change to them, whoever made it.

Triggers move it, so that the back office, a restore, a bulk update and plain SQL all do. They are made again after
every migrate, because SQLite drops them silently when a migration rebuilds a table; start-up asserts that they are
there. Why it is random, and why there can be several rows of it: docs/decisions/0043.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

TABLE = "services_stamp"
# Tables of `services` that are not part of the facts, and why.
LEFT_OUT = {
    TABLE: "it is the stamp",
    "services_picture": "pictures are heavy, and read only where one is served",
    "services_timeoff": "it grows with the years; who needs it reads the window that they look at",
}
_PREFIX = f"{TABLE}_on_"
_MOVE = f"DELETE FROM {TABLE}; INSERT INTO {TABLE} (value) VALUES (lower(hex(randomblob(16))))"  # noqa: S608 - names of our own
_READ = {
    # The version of the schema is another one once a table was rebuilt, and its triggers with it.
    "sqlite": "SELECT group_concat(value, ' '), (SELECT schema_version FROM pragma_schema_version) "  # noqa: S608 - names of our own
    f"FROM {TABLE}",
    # Nor do they stay as they were where one was switched off for a while, as a restore of data alone can do.
    "postgresql": f"SELECT string_agg(value, ' ' ORDER BY value), (SELECT sum(xmin::text::bigint) FROM pg_trigger "  # noqa: S608 - names of our own
    f"WHERE tgfoid = to_regproc('{TABLE}_move') AND tgenabled = 'O') FROM {TABLE}",
}
# Two writers must not wait for each other's stamp: each takes away the rows that nobody else is taking, and adds one.
_POSTGRES_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - names of our own
    f"DELETE FROM {TABLE} WHERE value IN (SELECT value FROM {TABLE} FOR UPDATE SKIP LOCKED); "
    f"INSERT INTO {TABLE} (value) VALUES (replace(gen_random_uuid()::text, '-', '')); "
    "RETURN NULL; END $$"
)


def read_stamp() -> str | None:
    """What the facts are stamped with in the eyes of this transaction; None: nobody knows. One small statement."""
    with connection.cursor() as cursor:
        cursor.execute(_READ[connection.vendor])
        value, version = cursor.fetchone()
    return f"{value} {version}" if value else None


def kept_models() -> list[type[Model]]:
    """The models that the facts are read from, those of many-to-many relations included."""
    models: Iterable[type[Model]] = apps.get_app_config("services").get_models(include_auto_created=True)
    return [model for model in models if model._meta.db_table not in LEFT_OUT]


def tables() -> list[str]:
    """Where they are stored."""
    return sorted(model._meta.db_table for model in kept_models())


def make_triggers(**_: Any) -> None:
    """Put the triggers in place; harmless where they are. Called after every migrate. Moves the stamp if one was missing."""
    present = set(connection.introspection.table_names())
    if TABLE not in present:
        return
    missing = {name: statement for name, statement in _triggers(present).items() if name not in find_triggers()}
    with connection.cursor() as cursor:
        if missing and connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for statement in missing.values():
            cursor.execute(statement)
        if missing or read_stamp() is None:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - names of our own
            cursor.execute(f"INSERT INTO {TABLE} (value) VALUES ({_random()})")  # noqa: S608 - names of our own


def drop_triggers(**_: Any) -> None:
    """Before the table of the stamp goes, or SQLite could not rename a table any more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_move() CASCADE")
            return
        for name in find_triggers():
            cursor.execute(f"DROP TRIGGER {name}")


def find_triggers() -> set[str]:
    """The names of the triggers that are there."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND substr(tgname, 1, %s) = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [len(_PREFIX), _PREFIX])
        return {name for (name,) in cursor.fetchall()}


def missing_triggers() -> set[str]:
    """What start-up asserts to be empty, and what every snapshot is asked."""
    return set(_triggers(tables())) - find_triggers()


def _triggers(present: Iterable[str]) -> dict[str, str]:
    """Their statements by name, for the tables of the facts among `present`."""
    here = [table for table in tables() if table in set(present)]
    if connection.vendor == "postgresql":
        return {
            f"{_PREFIX}{table}": f"CREATE TRIGGER {_PREFIX}{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_move()"
            for table in here
        }
    return {
        f"{_PREFIX}{table}_{verb.lower()}": f"CREATE TRIGGER {_PREFIX}{table}_{verb.lower()} AFTER {verb} ON {table} "
        f"BEGIN {_MOVE}; END"
        for table in here
        for verb in ("INSERT", "UPDATE", "DELETE")
    }


def _random() -> str:
    if connection.vendor == "sqlite":
        return "lower(hex(randomblob(16)))"
    return "replace(gen_random_uuid()::text, '-', '')"
