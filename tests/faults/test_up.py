"""`manage.py up`, the real thing: one command that keeps a clinic running, and nothing left when it is gone."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.clinics import PROGRAMS, Clinic
from tests.programs import MANAGE, demo, is_running, run, wait_until
from tests.servers import free_port

Start = Callable[..., Clinic]


@pytest.fixture
def start(tmp_path: Path, migrated: Path) -> Iterator[Start]:
    started: list[Clinic] = []

    def start_clinic() -> Clinic:
        shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
        started.append(Clinic(variables=demo(folder=tmp_path, PORT=str(free_port()))))
        return started[-1]

    yield start_clinic
    for clinic in started:
        if clinic.parent.poll() is None:
            clinic.end()


def test_up_serves_works_runs_once_for_a_folder_and_ends_as_one(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()
    everybody = clinic.everybody()

    second = run(*MANAGE, "up", variables=demo(folder=clinic.folder, PORT=str(free_port())))
    status, out, err = clinic.end()

    refusal = f"The clinic already runs with {clinic.folder}; stop that one first.\n"
    assert (second.status, second.out, second.err) == (1, "", refusal)

    assert (status, err) == (0, "")
    assert f"The clinic:     http://127.0.0.1:{clinic.port}/\n" in out
    assert f"Mails:          http://127.0.0.1:{clinic.port}/demo/mail/ and files in {clinic.folder}/mail\n" in out
    assert out.endswith("Stopped.\n")
    assert [word for word in ("ERROR", "WARNING", "Traceback") if word in out] == []
    assert len(everybody) == 2 + len(PROGRAMS)
    assert [pid for pid in everybody if is_running(pid)] == []


def test_whatever_is_killed_comes_back_while_the_rest_goes_on(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()
    before = clinic.programs()

    for name in ("web-1", "worker", "beat", "valkey"):
        os.kill(before[name], signal.SIGKILL)
        wait_until(lambda name=name: clinic.programs().get(name, before[name]) != before[name], seconds=30)  # type: ignore[misc]
    after = clinic.programs()
    clinic.wait_until_up()
    status, _, err = clinic.end()

    assert sorted(after) == sorted(before)
    assert after["web-2"] == before["web-2"]
    assert (status, err) == (0, "")
    assert clinic.tracebacks() == []


def test_when_up_is_killed_nothing_runs_on(start: Start) -> None:
    clinic = start()
    clinic.wait_until_up()
    everybody = clinic.everybody()
    os.kill(clinic.programs()["web-1"], signal.SIGSTOP)

    clinic.end(signal.SIGKILL)

    wait_until(lambda: [pid for pid in everybody if is_running(pid)] == [])


@pytest.mark.parametrize("arguments", [(), ("--migrate",)], ids=["up", "up --migrate"])
def test_up_says_that_the_port_is_taken_before_it_does_anything(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = run(*MANAGE, "up", *arguments, variables=demo(folder=tmp_path, PORT=str(port)))

    assert (done.status, done.out, done.err) == (1, "", f"Port {port} is taken; set PORT to a free one.\n")


def test_up_says_that_its_folder_has_too_long_a_name(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25)

    done = run(*MANAGE, "up", variables=demo(folder=folder, PORT=str(free_port())))

    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "The clinic can't start: the path of DATA_DIR is too long for a socket in it; "
        "choose a shorter one or set REDIS_URL.\n"
    )


def test_up_migrates_when_told_to(tmp_path: Path) -> None:
    clinic = Clinic(variables=demo(folder=tmp_path, PORT=str(free_port())), command=(*MANAGE, "up", "--migrate"))
    clinic.wait_until_up()

    status, out, err = clinic.end()

    assert (status, err) == (0, "")
    assert "Applying booking.0001" in out
