"""Which database a clinic is in, as the environment says it. What can't be read is in test_environment.py."""

from typing import Any

import pytest

from clinic.running.database_url import SQLITE_PRAGMAS
from clinic.running.environment import BASE_DIR, read_environment
from tests.programs import production

SQLITE_OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
SQLITE: dict[str, Any] = {
    "ENGINE": "clinic.running.sqlite3",
    "OPTIONS": SQLITE_OPTIONS,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
POSTGRESQL: dict[str, Any] = {
    "ENGINE": "django.db.backends.postgresql",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "OPTIONS": {"connect_timeout": 5},
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}


@pytest.mark.parametrize(
    ("url", "database"),
    [
        (None, SQLITE | {"NAME": "/srv/clinic/clinic.sqlite3"}),
        ("sqlite:////data/my%20clinic.sqlite3", SQLITE | {"NAME": "/data/my clinic.sqlite3"}),
        ("sqlite:///local.sqlite3", SQLITE | {"NAME": str(BASE_DIR / "local.sqlite3")}),
        (
            "postgresql://ann:p%40ss@db.test:5433/clinic",
            POSTGRESQL | {"NAME": "clinic", "USER": "ann", "PASSWORD": "p@ss", "HOST": "db.test", "PORT": 5433},
        ),
        ("postgres://db.test/clinic", POSTGRESQL | {"NAME": "clinic", "HOST": "db.test"}),
        (
            "postgresql://ann@//var/run/postgresql/clinic",
            POSTGRESQL | {"NAME": "clinic", "USER": "ann", "HOST": "/var/run/postgresql"},
        ),
    ],
)
def test_database(url: str | None, database: dict[str, Any]) -> None:
    found = read_environment(variables=production(DATABASE_URL=url))

    assert found.faults == ()
    assert found.database == database
