"""A browser that says of each answer what it cost the server: processor time of its web processes, and statements."""

import gzip
import http.client
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench.serve import STATEMENTS

HOST = "clinic.test"
REDIRECTS = (301, 302, 303)
# A reading is good when nothing has run since the one before.
PAUSE_SECONDS = 0.0005
QUIET_SECONDS = 0.000_02
MOST_READINGS = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """As much of a response of Django's client as `tests.pages` reads, and what it cost."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]
    request: Mapping[str, str]
    seconds: float  # of the processor, in the web processes
    statements: int

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header.lower(), default)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request: "POST /book/", its own seconds of the processor, those of "ok" right after it, and statements."""

    what: str
    seconds: float
    ok_seconds: float
    statements: int


@dataclass
class Asker:
    """One kept connection, through the proxy as it seems, from an address of its own. Raises OSError where nobody answers.

    `pids`: the web processes. With `seen`, each request is noted there, in turn with /healthz.
    """

    port: int
    pids: Sequence[int] = ()
    address: str = "198.51.100.1"
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] | None = None
    timeout: float = 300

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)

    def get(self, path: str, data: Mapping[str, Any] | None = None, *, follow: bool = True) -> Answer:
        query = urlencode(data, doseq=True) if data else ""
        return self._follow(self.ask("GET", f"{path}?{query}" if query else path))

    def post(self, path: str, data: Mapping[str, Any], *, follow: bool = True) -> Answer:
        return self._follow(self.ask("POST", path, urlencode(data, doseq=True)))

    def ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request."""
        answer = self._ask(method, path, body, headers or {})
        if self.seen is not None:
            ok = self._ask("GET", "/healthz", None, {})
            self.seen.append(
                Seen(
                    what=f"{method} {path.partition('?')[0]}",
                    seconds=answer.seconds,
                    ok_seconds=ok.seconds,
                    statements=answer.statements,
                )
            )
        return answer

    def close(self) -> None:
        self._connection.close()

    def _follow(self, answer: Answer) -> Answer:
        while answer.status_code in REDIRECTS:
            parts = urlsplit(answer.get("location"))
            answer = self.ask("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        return answer

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        before = self._processor_seconds()
        self._connection.request(method, path, body, {**self._headers(body), **headers})
        response = self._connection.getresponse()
        content = response.read()
        seconds = self._processor_seconds() - before
        for value in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        answered = {name.lower(): value for name, value in response.getheaders()}
        name, _, query = path.partition("?")
        return Answer(
            status_code=response.status,
            content=gzip.decompress(content) if answered.get("content-encoding") == "gzip" else content,
            headers=answered,
            request={"PATH_INFO": name, "QUERY_STRING": query},
            seconds=seconds,
            statements=int(answered.get(STATEMENTS.lower(), 0)),
        )

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {
            "Host": HOST,
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        return headers

    def _processor_seconds(self) -> float:
        """Of all web processes and their threads, once they have nothing left to do."""
        if not self.pids:
            return 0.0
        before = self.read_clocks()
        for _ in range(MOST_READINGS):
            time.sleep(PAUSE_SECONDS)
            now = self.read_clocks()
            if now - before < QUIET_SECONDS:
                return now
            before = now
        return before

    def read_clocks(self) -> float:
        # What clock_getcpuclockid(3) would give: nanoseconds, where /proc counts in hundredths of a second.
        return sum(time.clock_gettime(~pid << 3 | 2) for pid in self.pids)


def addresses() -> Iterator[str]:
    """Each from another network, since one network may not keep that many starts."""
    return (f"198.{18 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}" for number in range(125_000))
