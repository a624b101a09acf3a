"""`manage.py up`, the real thing: one command, and never half a clinic."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.environment import ROOT
from tests.programs import MANAGE, bare, demo, is_running, run, wait_until
from tests.servers import free_port

Start = Callable[..., "Clinic"]


class Clinic:
    """A running `manage.py up` on SQLite and the file broker."""

    def __init__(self, *, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.parent = subprocess.Popen(
            [*MANAGE, "up"],
            cwd=ROOT,
            env=bare(self.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def variables(self) -> dict[str, str]:
        return demo(folder=self.folder, PORT=str(self.port))

    def get(self, path: str) -> tuple[int, dict[str, object]] | None:
        """Status and JSON, or None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except OSError:
            return None

    def wait_until_up(self) -> None:
        wait_until(lambda: self.get("/readyz") is not None and len(self.children()) == 2)

    def children(self) -> dict[str, int]:
        """The pids of server and worker by name."""
        found: dict[str, int] = {}
        for pid in descendants(self.parent.pid, depth=1):
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            found |= {name: pid for name in ("gunicorn", "celery") if name in command}
        return found

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.parent.send_signal(number)
        return self.finish()

    def finish(self) -> tuple[int, str, str]:
        out, err = self.parent.communicate(timeout=60)
        return self.parent.returncode, out, err


def descendants(pid: int, *, depth: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    found = [int(child) for child in children]
    return found if depth == 1 else found + [one for child in found for one in descendants(child, depth=depth - 1)]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("migrated")
    done = run(*MANAGE, "migrate", "--verbosity", "0", variables=demo(folder=folder))
    assert (done.status, done.out, done.err) == (0, "", "")
    return (folder / "clinic.sqlite3").read_bytes()


@pytest.fixture
def start(tmp_path: Path, migrated: bytes) -> Iterator[Start]:
    started: list[Clinic] = []

    def start_clinic() -> Clinic:
        (tmp_path / "clinic.sqlite3").write_bytes(migrated)
        started.append(Clinic(folder=tmp_path, port=free_port()))
        return started[-1]

    yield start_clinic
    for clinic in started:
        if clinic.parent.poll() is None:
            clinic.end()


def test_up_serves_works_and_ends_as_one(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()
    ready = clinic.get("/readyz")
    everybody = descendants(clinic.parent.pid, depth=3)

    status, out, err = clinic.end()

    assert ready == (200, {"status": "ok", "problems": []})
    assert (status, err) == (0, "")
    assert f"The clinic:     http://127.0.0.1:{clinic.port}/\n" in out
    assert f"Mails:          http://127.0.0.1:{clinic.port}/demo/mail/ and files in {clinic.folder}/mail\n" in out
    assert out.endswith("Stopped.\n")
    # At least gunicorn with two workers, celery and its beat.
    assert len(everybody) >= 5
    assert [pid for pid in everybody if is_running(pid)] == []


@pytest.mark.parametrize(
    ("victim", "sentence"),
    [
        ("gunicorn", "The web server ended by SIGKILL, so everything was stopped.\n"),
        ("celery", "The background worker ended by SIGKILL, so everything was stopped.\n"),
    ],
)
def test_when_a_child_is_killed_everything_ends(start: Start, victim: str, sentence: str) -> None:
    clinic = start()
    clinic.wait_until_up()
    everybody = descendants(clinic.parent.pid, depth=3)

    os.kill(clinic.children()[victim], signal.SIGKILL)
    status, _, err = clinic.finish()

    assert (status, err) == (1, sentence)
    assert [pid for pid in everybody if is_running(pid)] == []


def test_when_up_is_killed_nothing_runs_on(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()
    everybody = descendants(clinic.parent.pid, depth=3)

    clinic.end(signal.SIGKILL)

    wait_until(lambda: [pid for pid in everybody if is_running(pid)] == [])


def test_up_runs_once_for_a_folder(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()

    done = run(*MANAGE, "up", variables=demo(folder=clinic.folder, PORT=str(free_port())))

    assert (done.status, done.out) == (1, "")
    assert done.err == f"The clinic already runs with {clinic.folder}; stop that one first.\n"


def test_up_says_that_the_port_is_taken(start: Start) -> None:
    clinic = start()
    clinic.end()

    with socket.create_server(("127.0.0.1", clinic.port)):
        done = run(*MANAGE, "up", variables=clinic.variables)

    assert (done.status, done.out) == (1, "")
    assert done.err == f"Port {clinic.port} is taken; set PORT to a free one.\n"


def test_up_migrates_when_told_to(tmp_path: Path) -> None:
    variables = demo(folder=tmp_path, PORT=str(free_port()))
    with socket.create_server(("127.0.0.1", int(variables["PORT"]))):
        # The port is looked at after the migrations, so that this run ends by itself.
        done = run(*MANAGE, "up", "--migrate", variables=variables)
    checked = run(*MANAGE, "migrate", "--check", variables=variables)

    assert (done.status, done.err) == (1, f"Port {variables['PORT']} is taken; set PORT to a free one.\n")
    assert (checked.status, checked.err) == (0, "")
