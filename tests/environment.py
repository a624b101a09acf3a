"""The environment that tests run in: the shipped settings in demo mode, with a folder and a database of their own.

Which engine is asked for in TEST_ENGINE (sqlite, the default, or postgresql); TEST_ONE_OF_TWO=1 says that a process for
the other engine runs beside this one. Nothing that a developer has in the
shell reaches the tests, but TEST_DATABASE_URL and TEST_REDIS_URL, which name servers to use instead of our own.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

ENGINES = ("sqlite", "postgresql")
CLINIC_VARIABLES = (
    "ALLOWED_HOSTS",
    "BIND",
    "CLINIC_MODE",
    "DATABASE_URL",
    "DATA_DIR",
    "EMAIL_URL",
    "MAIL_FROM",
    "HEALTH_DATA_KEYS",
    "LINK_KEY",
    "LOG_FORMAT",
    "METRICS_TOKEN",
    "PORT",
    "REDIS_URL",
    "SECRET_KEY",
    "SITE_URL",
    "TRUSTED_PROXIES",
)
ROOT = Path(__file__).resolve().parent.parent
# How the line begins that says what a run has left out.
LEFT_OUT = "Left out:"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def engine() -> str:
    name = os.environ.get("TEST_ENGINE", "sqlite")
    if name not in ENGINES:
        raise ValueError(f"TEST_ENGINE must be one of {', '.join(ENGINES)}")
    return name


def is_one_of_two() -> bool:
    """Whether another process runs the tests on the other engine at the same time."""
    return os.environ.get("TEST_ONE_OF_TWO") == "1"


def prepare() -> None:
    """Sets the process's environment. Workers of pytest-xdist inherit folder and server from the process before."""
    for name in CLINIC_VARIABLES:
        os.environ.pop(name, None)
    os.environ |= {
        "CLINIC_MODE": "demo",
        "DATA_DIR": _data_dir(),
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    if engine() == "postgresql":
        os.environ["DATABASE_URL"] = _postgresql_url()


def find_chromium() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def sqlite_url(*, path: Path | str) -> str:
    return f"sqlite:///{quote(str(path))}"


def at_exit_here(action: Callable[[], object]) -> None:
    """Like atexit, but not in a forked child, which would stop the parent's server."""
    owner = os.getpid()
    atexit.register(lambda: action() if os.getpid() == owner else None)


def _data_dir() -> str:
    folder = os.environ.get("TEST_DATA_DIR")
    if folder is None:
        made = tempfile.mkdtemp(prefix="clinic-tests-")
        folder = os.environ["TEST_DATA_DIR"] = made
        at_exit_here(lambda: shutil.rmtree(made, ignore_errors=True))
    return folder


def _postgresql_url() -> str:
    url = os.environ.get("TEST_DATABASE_URL")
    if url is None:
        from tests.servers import start_postgresql

        server = start_postgresql()
        at_exit_here(server.stop)
        url = os.environ["TEST_DATABASE_URL"] = server.url
    return url
