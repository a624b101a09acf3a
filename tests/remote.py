"""A browser without a script that goes over the network, in the shape of Django's client, for `tests.pages` to press on."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

REDIRECTS = (301, 302, 303)
MOST_REDIRECTS = 10


@dataclass(frozen=True)
class Answer:
    status_code: int
    content: bytes
    headers: Mapping[str, str]
    request: Mapping[str, str]

    def get(self, header: str, default: str = "") -> str:
        return self.headers.get(header.lower(), default)


class RemoteBrowser:
    """Keeps its cookies. Raises OSError where nobody answers."""

    def __init__(self, *, port: int, seconds: float = 60) -> None:
        self._port, self._seconds = port, seconds
        self._cookies: dict[str, str] = {}

    def get(self, address: str, data: Mapping[str, Any] | None = None, *, follow: bool = False) -> Answer:
        query = urlencode(data or {}, doseq=True)
        return self._ask("GET", f"{address}?{query}" if query else address, None, follow=follow)

    def post(self, address: str, data: Mapping[str, Any], *, follow: bool = False) -> Answer:
        return self._ask("POST", address, urlencode(data, doseq=True), follow=follow)

    def _ask(self, method: str, address: str, body: str | None, *, follow: bool) -> Answer:
        for _ in range(MOST_REDIRECTS):
            answer = self._ask_once(method, address, body)
            if not follow or answer.status_code not in REDIRECTS:
                return answer
            method, body = "GET", None
            parts = urlsplit(answer.get("Location"))
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        raise AssertionError(f"no end of redirects at {address}")

    def _ask_once(self, method: str, address: str, body: str | None) -> Answer:
        host = f"127.0.0.1:{self._port}"
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
        connection = http.client.HTTPConnection(host, timeout=self._seconds)
        try:
            connection.request(method, address, body, {name: value for name, value in headers.items() if value})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        path, _, query = address.partition("?")
        return Answer(
            response.status,
            content,
            {name.lower(): value for name, value in response.headers.items()},
            {"PATH_INFO": path, "QUERY_STRING": query},
        )
