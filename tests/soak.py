"""`make soak`: half an hour of mixed load on a clinic that runs by `up`, with a table of what it needs meanwhile.

    make soak                    # 30 minutes, SQLite
    make soak ARGS="3"           # three minutes
    make soak ARGS="30 postgresql"

People book page by page and look around, staff reload the board, mails go out to a server, and forty connections dribble.
Memory, open files, sockets and threads of all processes are read every tenth of the time, with the answer times. Ends
with 1 where something grew, was lost, refused or answered with an error, or where the log holds a traceback.
"""

import argparse
import contextlib
import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from tests import environment

environment.prepare()
django.setup()

from tests.environment import ENGINES, sqlite_url  # noqa: E402 - models need Django
from tests.faults.clinic_script import OWNER  # noqa: E402 - models need Django
from tests.faults.clinics import Clinic  # noqa: E402 - models need Django
from tests.faults.crowd import Crowd, Person, Seen  # noqa: E402 - models need Django
from tests.faults.test_slow_clients import Slow  # noqa: E402 - models need Django
from tests.pages import press, read  # noqa: E402 - models need Django
from tests.programs import MANAGE, demo, run, run_python  # noqa: E402 - models need Django
from tests.servers import free_port, start_postgresql  # noqa: E402 - models need Django
from tests.smtp_sink import Sink, start_sink  # noqa: E402 - models need Django

PEOPLE = 2
LOOKERS = 2
SLOW = 40
PAUSE_SECONDS = 0.2
DESK_SECONDS = 2.0
ROWS = 10
MOST_GROWTH = 1.25  # of memory, files and times, from the second row (everything loaded) to the last
LEAST_MEMORY_GROWTH = 20.0  # MB that are no growth
LEAST_FILE_GROWTH = 30
PAGES = ("/", "/book/", "/spasms/", "/privacy/", "/api/v1/treatments", "/healthz", "/readyz", "/panel/sign-in/")


@dataclass(frozen=True, kw_only=True)
class Row:
    minutes: float
    memory: float  # MB, shared pages counted once (PSS)
    files: int
    sockets: int
    threads: int
    median: float  # milliseconds of a page
    slowest: float
    booked: int
    mails: int

    def __str__(self) -> str:
        return (
            f"{self.minutes:7.1f} {self.memory:9.0f} {self.files:6d} {self.sockets:8d} {self.threads:8d} "
            f"{self.median:9.0f} {self.slowest:9.0f} {self.booked:7d} {self.mails:6d}"
        )


HEADINGS = "minutes memory MB  files  sockets  threads median ms slowest ms  booked  mails"


@dataclass
class Lookers:
    """People who only look, by one kept connection each."""

    port: int
    times: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        for number in range(LOOKERS):
            threading.Thread(target=self._look, args=(number,), daemon=True).start()

    def take_times(self) -> list[float]:
        taken, self.times = self.times, []
        return taken or [0.0]

    def _look(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.wait(PAUSE_SECONDS):
            path = PAGES[number % len(PAGES)]
            number += 1
            begun = time.monotonic()
            try:
                connection.request("GET", path, headers={"X-Forwarded-For": f"203.0.113.{number % 250 + 1}"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"{path}: {type(error).__name__}")
                connection.close()
                continue
            self.times.append(1000 * (time.monotonic() - begun))
            if answer.status >= 500:
                self.faults.append(f"{path}: {answer.status}")


@dataclass
class Desk:
    """A member of staff who looks at the board again and again."""

    port: int
    seen: Seen = field(default_factory=Seen)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        browser: Any = Person(port=self.port, address="198.51.99.1", seen=self.seen, timeout=60)
        page = read(browser.get("/panel/"))
        page = press(browser, page, page.posts[0], answers=OWNER)
        while not self.stop.wait(DESK_SECONDS):
            if not read(browser.get("/panel/")).url.startswith("/panel/"):
                self.seen.faults.append("the board is gone")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("minutes", nargs="?", type=float, default=30.0)
    parser.add_argument("engine", nargs="?", choices=ENGINES, default=ENGINES[0])
    chosen = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="clinic-soak-") as folder,
        _sink() as sink,
        _database(chosen.engine, Path(folder)) as url,
    ):
        clinic = _start(folder=Path(folder), sink=sink, url=url)
        try:
            faults = soak(clinic, sink=sink, minutes=chosen.minutes)
        finally:
            status, out, err = clinic.end()
    if status or err or "Traceback" in out or " ERROR " in out:
        faults.append(f"up ended with {status}, and said:\n{out[-3000:]}{err}")
    print("\n".join(faults) if faults else "Flat: nothing grew, nothing was lost.")
    return int(bool(faults))


