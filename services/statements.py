"""Statements written out, for what is asked on every page with starts: Django would compose the same ones again each time.

Each has a test that compares its rows with those of the same question to the models.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from services.cells import CELL_SECONDS

_CELL = re.compile(r"\bcell\(([a-z_.]+)\)")
_SECOND = re.compile(r"\bseconds\(([a-z_.]+)\)")
_DAY = re.compile(r"\bday_number\(([a-z_.]+)\)")
_MONDAY = re.compile(r"\bmonday\(([a-z_.]+)\)")
# Instants are text on SQLite.
_SECONDS = {"sqlite": "unixepoch({})", "postgresql": "CAST(extract(epoch FROM {}) AS bigint)"}

_DAYS = {
    "sqlite": "unixepoch(substr({}, 1, 10)) / 86400",
    "postgresql": "CAST(extract(epoch FROM CAST(substr({}, 1, 10) AS timestamp)) AS bigint) / 86400",
}
# Of a local date, or of a wall time that begins with one.
_MONDAYS = {
    "sqlite": "date(substr({}, 1, 10), '-6 days', 'weekday 1')",
    "postgresql": "to_char(date_trunc('week', CAST(substr({}, 1, 10) AS timestamp)), 'YYYY-MM-DD')",
}


def read_rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement in the SQL that both engines share, with parameters like `%(now)s`.

    `cell(column)` is the five-minute cell since the epoch in which the instant in `column` lies, `seconds(column)` the
    whole seconds since then, `day_number(column)` the days from 1970 to the wall time in `column`, and `monday(column)`
    the Monday of its week as text. A parameter may be an instant, or a list or tuple for between the brackets of IN, where none at all matches nothing.
    """
    given: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, list | tuple):
            named = {f"{name}{number}": one for number, one in enumerate(value)}
            statement = statement.replace(f"%({name})s", ", ".join(f"%({one})s" for one in named) or "NULL")
            given |= named
        elif isinstance(value, datetime):
            given[name] = connection.ops.adapt_datetimefield_value(value)
        else:
            given[name] = value
    with connection.cursor() as cursor:
        cursor.execute(_written_for(connection.vendor, statement), given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@lru_cache(maxsize=256)
def _written_for(vendor: str, statement: str) -> str:
    seconds, monday = _SECONDS[vendor], _MONDAYS[vendor]
    statement = _CELL.sub(lambda found: f"{seconds.format(found[1])} / {CELL_SECONDS}", statement)
    statement = _SECOND.sub(lambda found: seconds.format(found[1]), statement)
    statement = _DAY.sub(lambda found: _DAYS[vendor].format(found[1]), statement)
    return _MONDAY.sub(lambda found: monday.format(found[1]), statement)
