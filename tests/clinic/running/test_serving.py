"""The web server with an application of three lines: what it does with slow, many and last requests."""

import http.client
import select
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from clinic.running import serving
from clinic.running.serving import Server, make_server
from clinic.running.sizes import LISTS, LONGEST_BODY, LONGEST_LIST, longest_body
from tests.programs import wait_until

GET = b"GET /quick HTTP/1.1\r\nHost: a\r\n\r\n"


class Site:
    """`/slow` answers when the gate is opened."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.waiting = threading.Semaphore(0)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self.beats = 0
        self.server: Server = make_server(application=self._answer, listener=listener)
        self.thread = threading.Thread(target=self.server.serve, kwargs={"beat": self._beat})
        self.thread.start()

    def connect(self, sent: bytes = b"") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        made.sendall(sent)
        return made

    def ask(self, path: str = "/quick", **options: Any) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(options.pop("method", "GET"), path, **options)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def end(self) -> None:
        self.gate.set()
        self.server.end()
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        self.server.task_dispatcher.shutdown()
        self.server.trigger.close()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if int(environ.get("CONTENT_LENGTH") or 0) > longest_body(environ["PATH_INFO"]):
            start_response("413 Request Entity Too Large", [("Content-Type", "text/plain")])
            return [b"our own page"]
        if environ["PATH_INFO"] == "/slow":
            self.waiting.release()
            self.gate.wait(timeout=20)
        body = environ["wsgi.input"].read() or b"here"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    def _beat(self) -> None:
        self.beats += 1


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.end()


def read_all(connection: socket.socket) -> bytes:
    """Until the other side closes."""
    found = b""
    while got := connection.recv(4096):
        found += got
    return found


def read_answer(connection: socket.socket) -> bytes:
    """Of a connection that is kept: until the body, which is always the same."""
    found = b""
    while not found.endswith(b"here") and (got := connection.recv(4096)):
        found += got
    return found


def test_a_connection_is_kept_for_the_next_request(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    found = []
    for body in (b"one", b"two"):
        connection.request("POST", "/quick", body)
        found.append(connection.getresponse().read())
    connection.close()

    assert found == [b"one", b"two"]


def test_an_answer_to_head_has_no_body(site: Site) -> None:
    with site.connect(
        GET.replace(b"GET", b"HEAD") + b"GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    ) as one:
        head, second = read_all(one).split(b"HTTP/1.1 ")[1:]

    assert (b"Content-Length: 4" in head, head[-4:], second[-8:]) == (True, b"\r\n\r\n", b"\r\n\r\nhere")


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
    ],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
def test_a_request_that_does_not_arrive_in_time_is_dropped(
    site: Site, half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 0.3)

    with site.connect(half) as connection:
        assert read_all(connection) == b""


def test_a_byte_now_and_then_gives_no_more_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 1.0)
    sent = 0

    with site.connect(b"GET / HTTP/1.1\r\nX: ") as connection:
        connection.settimeout(0.2)
        while sent < 100:
            try:
                connection.sendall(b"a")
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                sent += 1
            except OSError:
                break

    assert sent < 100


def test_whoever_comes_while_slow_ones_are_dropped_is_answered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new connection gets the number of one that was just closed, and must not be taken for it."""
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 0.05)
    for _ in range(3):
        slow = [site.connect(b"GET / HT") for _ in range(40)]
        while any(select.select([one], [], [], 0)[0] == [] for one in slow):
            assert site.ask() == (200, b"here")
        for one in slow:
            one.close()


def test_a_connection_that_is_kept_too_long_is_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "KEEP_ALIVE_SECONDS", 0.3)

    with site.connect(GET) as connection:
        assert read_all(connection).endswith(b"here")