def soak(clinic: Clinic, *, sink: Sink, minutes: float) -> list[str]:
    crowd, lookers, slow = (
        Crowd(port=clinic.port, people=PEOPLE),
        Lookers(clinic.port),
        Slow(port=clinic.port, many=SLOW),
    )
    desk = Desk(clinic.port)
    for one in (crowd, lookers, desk):
        one.start()
    begun = time.monotonic()
    rows: list[Row] = []
    print(HEADINGS, flush=True)
    for number in range(1, ROWS + 1):
        time.sleep(max(begun + 60 * minutes * number / ROWS - time.monotonic(), 0))
        rows.append(_measure(clinic, crowd=crowd, lookers=lookers, sink=sink, minutes=(time.monotonic() - begun) / 60))
        print(rows[-1], flush=True)
    lookers.stop.set()
    desk.stop.set()
    slow.stop()
    seen = crowd.finish()
    counts = seen.counts + desk.seen.counts
    bad = {what: counts[what] for what in ("refused", "cut off", "not answered", "5xx") if counts[what]}
    print(f"{counts.total()} requests of clients and the desk: {dict(sorted(counts.items()))}")
    said = [line for lines in (seen.faults, seen.cuts, desk.seen.cuts, lookers.faults) for line in lines[:5]]
    return [*_growth(rows), *said, *([f"they saw {bad}"] if bad else [])]


def _growth(rows: list[Row]) -> list[str]:
    early, late = rows[1], rows[-1]
    found = []
    if late.memory > max(early.memory * MOST_GROWTH, early.memory + LEAST_MEMORY_GROWTH):
        found.append(f"memory grew from {early.memory:.0f} to {late.memory:.0f} MB")
    for name in ("files", "sockets", "threads"):
        before, after = getattr(early, name), getattr(late, name)
        if after > max(before * MOST_GROWTH, before + LEAST_FILE_GROWTH):
            found.append(f"{name} grew from {before} to {after}")
    before, after = (statistics.median(row.median for row in part) for part in (rows[1:4], rows[-3:]))
    if after > 2 * before + 20:
        found.append(f"the median page grew from {before:.0f} to {after:.0f} ms")
    return found


def _measure(clinic: Clinic, *, crowd: Crowd, lookers: Lookers, sink: Sink, minutes: float) -> Row:
    pids = clinic.everybody()
    links = [link for pid in pids for link in _links(pid)]
    times = lookers.take_times()
    return Row(
        minutes=minutes,
        memory=sum(map(memory_of, pids)),
        files=len(links),
        sockets=sum(link.startswith("socket:") for link in links),
        threads=sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids),
        median=statistics.median(times),
        slowest=max(times),
        booked=len(crowd.seen.references),
        mails=len(sink.mails()),
    )


def memory_of(pid: int) -> float:
    """MB, each shared page counted by its share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _links(pid: int) -> list[str]:
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(link.readlink()))
    return found


@contextlib.contextmanager
def _sink() -> Iterator[Sink]:
    sink = start_sink()
    try:
        yield sink
    finally:
        sink.stop()


@contextlib.contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield sqlite_url(path=folder / "clinic.sqlite3")
        return
    server = start_postgresql(keeps_data=True)
    try:
        yield server.url
    finally:
        server.stop()


def _start(*, folder: Path, sink: Sink, url: str) -> Clinic:
    variables = demo(folder=folder, PORT=str(free_port()), EMAIL_URL=sink.url, DATABASE_URL=url, TRUSTED_PROXIES="1")
    for command in (
        ("migrate", "--verbosity", "0"),
        ("seed_scale", "--therapists", "20", "--history-days", "60", "--seed", "1"),
    ):
        done = run(*MANAGE, *command, variables=variables, seconds=600)
        if done.status:
            raise RuntimeError(f"{command[0]} failed:\n{done.err}")
    made = run_python("from tests.faults.clinic_script import make_owner; make_owner()", variables=variables)
    if made.status:
        raise RuntimeError(made.err)
    clinic = Clinic(variables=variables)
    clinic.wait_until_up()
    return clinic


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
