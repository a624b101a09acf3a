"""DATABASE_URL: which database the clinic is in, as Django's settings want it."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote

import environ

from clinic.running.url_parts import MUST_BE_ENCODED, is_cut_by_a_sign, split_url

SQLITE_ENGINE = "clinic.running.sqlite3"
SQLITE_SCHEMES = ("sqlite",)
POSTGRESQL_SCHEMES = ("postgres", "postgresql", "psql", "pgsql")
DUMMY_DATABASE: dict[str, Any] = {"ENGINE": "django.db.backends.dummy"}
# Seconds. A server that takes the connection and then says nothing is as good as away.
CONNECT_SECONDS = 5
# Every connection opens with these; `clinic.running.checks` asserts at start-up that they took. The cache is in KiB: each
# thread of each process keeps one.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
    "PRAGMA cache_size=-512"
)
# Opening SQLite and setting it up took a fifth of a small request. A kept connection is looked at before it is used.
KEPT: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def read_database_url(text: str, faults: list[str], *, relative_to: Path) -> dict[str, Any]:
    """An entry of DATABASES. `relative_to`: where the path of a SQLite file counts from, if it is not absolute.

    Side effect: a sentence in `faults` where it can't be read; then a backend that refuses every query.
    """
    database = _parse(text, faults, relative_to=relative_to)
    if database is DUMMY_DATABASE:
        return database
    if database["ENGINE"] == SQLITE_ENGINE:
        return _sqlite(database)
    options = {"connect_timeout": CONNECT_SECONDS} | database.get("OPTIONS", {})
    return database | {"OPTIONS": options} | KEPT


def _parse(text: str, faults: list[str], *, relative_to: Path) -> dict[str, Any]:
    scheme, parts = text.partition("://")[0].lower(), split_url(text)
    if "://" not in text or scheme not in SQLITE_SCHEMES + POSTGRESQL_SCHEMES:
        faults.append("DATABASE_URL must start with sqlite:// or postgresql://")
        return DUMMY_DATABASE
    if scheme in SQLITE_SCHEMES:
        return _parse_sqlite(parts, faults, relative_to=relative_to)
    if is_cut_by_a_sign(text):
        faults.append(f"DATABASE_URL {MUST_BE_ENCODED}")
        return DUMMY_DATABASE
    try:
        database: dict[str, Any] = dict(environ.Env.db_url_config(text))
    except Exception:  # noqa: BLE001 - whatever the parser trips over, the sentence is the same
        database = {}
    if not database.get("NAME"):
        faults.append("DATABASE_URL must name a database, like postgresql://user:password@host:5432/clinic")
        return DUMMY_DATABASE
    return database


def _parse_sqlite(parts: SplitResult | None, faults: list[str], *, relative_to: Path) -> dict[str, Any]:
    if parts and (parts.query or parts.fragment):
        faults.append("DATABASE_URL names a file with a sign that must be percent-encoded: # is %23, ? is %3F")
        return DUMMY_DATABASE
    # By custom the first slash only ends the (empty) host: four slashes are an absolute path. A relative one counts
    # from the project, not from wherever web and worker were started.
    path = unquote(parts.path[1:]) if parts and not parts.netloc else ""
    if not path or ":memory:" in path:
        faults.append("DATABASE_URL must name a file, like sqlite:////srv/clinic/clinic.sqlite3")
        return DUMMY_DATABASE
    return {"ENGINE": SQLITE_ENGINE, "NAME": str(relative_to / path)}


def _sqlite(database: dict[str, Any]) -> dict[str, Any]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    return database | {"OPTIONS": options} | KEPT
