"""Clients who book page by page over the network, as people do: whoever is cut off tries again.

Each has an address of its own, as a proxy would say it. What they saw is counted: who was refused, who was answered
with an error, who was cut off, and which visits they were told are booked.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin

from tests.cast import RELAXING
from tests.journeys.walker import walk

MOST_TRIES = 300
PAUSE_SECONDS = 0.2  # before a person presses "reload"


@dataclass
class Answer:
    """As much of a response of Django's client as a page is read from."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]
    request: dict[str, str]

    def get(self, name: str, default: str = "") -> str:
        return self.headers.get(name.lower(), default)


@dataclass
class Seen:
    """By all clients together."""

    counts: Counter[str] = field(default_factory=Counter)
    references: list[str] = field(default_factory=list)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False  # nobody tries again

    def count(self, what: str, seconds: float = 0.0) -> None:
        with self.lock:
            self.counts[what] += 1
            self.slowest = max(self.slowest, seconds)


class Person:
    """A browser: cookies, one connection a request."""

    def __init__(self, *, port: int, address: str, seen: Seen, timeout: float) -> None:
        self._port, self._address, self._seen, self._timeout = port, address, seen, timeout
        self._cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, data: Mapping[str, Any] | None = None, *, follow: bool = True) -> Answer:
        query = urlencode(data, doseq=True) if data else ""
        return self._ask("GET", f"{path}?{query}" if query else path)

    def post(self, path: str, data: Mapping[str, Any], *, follow: bool = True) -> Answer:
        return self._ask("POST", path, urlencode(data, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        answer = self._try_until_answered(method, path, body)
        while answer.status_code in (301, 302, 303):
            path = urljoin(path, answer.get("location"))
            answer = self._try_until_answered("GET", path, None)
        return answer

    def _try_until_answered(self, method: str, path: str, body: str | None) -> Answer:
        for _ in range(MOST_TRIES):
            answer = self._try(method, path, body)
            if answer is not None and answer.status_code < 500:
                return answer
            if self._seen.is_over:
                break
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{method} {path}: never answered")

    def _try(self, method: str, path: str, body: str | None) -> Answer | None:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            try:
                connection.connect()
            except TimeoutError:
                self._seen.count("not answered")
                return None
            except OSError:
                self._seen.count("refused")
                return None
            connection.request(method, path, body, self._headers(body))
            response = connection.getresponse()
            content = response.read()
        except TimeoutError:
            self._seen.count("not answered")
            return None
        except (OSError, http.client.HTTPException) as error:
            self._seen.count("cut off")
            with self._seen.lock:
                self._seen.cuts.append(f"{method} {path[:20]}: {error!r} after {time.monotonic() - begun:.2f} s")
            return None
        finally:
            connection.close()
        self._seen.count(f"{response.status // 100}xx", time.monotonic() - begun)
        headers = {name.lower(): value for name, value in response.getheaders()}
        for value in response.headers.get_all("Set-Cookie", []):
            self._cookies.load(value)
        name, _, query = path.partition("?")
        return Answer(response.status, content, headers, {"PATH_INFO": name, "QUERY_STRING": query})

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {
            "Host": f"127.0.0.1:{self._port}",
            "X-Forwarded-For": self._address,
            "Cookie": "; ".join(f"{name}={one.value}" for name, one in self._cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers


class Crowd:
    """Some people at a time, one after the other, until told to stop; each finishes what was begun."""

    def __init__(self, *, port: int, people: int, timeout: float = 60) -> None:
        self.seen = Seen()
        self._port, self._timeout = port, timeout
        self._stop = threading.Event()
        self._number = 0
        self._threads = [threading.Thread(target=self._book_on, daemon=True) for _ in range(people)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> Seen:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=300)
        assert not any(thread.is_alive() for thread in self._threads)
        return self.seen

    def abandon(self) -> Seen:
        """As `finish`, where there is nobody to answer any more."""
        self.seen.is_over = True
        return self.finish()

    def _book_on(self) -> None:
        while not self._stop.is_set():
            try:
                self._book()
            except AssertionError as fault:
                with self.seen.lock:
                    self.seen.faults.append(str(fault))

    def _book(self) -> None:
        with self.seen.lock:
            self._number += 1
            number = self._number
        address = f"198.51.{100 + number // 250}.{number % 250 + 1}"
        person: Any = Person(port=self._port, address=address, seen=self.seen, timeout=self._timeout)
        page = walk(person, RELAXING | {"booker_email": f"client{number}@example.com"})
        reference = page.main.get("data-reference")
        assert reference, f"not booked: {page.url} {page.title}"
        with self.seen.lock:
            self.seen.references.append(reference)
