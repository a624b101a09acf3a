"""`up` alone, without a proxy: who sends a byte a second takes nothing from anybody."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clinics import Clinic
from tests.programs import demo
from tests.servers import free_port

SLOW = 80
ASKED = 40
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /book/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nname="


class Slow:
    """Connections that never come to an end by themselves, and open again when they are closed."""

    def __init__(self, *, port: int, many: int = SLOW) -> None:
        self._port = port
        self._stop = threading.Event()
        self.sockets = [self._open(number) for number in range(many)]
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        for one in self.sockets:
            one.close()

    def _open(self, number: int) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        made.sendall(BODY if number % 2 else HEAD)
        return made

    def _drip(self) -> None:
        while not self._stop.wait(1.0):
            for number, one in enumerate(self.sockets):
                try:
                    one.sendall(b"a")
                except OSError:
                    one.close()
                    self.sockets[number] = self._open(number)


@pytest.fixture
def running_clinic(migrated: Path, tmp_path: Path) -> Iterator[Clinic]:
    folder = Path(shutil.copytree(migrated, tmp_path / "data"))
    made = Clinic(variables=demo(folder=folder, PORT=str(free_port())))
    made.wait_until_up()
    yield made
    made.end()


def test_eighty_slow_connections_keep_nobody_waiting(running_clinic: Clinic) -> None:
    slow = Slow(port=running_clinic.port)
    try:
        answers, times = [], []
        for _ in range(ASKED):
            begun = time.monotonic()
            answers.append(running_clinic.get("/healthz"))
            times.append(time.monotonic() - begun)
    finally:
        slow.stop()

    print(f"{SLOW} slow connections: {ASKED} others answered, the slowest in {max(times):.3f} s")
    assert answers == [(200, {"status": "ok"})] * ASKED
