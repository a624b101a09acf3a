"""Large clinics to measure: a database for each size, filled once, and a real `up` in the settings of production."""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.asking import Asker
from tests.environment import sqlite_url
from tests.faults.clinics import Clinic
from tests.programs import MANAGE, production, run
from tests.servers import free_port, start_postgresql

SERVE = (sys.executable, "-m", "tests.bench.serve")
SECONDS = 1800.0  # more than filling the largest one takes anywhere


@dataclass(frozen=True, kw_only=True)
class Size:
    therapists: int
    days: int

    def __str__(self) -> str:
        return f"{self.therapists} therapists, {self.days:,} days"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to ask a running clinic, and what is there: `known` is what `inside.make_staff` says."""

    clinic: Clinic
    known: Mapping[str, Any]

    @property
    def pids(self) -> list[int]:
        return [pid for name, pid in self.clinic.programs().items() if name.startswith("web")]

    def asker(self, *, role: str = "", **named: Any) -> Asker:
        """Somebody's browser; a member of staff's who is signed in, where a role is given."""
        cookies = {self.known["cookie"]: self.known["sessions"][role]} if role else {}
        return Asker(port=self.clinic.port, pids=self.pids, cookies=cookies, **named)


@dataclass
class Databases:
    """One engine's, each a copy of an empty one with all migrations. `is_lasting`: as safe as it is shipped."""

    engine: str
    folder: Path
    is_lasting: bool = False
    url: str = field(init=False, default="")

    def __enter__(self) -> "Databases":
        if self.engine == "postgresql":
            self._server = start_postgresql(keeps_data=self.is_lasting)
            self.url = self._server.url
        command(self.variables("empty", make=True), *MANAGE, "migrate", "--verbosity", "0")
        return self

    def __exit__(self, *_: object) -> None:
        if self.engine == "postgresql":
            self._server.stop()

    @contextmanager
    def filled(self, size: Size) -> Iterator[dict[str, str]]:
        """The environment of a clinic of this size, with a folder and a database of its own."""
        name = f"c{size.therapists}_{size.days}"
        variables = self.variables(name, source="empty", make=True)
        try:
            seed = ("seed_scale", "--therapists", str(size.therapists), "--history-days", str(size.days))
            command(variables, *MANAGE, *seed)
            ask_inside("tidy", variables=variables)
            yield variables
        finally:
            shutil.rmtree(variables["DATA_DIR"], ignore_errors=True)
            if self.engine == "postgresql":
                self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def variables(self, name: str, *, source: str = "", make: bool = False) -> dict[str, str]:
        folder = self.folder / name
        folder.mkdir(exist_ok=not make)
        url = sqlite_url(path=folder / "clinic.sqlite3")
        if self.engine == "postgresql":
            self._execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {source}" if source else ""))
            url = f"{self.url.rpartition('/')[0]}/{name}"
        elif source:
            shutil.copy(self.folder / source / "clinic.sqlite3", folder / "clinic.sqlite3")
        return production(
            DATA_DIR=str(folder),
            DATABASE_URL=url,
            PORT=str(free_port()),
            TRUSTED_PROXIES="1",
            EMAIL_URL=f"filemail://{folder}/mail",
            MAIL_FROM="clinic@clinic.test",
        )

    def _execute(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self._server.folder), user="clinic", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql)


@contextmanager
def running(variables: Mapping[str, str], *, program: tuple[str, ...] = (*SERVE, "up")) -> Iterator[Place]:
    """Raises RuntimeError where it does not end well."""
    known = ask_inside("make_staff", variables=variables)
    clinic = Clinic(variables=variables, command=program)
    try:
        clinic.wait_until_up()
        yield Place(clinic=clinic, known=known)
    finally:
        status, said, errors = clinic.end()
    if status or "Traceback" in said:
        raise RuntimeError(f"up ended with {status}, and said:\n{said[-3000:]}{errors}")


def ask_inside(name: str, *arguments: str, variables: Mapping[str, str]) -> Any:
    """What a function of `tests.bench.inside` finds out, in a process with the clinic's settings."""
    return json.loads(command(variables, sys.executable, "-m", "tests.bench.inside", name, *arguments) or "null")


def collect_static_files(folder: Path) -> None:
    """Production serves no page without them."""
    command(production(DATA_DIR=str(folder)), *MANAGE, "collectstatic", "--no-input", "--verbosity", "0")


def command(variables: Mapping[str, str], *words: str) -> str:
    done = run(*words, variables=variables, seconds=SECONDS)
    if done.status:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.out[-2000:]}{done.err[-2000:]}")
    return done.out
