"""Which constraint refused a row, read from the driver's error."""

import re

from django.db import IntegrityError, connection

_CHECK = re.compile(r"CHECK constraint failed: (\w+)")
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")


def violated(error: IntegrityError) -> str:
    """The constraint's name. SQLite names a unique one by its columns only; the name is then looked up by them.

    Ask after the atomic block that failed, or PostgreSQL and SQLite answer no more questions.
    """
    if connection.vendor == "postgresql":
        diagnostics = getattr(error.__cause__, "diag")  # noqa: B009 - the drivers have no base class in common
        return str(diagnostics.constraint_name)
    check = _CHECK.search(str(error))
    if check:
        return check.group(1)
    unique = _UNIQUE.search(str(error))
    return _name_of_unique(unique.group(1).split(", ")) if unique else str(error)


def _name_of_unique(columns: list[str]) -> str:
    table = columns[0].partition(".")[0]
    names = [column.partition(".")[2] for column in columns]
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    found = [name for name, facts in constraints.items() if facts["unique"] and facts["columns"] == names]
    return found[0] if found else f"unique {', '.join(columns)}"
