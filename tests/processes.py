"""Real processes against the test database, let go at the same moment: what a race is made of.

    def book_it(*, start: str, client: int) -> str: ...     # at the top of a module; plain arguments, plain result

    def test_one_wins(crew: Crew) -> None:
        outcomes = crew.run(book_it, [{"start": s, "client": c} for c in range(16)])

        assert sorted(o.value for o in outcomes) == ["booked"] + ["taken"] * 15

Each call runs in a process of its own, with Django set up in the shipped settings and its database connection open
before the barrier falls. `Crew.run` is one round; a test of many rounds is a loop.
"""

import importlib
import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from tests.environment import ROOT, sqlite_url

CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.child_setup"])
START_SECONDS = 60.0
GOODBYE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one call came to: its value, or the class of its error with the traceback as text."""

    value: Any = None
    error: str | None = None
    traceback: str = ""


class Crew:
    """Keeps its processes from one round to the next; the first round with N calls makes N of them."""

    def __init__(self) -> None:
        self._members: list[tuple[BaseProcess, Connection]] = []
        # Kept here: with the last reference the semaphore's name would go before the children have opened it.
        self._barrier: Barrier | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss()

    def run(
        self, function: Callable[..., Any], calls: Sequence[Mapping[str, Any]], *, seconds: float = 60.0
    ) -> list[Outcome]:
        """One call each in a process each, all at once. Raises when one died or did not answer in `seconds`."""
        if len(self._members) != len(calls):
            self.dismiss()
            self._hire(len(calls))
        path = (function.__module__, function.__qualname__)
        for (_, connection), call in zip(self._members, calls, strict=True):
            connection.send((path, dict(call)))
        return self._collect(seconds)

    def dismiss(self) -> None:
        for process, connection in self._members:
            connection.close()
            process.join(timeout=GOODBYE_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
        self._members = []

    def pids(self) -> list[int]:
        """For tests that kill: pid of each process in the order of the calls."""
        return [process.pid or 0 for process, _ in self._members]

    def _hire(self, size: int) -> None:
        self._barrier = CONTEXT.Barrier(size)
        with _environment_of_children():
            for _ in range(size):
                ours, theirs = CONTEXT.Pipe()
                process = CONTEXT.Process(target=_work, args=(theirs, self._barrier, _database_name()), daemon=True)
                process.start()
                theirs.close()
                self._members.append((process, ours))

    def _collect(self, seconds: float) -> list[Outcome]:
        waiting = {connection: number for number, (_, connection) in enumerate(self._members)}
        found: dict[int, Outcome] = {}
        deadline = time.monotonic() + seconds
        while waiting:
            ready = wait(list(waiting), timeout=max(deadline - time.monotonic(), 0))
            if not ready:
                self._kill()
                raise TimeoutError(f"{len(waiting)} of {len(self._members)} calls gave no answer in {seconds} s")
            for connection in [one for one in waiting if one in ready]:
                found[waiting.pop(connection)] = _receive(connection)
        return [found[number] for number in range(len(self._members))]

    def _kill(self) -> None:
        for process, _ in self._members:
            process.kill()


def database_url(settings_dict: Mapping[str, Any]) -> str:
    """The DATABASE_URL that leads another process to this connection's database."""
    if settings_dict["ENGINE"].endswith("sqlite3"):
        return sqlite_url(path=settings_dict["NAME"])
    user = quote(settings_dict["USER"], safe="")
    password = f":{quote(settings_dict['PASSWORD'], safe='')}" if settings_dict["PASSWORD"] else ""
    host, port, name = settings_dict["HOST"], settings_dict["PORT"], settings_dict["NAME"]
    if host.startswith("/"):
        return f"postgresql://{user}{password}@/{host}/{name}"
    return f"postgresql://{user}{password}@{host}{f':{port}' if port else ''}/{name}"


def url_of_test_database() -> str:
    """Of the database that the running test uses; for programs started by hand."""
    from django.db import connection

    return database_url(connection.settings_dict)


def _work(connection: Connection, barrier: Barrier, database_name: str) -> None:
    import django

    django.setup()
    from django.db import connection as database
    from django.db import connections

    # Anything else would race on some other database, and pass.
    assert str(database.settings_dict["NAME"]) == database_name
    while True:
        try:
            (module, name), call = connection.recv()
        except EOFError:
            connections.close_all()
            return
        database.ensure_connection()
        barrier.wait(timeout=START_SECONDS)
        connection.send(_call(getattr(importlib.import_module(module), name), call))


def _call(function: Callable[..., Any], call: dict[str, Any]) -> Outcome:
    try:
        return Outcome(value=function(**call))
    except Exception as error:  # noqa: BLE001 - whatever it was, the test wants to see it
        return Outcome(error=type(error).__name__, traceback=traceback.format_exc())


def _receive(connection: Connection) -> Outcome:
    try:
        outcome: Outcome = connection.recv()
    except EOFError:
        return Outcome(error="Died")
    return outcome


def _database_name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


@contextmanager
def _environment_of_children() -> Iterator[None]:
    """The fork server keeps the environment that it was started with, and so do its children."""
    from django.db import connection

    changes = {"DATABASE_URL": database_url(connection.settings_dict), "PYTHONPATH": str(ROOT)}
    before = {name: os.environ.get(name) for name in changes}
    os.environ |= changes
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