def test_when_there_are_too_many_whoever_waits_longest_makes_room(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 5)
    slow = [site.connect(b"GET / HT") for _ in range(12)]

    assert [site.ask() for _ in range(3)] == [(200, b"here")] * 3
    assert slow[0].recv(1) == b""
    for one in slow:
        one.close()


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"method": "POST", "body": b"a" * (LONGEST_BODY - 1)}, 200),
        ({"method": "POST", "path": LISTS, "body": b"a" * (LONGEST_LIST - 1)}, 200),
        ({"headers": {"X-Long": "a" * 30_000}}, 200),
        ({"headers": {"X-Long": "a" * 40_000}}, 431),
    ],
    ids=["longest body", "longest list", "long head", "too long a head"],
)
def test_what_is_too_long_is_refused(site: Site, options: dict[str, Any], status: int) -> None:
    assert site.ask(**options)[0] == status


def test_an_address_that_is_none_is_answered_and_the_next_one_too(site: Site) -> None:
    with site.connect(b"GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        answer = read_all(connection)

    assert (answer.split(b"\r\n")[0], site.ask()) == (b"HTTP/1.1 400 Bad Request", (200, b"here"))


@pytest.mark.parametrize(
    "sent",
    [
        f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LONGEST_BODY + 1}\r\n\r\n".encode(),
        f"POST {LISTS} HTTP/1.1\r\nHost: a\r\nContent-Length: {LONGEST_LIST + 1}\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" + b"a" * 0x100000,
    ],
    ids=["by its length alone", "a list by its length", "by a length of thirty figures", "in pieces"],
)
def test_too_long_a_body_is_answered_by_the_application_without_reading_it(site: Site, sent: bytes) -> None:
    with site.connect(sent) as connection:
        answer = read_all(connection)

    assert (answer[:13], answer[-12:]) == (b"HTTP/1.1 413 ", b"our own page")


@pytest.mark.parametrize("head", [b"Host: \0", b"Host: a\r\nCookie: a=\0", b"Host: a\r\nContent-Type: b; charset=\0"])
def test_nul_in_a_head_is_refused_before_the_application(site: Site, head: bytes) -> None:
    with site.connect(b"GET /slow HTTP/1.1\r\n" + head + b"\r\n\r\n") as connection:
        assert read_all(connection).startswith(b"HTTP/1.0 400 ")

    assert not site.waiting.acquire(blocking=False)


def test_who_finds_every_thread_busy_is_left_to_the_other_process(site: Site) -> None:
    busy = [site.connect(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(serving.THREADS)]
    for _ in busy:
        assert site.waiting.acquire(timeout=20)
    wait_until(lambda: not site.server.readable())
    newcomer = site.connect(GET)
    beats = site.beats
    wait_until(lambda: site.beats > beats)
    taken = len(site.server.active_channels)
    site.gate.set()

    assert taken == serving.THREADS
    assert read_answer(newcomer).endswith(b"here")
    for one in (*busy, newcomer):
        one.close()


def test_at_the_end_everybody_is_answered_and_told_that_it_is_the_last_time(site: Site) -> None:
    kept = site.connect(GET)
    assert read_answer(kept).endswith(b"here")
    asked = site.connect(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    assert site.waiting.acquire(timeout=20)
    half = site.connect(b"GET /quick HTTP/1.1\r\nHo")

    site.server.end()
    wait_until(lambda: not site.server.accepting)
    half.sendall(b"st: a\r\n\r\n")
    site.gate.set()
    answers = [read_all(asked), read_all(half)]
    site.thread.join(timeout=30)

    assert [(b"Connection: close" in one, one.endswith(b"here")) for one in answers] == [(True, True)] * 2
    assert read_all(kept) == b""
    with pytest.raises(ConnectionRefusedError):
        site.connect()
    for one in (kept, asked, half):
        one.close()


def test_the_loop_beats_while_requests_are_slow(site: Site) -> None:
    with site.connect(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"):
        assert site.waiting.acquire(timeout=20)
        beats = site.beats
        wait_until(lambda: site.beats > beats + 1)
        site.gate.set()
