"""Has anything changed that staff's day shows? One number answers: it moves with every row that the day is drawn from.

Triggers move it, so that no writer can forget to, and nobody who writes past the program can. It is the sum of a table:

- On PostgreSQL each change adds a row of its own. One row that all changed would make all bookings wait for each other,
  and a highest number would miss a change that is committed after a later one. A sum misses none. Once a minute the rows
  are folded into one; their sum stays.
- SQLite has one writer at a time anyhow, so there one row is changed in place.

The values are random: neither a restore nor a change that was rolled back leads to a sum that was there before. Where a
trigger is missing there is no number, and every page is drawn.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from booking.models import Change, Message, Note

# Tables that the day is not drawn from, and why.
UNWATCHED = {
    "booking.Change": "the number itself",
    "booking.Claim": "written with its visit",
    "booking.SlotHold": "written with its visit",
    "booking.Origin": "no page shows it",
    "booking.Submission": "no page shows it",
    # A list of people writes dozens of thousands of them in one transaction, and each would move the number.
    "booking.SearchKey": "written with its person",
    "booking.Brought": "written with its person",
    "booking.Draft": "a visitor's own; what it keeps is a visit",
    "booking.AdviceAnswers": "no page of the day shows it",
    "booking.CaseEvent": "the day counts cases, and says nothing of what happened to them",
    "booking.Spent": "no page shows it",
    "booking.StaffMails": "no page of the day shows it",
    "booking.Heartbeat": "no page of the day shows it",
    "booking.NoteAddition": "no page of the day shows it",
    "booking.NoteGrant": "no page of the day shows it",
    "booking.NotePhrase": "no page of the day shows it",
    "booking.NoteTemplate": "no page of the day shows it",
    "booking.RetentionRun": "no page of the day shows it",
}
_CONDITIONS: dict[tuple[type[models.Model], str], str] = {
    # A mail that goes out as it should is nobody's business. What waits for too long is a matter of time: the day asks.
    (Message, "update"): "WHEN (NOT (OLD.state IN ({}) AND NEW.state IN ({})))".format(
        *(", ".join(f"'{state}'" for state in sorted(states)) for states in (Message.ON_THE_WAY, Message.GOES_WELL))
    ),
    # The day says whether there is a note and whether it is signed, not what is typed meanwhile.
    (Note, "update"): "WHEN ((OLD.signed_at IS NULL) <> (NEW.signed_at IS NULL))",
}
_NAME = "{table}_changed_{verb}"
_VERBS = ("insert", "update", "delete")
_SQLITE = """
CREATE TRIGGER {name} AFTER {verb} ON {table} {condition} BEGIN
UPDATE booking_change SET value = random() / 4294967296;
INSERT INTO booking_change (value) SELECT random() / 4294967296 WHERE NOT EXISTS (SELECT 1 FROM booking_change);
END"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION booking_change_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO booking_change (value) VALUES (floor(random() * 2147483648)::bigint);
RETURN NULL;
END $$"""
_POSTGRESQL = (
    "CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION booking_change_note()"
)
# With what changes when a trigger goes, comes, or is switched off for a while.
_READ = {
    "sqlite": "SELECT coalesce(sum(value), 0), (SELECT schema_version FROM pragma_schema_version) FROM booking_change",
    "postgresql": "SELECT coalesce(sum(value), 0), (SELECT coalesce(sum(xmin::text::bigint), 0) FROM pg_trigger "
    "WHERE tgfoid = to_regproc('booking_change_note') AND tgenabled = 'O') FROM booking_change",
}
_FOLD = (
    "WITH gone AS (DELETE FROM booking_change RETURNING value) "
    "INSERT INTO booking_change (value) SELECT sum(value)::bigint FROM gone HAVING count(*) > 0"
)


_complete: int | None = None  # what the triggers were like when this process last found none missing


def read_number() -> str | None:
    """One statement; None where nobody knows. Whoever draws reads it first: what changes meanwhile then counts as new."""
    global _complete  # noqa: PLW0603 - a thread only ever puts another in its place
    with connection.cursor() as cursor:
        cursor.execute(_READ[connection.vendor])
        number, triggers = cursor.fetchone()
    if triggers != _complete:
        if missing_triggers():
            return None
        _complete = triggers
    return f"{number} {triggers}"


def fold() -> None:
    """Make one row of all of them. Nobody waits for it, and the number stays."""
    if connection.vendor == "postgresql" and Change.objects.count() > 1:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FOLD)


def watched() -> Iterator[type[models.Model]]:
    """Every table of ours below the panel that is not among `UNWATCHED`, those between two others included."""
    for app in ("services", "booking"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.label not in UNWATCHED:
                yield model


def make_triggers() -> None:
    """Put in place those that are missing, and take away those of tables that are not watched any more.

    Called after every migrate.
    """
    if Change._meta.db_table not in connection.introspection.table_names():
        return
    missing = missing_triggers()
    _drop(apps.get_model(label) for label in UNWATCHED)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for name, statement in _statements().items():
            if name in missing:
                cursor.execute(statement)


def drop_triggers(*_: Any) -> None:
    """For a migration that goes back to before there was anything to move."""
    _drop(watched())


def _drop(tables: Iterable[type[models.Model]]) -> None:
    present = _present()
    with connection.cursor() as cursor:
        for model in tables:
            for verb in _VERBS:
                name, table = _NAME.format(table=model._meta.db_table, verb=verb), model._meta.db_table
                if name in present:
                    suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER {name}{suffix}")


def missing_triggers() -> set[str]:
    """Empty, or a page of the day could stay as it was."""
    return set(_statements()) - _present()


def _present() -> set[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _statements() -> dict[str, str]:
    """Every trigger that there should be, by name."""
    pattern, found = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor], {}
    for model in watched():
        table = model._meta.db_table
        for verb in _VERBS:
            name = _NAME.format(table=table, verb=verb)
            condition = _CONDITIONS.get((model, verb), "")
            found[name] = pattern.format(name=name, verb=verb.upper(), table=table, condition=condition)
    return found
