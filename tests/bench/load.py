"""Many clients who book at once, page by page through a real `up`: `make bench ARGS="load"`.

Each comes from another network, takes the whole journey, and begins again as somebody else. What a page asks for was
learnt from one walk before; then only hidden fields and starts are read from the pages, so that the clients leave the
processor to the server. Ends with 1 where anybody was answered with an error, or cut off.
"""

import html
import http.client
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.asking import Answer, Asker, addresses
from tests.bench.clinics import Databases, Place, Size, collect_static_files, command, running
from tests.bench.table import ENGINE_NAMES
from tests.cast import RELAXING
from tests.journeys.walker import choose, take_step
from tests.programs import MANAGE

CLIENTS = (1, 8, 64)
SECONDS, QUICK_SECONDS = 30.0, 10.0
MOST_REQUESTS = 60  # of one booking: whoever comes too late for a start chooses again
HEADINGS = (
    "clients",
    "bookings a second",
    "requests a second",
    "median ms",
    "95 % ms",
    "slowest ms",
    "errors",
    "processor seconds a booking",
)
PROGRAMS = ("web-1", "web-2", "worker", "beat")
FIELD = re.compile(r"<(?:input|button)\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')
FIRST_PAGE, RESULT_PAGE, TIMES_PAGE = "/book/treatment/swedish/?minutes=60", "/book/result/", "/book/when/"

Form = tuple[str, Mapping[str, Any]]  # where it goes, what it sends


@dataclass
class Seen:
    """By all clients of one round."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    booked: int = 0


@dataclass
class Client(Asker):
    """Somebody whose requests are timed. `page`: where they are."""

    noted: Seen = field(default_factory=Seen)
    page: str = ""

    def ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        begun = time.monotonic()
        answer = super().ask(method, path, body, headers)
        self.close()  # as nginx asks, whose connections to the clinic are for one request each
        self.noted.times.append(time.monotonic() - begun)
        self.noted.statuses[answer.status_code] += 1
        self.page = path.partition("?")[0]
        return answer


@dataclass
class Learner(Client):
    """By page, what its form sends: noted while a test's visitor walks with this browser."""

    forms: dict[str, Form] = field(default_factory=dict)

    def post(self, path: str, data: Mapping[str, Any], *, follow: bool = True) -> Answer:
        self.forms[self.page] = (path, dict(data))
        return super().post(path, data, follow=follow)


def main(engines: Sequence[str], *, size: Size, is_quick: bool) -> int:
    """Prints a table for each engine."""
    seconds = QUICK_SECONDS if is_quick else SECONDS
    faults: list[str] = []
    for engine in engines:
        with (
            tempfile.TemporaryDirectory(prefix="clinic-load-") as folder,
            Databases(engine=engine, folder=Path(folder), is_lasting=True) as databases,
        ):
            collect_static_files(Path(folder))
            with databases.filled(size) as variables:
                with running(variables, program=(*MANAGE, "up")) as place:
                    print(f"\n{ENGINE_NAMES[engine]}, {size}, {seconds:g} s each\n", flush=True)
                    faults += measure(place, seconds=seconds)
                faults += _find_drift(variables)
    print("".join(f"{fault}\n" for fault in faults), end="", file=sys.stderr)
    return 1 if faults else 0


def measure(place: Place, *, seconds: float) -> list[str]:
    newcomers = addresses()
    forms = learn(place, address=next(newcomers))
    before = memory(place)
    print(f"| {' | '.join(HEADINGS)} |\n|{' ---: |' * len(HEADINGS)}", flush=True)
    faults = []
    for clients in CLIENTS:
        seen, took, worked = book_together(place, forms, clients=clients, seconds=seconds, newcomers=newcomers)
        errors = sum(count for status, count in seen.statuses.items() if status >= 400) + len(seen.faults)
        ordered = sorted(seen.times)
        print(
            f"| {clients} | {seen.booked / took:.1f} | {len(ordered) / took:.0f} "
            f"| {1000 * statistics.median(ordered):.0f} | {1000 * ordered[int(0.95 * len(ordered))]:.0f} "
            f"| {1000 * ordered[-1]:.0f} | {errors} | {worked / max(seen.booked, 1):.2f} |",
            flush=True,
        )
        if errors:
            faults.append(f"{clients} clients: {dict(seen.statuses)}, {seen.faults[:5]}")
    after = memory(place)
    print("\n| memory, MB | " + " | ".join(PROGRAMS) + " |")
    print(f"| --- |{' ---: |' * len(PROGRAMS)}")
    for name, found in (("before", before), ("after", after)):
        print(f"| {name} | " + " | ".join(f"{found[program]:.0f}" for program in PROGRAMS) + " |", flush=True)
    return faults


def learn(place: Place, *, address: str) -> dict[str, Form]:
    """By page, what its form sends: from a walk through all of them."""
    learner = Learner(port=place.clinic.port, address=address)
    browser: Any = learner
    page = choose(browser)
    for _ in range(MOST_REQUESTS):
        if not page.url.startswith("/visit/"):
            page = take_step(browser, page, RELAXING | {"booker_email": "learner@clients.example"})
    assert "data-reference" in page.main, f"not booked: {page.url} {page.title}"
    return learner.forms


def book_together(
    place: Place, forms: Mapping[str, Form], *, clients: int, seconds: float, newcomers: Iterator[str]
) -> tuple[Seen, float, float]:
    """What they saw, how long it took until the last was done, and the processor seconds of the web processes."""
    seen, lock = Seen(), threading.Lock()
    clock = Asker(port=place.clinic.port, pids=place.pids)
    begun, worked = time.monotonic(), clock.read_clocks()

    def book_on() -> None:
        while time.monotonic() < begun + seconds:
            with lock:
                address = next(newcomers)
            try:
                noted = book(place.clinic.port, forms, address=address)
            except (OSError, http.client.HTTPException) as error:
                noted = Seen(faults=[repr(error)])
            with lock:
                seen.times += noted.times
                seen.statuses += noted.statuses
                seen.faults += noted.faults
                seen.booked += noted.booked

    threads = [threading.Thread(target=book_on, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen, time.monotonic() - begun, clock.read_clocks() - worked


def book(port: int, forms: Mapping[str, Form], *, address: str) -> Seen:
    """One journey, from the first page to the visit."""
    client = Client(port=port, address=address)
    answer = client.get(FIRST_PAGE)
    for _ in range(MOST_REQUESTS):
        if client.page.startswith("/visit/"):
            client.noted.booked = 1
            break
        if answer.status_code >= 400 or (client.page not in forms and client.page != RESULT_PAGE):
            client.noted.faults.append(f"{client.page}: {answer.status_code}")
            break
        if client.page == RESULT_PAGE:
            answer = client.get(TIMES_PAGE)
            continue
        where, data = forms[client.page]
        answer = client.post(where, _fill(data, answer.content.decode(), address=address))
    return client.noted


def _fill(learnt: Mapping[str, Any], page: str, *, address: str) -> dict[str, Any]:
    """What was learnt, with the page's own hidden fields, a start that it offers, and an address of one's own."""
    sent = dict(learnt)
    starts = []
    for tag in FIELD.findall(page):
        found = dict(ATTRIBUTE.findall(tag))
        name, value = found.get("name", ""), html.unescape(found.get("value", ""))
        if name == "start" and tag.startswith("<button"):
            starts.append(value)
        elif found.get("type") == "hidden" and name in sent:
            sent[name] = value
    if "start" in sent and starts:
        sent["start"] = random.choice(starts)
    if "booker_email" in sent:
        sent["booker_email"] = f"{address}@clients.example".replace(".", "-", 3)
    return sent


def memory(place: Place) -> dict[str, float]:
    """MB of each program that are in memory, shared pages included."""
    programs = place.clinic.programs()
    return {name: _resident(programs[name]) for name in PROGRAMS}


def _resident(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def _find_drift(variables: Mapping[str, str]) -> list[str]:
    try:
        command(variables, *MANAGE, "check_claims")
    except RuntimeError as error:
        return [str(error)]
    return []
