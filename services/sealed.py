"""Tables of which the database itself refuses to change or delete rows.

Triggers refuse, so that nobody gets past them: no bulk update, no back office, no plain SQL. They are made again after
every migrate, because SQLite drops them silently when a migration rebuilds a table; start-up asserts that they are
there. `opened` lifts a seal for one transaction. A model says so itself: `seal = Seal(...)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction


@dataclass(frozen=True)
class Seal:
    """Which rows of `table` are closed: all, or those whose column `once` is filled. `says` is the database's refusal.

    `unique`: the columns by which SQLite's REPLACE finds the row that it would delete without asking a trigger.
    """

    table: str
    says: str
    once: str = ""
    unique: tuple[str, ...] = ("id",)

    def triggers(self) -> dict[str, str]:
        """The statements that make them, by name."""
        return self._on_postgresql() if connection.vendor == "postgresql" else self._on_sqlite()

    def make(self) -> None:
        """Put in place those that are missing; nothing where the table is not there yet. Called after every migrate."""
        if self.table not in connection.introspection.table_names():
            return
        missing = self.missing()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {self.table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN RAISE EXCEPTION '{self.says}'; END $$"
                )
            for name, statement in self.triggers().items():
                if name in missing:
                    cursor.execute(statement)

    def find(self) -> set[str]:
        """The names of all triggers that are on the table, whoever made them."""
        return _triggers_on(self.table)

    def missing(self) -> set[str]:
        """What start-up asserts to be empty."""
        return set(self.triggers()) - self.find()

    def drop(self) -> None:
        """Take the triggers off."""
        suffix = f" ON {self.table}" if connection.vendor == "postgresql" else ""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A worker may be switching the same triggers off and on, and DROP TRIGGER looks before it locks.
                cursor.execute(f"LOCK TABLE {self.table} IN ACCESS EXCLUSIVE MODE")
            for name in set(self.triggers()) - self.missing():
                cursor.execute(f"DROP TRIGGER {name}{suffix}")

    def _on_sqlite(self) -> dict[str, str]:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{self.says}'); END"
        closed = f"WHEN OLD.{self.once} IS NOT NULL " if self.once else ""
        found = {
            f"{self.table}_no_{verb.lower()}": f"CREATE TRIGGER {self.table}_no_{verb.lower()} BEFORE {verb} "
            f"ON {self.table} {closed}{refuse}"
            for verb in ("UPDATE", "DELETE")
        }
        same = " OR ".join(f"{column} = NEW.{column}" for column in self.unique)
        filled = f" AND {self.once} IS NOT NULL" if self.once else ""
        # No text of anybody is in this statement.
        found[f"{self.table}_no_replace"] = (
            f"CREATE TRIGGER {self.table}_no_replace BEFORE INSERT ON {self.table} "  # noqa: S608 - names of our own
            f"WHEN EXISTS (SELECT 1 FROM {self.table} WHERE ({same}){filled}) {refuse}"
        )
        return found

    def _on_postgresql(self) -> dict[str, str]:
        # By row: a statement that meets none is let through, as on SQLite. A restore clears empty tables.
        closed = f"FOR EACH ROW WHEN (OLD.{self.once} IS NOT NULL)" if self.once else "FOR EACH ROW"
        each = {"UPDATE": closed, "DELETE": closed, "TRUNCATE": "FOR EACH STATEMENT"}
        return {
            f"{self.table}_no_{verb.lower()}": f"CREATE TRIGGER {self.table}_no_{verb.lower()} BEFORE {verb} "
            f"ON {self.table} {which} EXECUTE FUNCTION {self.table}_refuse()"
            for verb, which in each.items()
        }


def seals() -> list[Seal]:
    """Those of all installed models."""
    found = (getattr(model, "seal", None) for model in apps.get_models())
    return [seal for seal in found if isinstance(seal, Seal)]


def make_seals() -> None:
    """Put in place what is missing of all of them."""
    for seal in seals():
        seal.make()


def drop_seals() -> None:
    """For tests, which empty every table after each other. Nothing in the product calls it."""
    for seal in seals():
        seal.drop()


def missing_seals() -> set[str]:
    """The names of the triggers that are not there: what start-up asserts to be empty."""
    return {name for seal in seals() for name in seal.missing()}


@contextmanager
def opened(table: str) -> Iterator[None]:
    """Within the caller's transaction the seal of `table` is off; with it it is back, whatever happens. Without one, nothing.

    Nobody else can write to the table meanwhile. Only for what the register gives up, and for other keys.
    """
    assert connection.in_atomic_block, "without a transaction nobody would put the triggers back"
    seal = next((seal for seal in seals() if seal.table == table), None)
    triggers = {name: how for name, how in seal.triggers().items() if name in seal.find()} if seal else {}
    if not triggers:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for switch in ("DISABLE", "ENABLE"):
                # What was left for the end of the transaction has to be checked before the table may be altered.
                connection.check_constraints()
                for name in triggers:
                    cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER {name}")
                if switch == "DISABLE":
                    yield
            return
        for name in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for statement in triggers.values():
            cursor.execute(statement)


def _triggers_on(table: str) -> set[str]:
    """The names of the triggers on `table`."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [table])
        return {name for (name,) in cursor.fetchall()}
