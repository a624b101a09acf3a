import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.processes import holding_lock, is_port_free
from tests.environment import ROOT
from tests.programs import bare, is_running, wait_until

# Writes its pid, and that of a process of its own, and waits to be told to end.
SLEEPER = """
import os, pathlib, subprocess, sys
grandchild = subprocess.Popen(["sleep", "600"])
pathlib.Path(sys.argv[1]).with_suffix(".new").write_text(f"{os.getpid()} {grandchild.pid}")
os.rename(pathlib.Path(sys.argv[1]).with_suffix(".new"), sys.argv[1])
grandchild.wait()
"""
PARENT = """
import sys
from clinic.processes import Child, run_until_stopped
sleeper, folder, *ends = sys.argv[1:]
children = [
    Child(name=f"sleeper {name}", command=[sys.executable, "-c", sleeper, f"{folder}/{name}"]) for name in ("one", "two")
]
children += [Child(name="the short one", command=[sys.executable, "-c", code]) for code in ends]
print(run_until_stopped(children=children))
"""


class Family:
    def __init__(self, folder: Path, *ends: str) -> None:
        self.folder = folder
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, SLEEPER, str(folder), *ends],
            cwd=ROOT,
            env=bare({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> list[int]:
        files = [self.folder / "one", self.folder / "two"]
        wait_until(lambda: all(file.exists() for file in files))
        return [int(pid) for file in files for pid in file.read_text().split()]


@pytest.fixture
def families() -> Iterator[list[Family]]:
    made: list[Family] = []
    yield made
    for family in made:
        family.parent.kill()
        family.parent.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_ends_children_and_grandchildren(
    tmp_path: Path, families: list[Family], number: signal.Signals
) -> None:
    families.append(family := Family(tmp_path))
    pids = family.pids()

    family.parent.send_signal(number)
    out, err = family.parent.communicate(timeout=60)

    assert (family.parent.returncode, out, err) == (0, "None\n", "")
    assert [pid for pid in pids if is_running(pid)] == []


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise SystemExit(3)", "The short one ended with status 3, so everything was stopped."),
        ("pass", "The short one ended with status 0, so everything was stopped."),
        ("import os; os.kill(os.getpid(), 9)", "The short one ended by SIGKILL, so everything was stopped."),
    ],
)
def test_when_one_child_ends_the_others_are_stopped(
    tmp_path: Path, families: list[Family], code: str, sentence: str
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    families.append(family := Family(tmp_path, f"open({str(gate)!r}).close(); {code}"))
    pids = family.pids()

    # Opening the pipe lets the short one go on.
    gate.write_text("")
    out, err = family.parent.communicate(timeout=60)

    assert (family.parent.returncode, out, err) == (0, f"{sentence}\n", "")
    assert [pid for pid in pids if is_running(pid)] == []


def test_when_the_parent_is_killed_the_children_end(tmp_path: Path, families: list[Family]) -> None:
    families.append(family := Family(tmp_path))
    child_one, grandchild_one, child_two, grandchild_two = family.pids()

    family.parent.kill()
    family.parent.wait()

    wait_until(lambda: not is_running(child_one) and not is_running(child_two))
    # A real child ends what it started when it is told to end; these two do not.
    for pid in (grandchild_one, grandchild_two):
        os.kill(pid, signal.SIGKILL)


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with holding_lock(path=tmp_path / "lock") as first, holding_lock(path=tmp_path / "lock") as second:
        held = (first, second)
    with holding_lock(path=tmp_path / "lock") as third:
        assert (*held, third) == (True, False, True)


def test_a_lock_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time; from clinic.processes import holding_lock\n"
        "with holding_lock(path=pathlib.Path(sys.argv[1])) as held: print(held, flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], cwd=ROOT, env=bare({}), stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with holding_lock(path=tmp_path / "lock") as meanwhile:
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()

    with holding_lock(path=tmp_path / "lock") as afterwards:
        assert (meanwhile, afterwards) == (False, True)


def test_a_port_is_free_until_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        taken = is_port_free(host="127.0.0.1", port=port)

    assert (taken, is_port_free(host="127.0.0.1", port=port)) == (False, True)
