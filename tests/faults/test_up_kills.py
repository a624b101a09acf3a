"""Programs of a running clinic are killed and stopped while clients book page by page and their mails go out."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.environment import sqlite_url
from tests.faults.clinics import Clinic
from tests.faults.crowd import Crowd, Seen
from tests.programs import MANAGE, demo, is_running, run, run_python, wait_until
from tests.servers import Server, free_port, start_postgresql
from tests.smtp_sink import Sink

IS_LONG = os.environ.get("PROVE") == "1"
VICTIMS = ("web-1", "worker", "valkey", "web-2", "beat", "broker")
KILLS = 60 if IS_LONG else 6
STOPS = 12 if IS_LONG else 1
PEOPLE = 4
CONTROL = ("-c", "from tests.faults.without_restarts import main; main()")


@pytest.fixture
def postgresql() -> Iterator[Server]:
    """Of its own, so that it may be frozen and killed."""
    server = start_postgresql(keeps_data=True)
    yield server
    server.stop()


@pytest.fixture
def variables(
    engine: str, sink: Sink, migrated: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> dict[str, str]:
    """A clinic with therapists and no visit, on the engine of this run."""
    is_file = engine == "sqlite" and "postgresql" not in request.fixturenames
    url = sqlite_url(path=tmp_path / "clinic.sqlite3") if is_file else request.getfixturevalue("postgresql").url
    found = demo(folder=tmp_path, PORT=str(free_port()), EMAIL_URL=sink.url, DATABASE_URL=url, TRUSTED_PROXIES="1")
    if is_file:
        shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    else:
        done = run(*MANAGE, "migrate", "--verbosity", "0", variables=found)
        assert (done.status, done.err) == (0, "")
    made = run_python("from tests.faults.clinic_script import make; make()", variables=found)
    assert (made.status, made.err) == (0, "")
    return found


@pytest.fixture
def start(variables: dict[str, str]) -> Iterator[Callable[..., Clinic]]:
    started: list[Clinic] = []

    def start_clinic(*command: str) -> Clinic:
        started.append(Clinic(variables=variables, command=command or (*MANAGE, "up")))
        started[-1].wait_until_up()
        return started[-1]

    yield start_clinic
    for clinic in started:
        clinic.end(signal.SIGKILL)


@dataclass
class Faults:
    """What was done to the programs, and how long each was away."""

    clinic: Clinic
    away: dict[str, list[float]] = field(default_factory=lambda: {"SIGKILL": [], "SIGSTOP": []})

    def strike(self, name: str, how: signal.Signals) -> None:
        pid = self.clinic.programs()[name]
        begun = time.monotonic()
        os.kill(pid, how)
        wait_until(lambda: self.clinic.programs().get(name, pid) != pid and not is_running(pid), seconds=120)
        self.away[how.name].append(time.monotonic() - begun)


def read_books(variables: Mapping[str, str]) -> dict[str, Any]:
    done = run_python("from tests.faults.clinic_script import count; count()", variables=variables)
    assert (done.status, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def lost_mails(sink: Sink, variables: Mapping[str, str]) -> set[str]:
    return set(read_books(variables)["mails"]) - {mail.message_id for mail in sink.mails()}


def report(title: str, *, seen: Seen, faults: Faults, books: Mapping[str, Any], sink: Sink) -> None:
    copies = len(sink.mails()) - len({mail.message_id for mail in sink.mails()})
    kills, stops = (faults.away[how] for how in ("SIGKILL", "SIGSTOP"))
    print(
        f"{title}: {len(kills)} kills, {len(stops)} stops; {len(seen.references)} visits booked, "
        f"{dict(sorted(seen.counts.items()))}, the slowest answer {seen.slowest:.1f} s; "
        f"{len(books['mails'])} mails, {copies} extra copies; "
        f"back after {max(kills, default=0):.1f} s of a kill and {max(stops, default=0):.1f} s of a stop at most"
    )


def test_whatever_is_killed_or_stopped_nobody_is_refused_and_nothing_is_lost(
    start: Callable[..., Clinic], variables: dict[str, str], sink: Sink, engine: str
) -> None:
    clinic = start()
    crowd = Crowd(port=clinic.port, people=PEOPLE)
    faults = Faults(clinic)
    crowd.start()

    for number in range(KILLS):
        faults.strike(VICTIMS[number % len(VICTIMS)], signal.SIGKILL)
        time.sleep(0.5)  # so that there is something to kill
    for number in range(STOPS):
        faults.strike(VICTIMS[number % len(VICTIMS)], signal.SIGSTOP)
    seen = crowd.finish()
    wait_until(lambda: not lost_mails(sink, variables), seconds=400)
    books = read_books(variables)
    drift = run(*MANAGE, "check_claims", variables=variables)
    status, _, err = clinic.end()

    report(engine, seen=seen, faults=faults, books=books, sink=sink)
    assert seen.faults == []
    assert {what: seen.counts[what] for what in ("refused", "not answered", "5xx")} == dict.fromkeys(
        ("refused", "not answered", "5xx"), 0
    )
    assert books["references"] == sorted(seen.references)
    assert len(seen.references) >= PEOPLE
    assert (drift.status, drift.out) == (0, "0 visits differ from their claims.\n")
    assert (status, err, clinic.tracebacks()) == (0, "", [])


@pytest.mark.once
def test_a_database_that_is_frozen_and_started_again_loses_nothing_and_ends_nobody(
    start: Callable[..., Clinic], variables: dict[str, str], postgresql: Server, sink: Sink
) -> None:
    clinic = start()
    before = clinic.programs()
    crowd = Crowd(port=clinic.port, people=PEOPLE)
    crowd.start()
    wait_until(lambda: len(crowd.seen.references) >= 2)

    postgresql.freeze()
    time.sleep(60 if IS_LONG else 3)
    frozen = clinic.programs()
    postgresql.thaw()
    booked = len(crowd.seen.references)
    wait_until(lambda: len(crowd.seen.references) > booked)
    postgresql.kill()
    time.sleep(60 if IS_LONG else 3)
    postgresql.start()
    booked = len(crowd.seen.references)
    wait_until(lambda: len(crowd.seen.references) > booked)
    seen = crowd.finish()
    wait_until(lambda: not lost_mails(sink, variables), seconds=400)
    books = read_books(variables)

    report("PostgreSQL frozen and killed", seen=seen, faults=Faults(clinic), books=books, sink=sink)
    assert (frozen, clinic.programs()) == (before, before)
    assert (seen.faults, seen.counts["refused"]) == ([], 0)
    assert books["references"] == sorted(seen.references)


@pytest.mark.once
def test_without_restarts_the_same_faults_take_the_clinic_away(
    start: Callable[..., Clinic], variables: dict[str, str]
) -> None:
    """The control."""
    clinic = start(sys.executable, *CONTROL)
    before = clinic.programs()

    for name in ("web-1", "web-2", "worker"):
        os.kill(before[name], signal.SIGKILL)
        wait_until(lambda name=name: not is_running(before[name]))  # type: ignore[misc]
    crowd = Crowd(port=clinic.port, people=1, timeout=3)
    crowd.start()
    wait_until(lambda: crowd.seen.counts["not answered"] + crowd.seen.counts["refused"] >= 2)
    seen = crowd.abandon()

    assert sorted(set(before) - set(clinic.programs())) == ["web-1", "web-2", "worker"]
    assert seen.references == []


@pytest.mark.once
def test_a_stop_signal_cuts_nobody_off(start: Callable[..., Clinic], variables: dict[str, str], sink: Sink) -> None:
    """Whoever was connected is answered; who comes later is refused, and can be told to come again."""
    clinic = start()
    crowd = Crowd(port=clinic.port, people=PEOPLE)
    crowd.start()
    wait_until(lambda: len(crowd.seen.references) >= PEOPLE)

    status, _, err = clinic.end()
    clinic = start()
    seen = crowd.finish()
    wait_until(lambda: not lost_mails(sink, variables), seconds=60)

    assert (status, err) == (0, "")
    assert seen.counts["refused"] > 0
    assert {what: seen.counts[what] for what in ("cut off", "not answered", "5xx")} == dict.fromkeys(
        ("cut off", "not answered", "5xx"), 0
    )
    assert read_books(variables)["references"] == sorted(seen.references)
    copies = len(sink.mails()) - len({mail.message_id for mail in sink.mails()})
    assert copies == 0
