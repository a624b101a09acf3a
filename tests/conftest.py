"""Fixtures for all tests, and which tests run where.

What touches the database runs on both engines. The rest runs once: pure functions, the browser's tests, what is marked
`once` and, except in `make prove`, pages (FOLDERS_OF_PAGES) and all cases of a table but the first, unless they are
marked `both_engines`. `make test` deals these out to its two processes, by name, so that both have about as much to do;
pytest by itself runs them on SQLite. Long versions (`prove`) run with PROVE=1. Nothing is ever skipped: a skip counts as
a failure.
"""

import gc
import os
import zlib
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import environment

environment.prepare()
# What is loaded stays: see pytest_collection_finish.
gc.disable()

import django  # noqa: E402 - reads the environment that was just prepared
import hypothesis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from pytest_django import Settings  # noqa: E402

from tests.processes import Crew  # noqa: E402
from tests.smtp_sink import Sink, start_sink  # noqa: E402

# The same cases in every run of `make test`, new and many ones in `make prove`. No limits by the wall clock: a busy
# machine is not a wrong program.
hypothesis.settings.register_profile(
    "test",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "prove", hypothesis.settings.get_profile("test"), derandomize=False, max_examples=2000, print_blob=True
)
IS_LONG = os.environ.get("PROVE") == "1"
hypothesis.settings.load_profile("prove" if IS_LONG else "test")

# Here, so that the cast may import models.
django.setup()

from tests.cast import NOW, Clinic, make_clinic, sign_in  # noqa: E402

# PostgreSQL takes longer over the same tests, so it gets the smaller share of those that run once.
PERCENT_FOR_POSTGRESQL = 31
WITHOUT_BROWSER = pytest.StashKey[int]()
# The domain below the pages has tests of its own on both engines; of the pages, each engine gets some of every kind.
FOLDERS_OF_PAGES = ("tests/booking/web/", "tests/clinic/panel/", "tests/journeys/", "tests/services/admin/")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "engine", "crew", "admin_client", "admin_user"}


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("BROWSER_TESTS") == "required" and environment.find_chromium() is None:
        raise pytest.UsageError("BROWSER_TESTS=required, but there is no chromium on this machine")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = _test_database_name()
    # The production hasher is slow on purpose; one test of settings says which it is.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A client for each test would else list every static file first.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [f"engine: {environment.engine()}", f"browser: {environment.find_chromium() or 'none'}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
    here = [item for item in items if _runs_here(item, first[item.nodeid.partition("[")[0]])]
    kept = [item for item in here if not _lacks_browser(item)]
    config.stash[WITHOUT_BROWSER] = len(here) - len(kept)
    left_out = set(items).difference(kept)
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays, so the collector need not look through it again and again: a sixth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """tests/run.py says these lines again at the very end."""
    if left_out := config.stash.get(WITHOUT_BROWSER, 0):
        terminalreporter.write_line(f"{environment.LEFT_OUT} {left_out} browser tests: no chromium on this machine.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _refuse_skip((yield))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Between tests tables are emptied, which the seals of some refuse; their own tests put them in place."""
    from django.apps import apps
    from django.db import connection
    from django.db.models.signals import post_migrate

    from services.sealed import drop_seals

    post_migrate.disconnect(sender=apps.get_app_config("clinic"), dispatch_uid="seals")
    if environment.engine() == "postgresql":
        connection.ops.sql_flush = _delete_rows  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        drop_seals()


def _delete_rows(style: Any, tables: Sequence[str], **how: bool) -> list[str]:
    """TRUNCATE makes new files for every table and index: a fifth of a second, for the few rows that a test leaves."""
    deletions = "".join(f'DELETE FROM "{table}";' for table in tables)
    return [f"SET LOCAL session_replication_role = replica; {deletions}"] if tables else []


@pytest.fixture(scope="session")
def engine() -> str:
    """sqlite or postgresql. A test that asks for it runs on both."""
    return environment.engine()


@pytest.fixture
def clinic(db: None, time_machine: Any) -> Clinic:
    """The clinic of the cast, two therapists and two rooms, at the moment NOW: the clock stands still."""
    time_machine.move_to(NOW, tick=False)
    return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def owner(clinic: Clinic) -> Browser:
    """The browser of an owner, signed in at NOW."""
    return sign_in("owner")


@pytest.fixture
def reception(clinic: Clinic) -> Browser:
    return sign_in("reception")


@pytest.fixture
def crew(transactional_db: None) -> Iterator[Crew]:
    """Processes on the test database, for races: see tests/processes.py."""
    with Crew() as made:
        yield made


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis-protocol server, empty at the start of the session."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    from tests.servers import start_redis

    server = start_redis()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def shared_sink() -> Iterator[Sink]:
    """One mail server for all tests that need a real one."""
    sink = start_sink(keeps_contents=True)
    yield sink
    sink.stop()


@pytest.fixture
def sink(shared_sink: Sink, settings: Settings) -> Sink:
    """A mail server that behaves well, has nothing yet, and that Django sends to."""
    shared_sink.forget()
    shared_sink.behave("well")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", shared_sink.port
    settings.EMAIL_TIMEOUT = 1
    return shared_sink


def _test_database_name() -> str:
    """On SQLite a file, as in real life: an in-memory database with a shared cache locks differently."""
    if environment.engine() == "sqlite":
        return str(Path(os.environ["DATA_DIR"]) / f"test-{os.getpid()}.sqlite3")
    return f"test_clinic_{os.getpid()}"


def _runs_here(item: pytest.Item, first: pytest.Item) -> bool:
    """`first` is that of the same table of cases, or the item itself."""
    if item.get_closest_marker("prove") and not IS_LONG:
        return False
    is_for_both = _touches_engine(item) and (item is first or not _is_dealt_case(item))
    return is_for_both or environment.engine() == _dealt_to(item)


def _is_dealt_case(item: pytest.Item) -> bool:
    """Of cases that differ in data only the first runs on both engines: the others take the same statements.

    A table whose every row the database answers is marked itself; the mark of its module says nothing of rows.
    """
    is_marked = any(mark.name == "both_engines" for mark in item.own_markers)
    return environment.is_one_of_two() and not IS_LONG and not is_marked and not _asks_for_engine(item)


def _dealt_to(item: pytest.Item) -> str:
    """The engine on which a test runs that is no matter of engines. Those of the browser share one run."""
    if (
        not environment.is_one_of_two()
        or item.nodeid.startswith("tests/browser/")
        or zlib.crc32(item.nodeid.encode()) % 100 >= PERCENT_FOR_POSTGRESQL
    ):
        return "sqlite"
    return "postgresql"


def _lacks_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None and environment.find_chromium() is None


def _touches_engine(item: pytest.Item) -> bool:
    if item.get_closest_marker("once") or item.get_closest_marker("browser"):
        return False
    is_page = item.nodeid.startswith(FOLDERS_OF_PAGES) and not _differs_by_engine(item)
    if is_page and not IS_LONG:
        return False
    asked = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _differs_by_engine(item: pytest.Item) -> bool:
    return _asks_for_engine(item) or item.get_closest_marker("both_engines") is not None


def _asks_for_engine(item: pytest.Item) -> bool:
    asks = {"engine", "crew", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    database = item.get_closest_marker("django_db")
    commits = database is not None and bool(database.kwargs.get("transaction"))
    return bool(asks) or commits


def _refuse_skip(report: Any) -> Any:
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"a skipped test proves nothing: {report.longrepr}"
    return report
