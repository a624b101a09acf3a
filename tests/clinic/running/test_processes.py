"""The keeper, with programs of our own: what dies or hangs comes back, and all end in good order."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.environment import ROOT
from tests.programs import bare, is_running, wait_until

# Each life of a program is a line in a file of its name: its pid, and that of what it has started.
KEEPER = """
import logging, os, pathlib, signal, socket, subprocess, sys, time
from clinic.running import processes
from clinic.running.processes import Keeper, Program

logging.basicConfig(stream=sys.stdout, format="%(message)s")
folder = pathlib.Path(sys.argv[1])
processes.HUNG_AFTER = float(sys.argv[2])
processes.SHORT_LIFE = float(sys.argv[3])
processes.FIRST_PAUSE, processes.LONGEST_PAUSE = 0.1, 0.4


def note(name, *words):
    with (folder / name).open("a") as file:
        print(*words, file=file)


def steady(pulse):
    "Ends in good order: half a second after it was told to."
    grandchild = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    told = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(time.monotonic()))
    note("steady", os.getpid(), grandchild.pid)
    while not told or time.monotonic() - told[0] < 0.5:
        pulse.beat()
        time.sleep(0.05)
    note("steady", "finished")


def needed(pulse):
    "The others need it to their end."
    signal.signal(signal.SIGTERM, lambda *_: (note("needed", "told", "finished" in (folder / "steady").read_text()), sys.exit()))
    note("needed", os.getpid())
    while True:
        pulse.beat()
        time.sleep(0.05)


def mute(pulse):
    note("mute", os.getpid())
    time.sleep(600)


def short(pulse):
    note("short", os.getpid(), time.monotonic())
    raise ValueError("a word of a client")


def listening(pulse):
    try:
        listener.listen()
        note("listening", os.getpid(), "open")
    except OSError:
        note("listening", os.getpid(), "closed")
    needed(pulse)


def fork_at_last(fork=os.fork, failures=[11] * 3):
    if failures:
        raise OSError(failures.pop(), "not now")
    return fork()


names = sys.argv[4:]
if "nofork" in names:
    names.remove("nofork")
    os.fork = fork_at_last
listener = socket.create_server(("127.0.0.1", 0))
programs = [
    Program(name=name, run=globals()[name], is_needed_by_others=name == "needed", takes_connections=name == "listening")
    for name in names
]
Keeper(programs=programs, listener=listener).keep_running()
print("all ended")
"""


class Kept:
    def __init__(
        self, folder: Path, *names: str, hung_after: float = 60, short_life: float = 0, stdout: int = subprocess.PIPE
    ) -> None:
        self.folder = folder
        self.keeper = subprocess.Popen(
            [sys.executable, "-c", KEEPER, str(folder), str(hung_after), str(short_life), *names],
            cwd=ROOT,
            env=bare({}),
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    def lives(self, name: str, *, at_least: int = 1) -> list[list[str]]:
        """The words of each line that the program has written, once there are so many."""
        path = self.folder / name
        wait_until(lambda: path.exists() and path.read_text().count("\n") >= at_least)
        return [line.split() for line in path.read_text().splitlines()]

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.keeper.send_signal(number)
        out, err = self.keeper.communicate(timeout=60)
        return self.keeper.returncode, out, err


Keep = Callable[..., Kept]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    made: list[Kept] = []

    def start(*names: str, **options: Any) -> Kept:
        made.append(Kept(tmp_path, *names, **options))
        return made[-1]

    yield start
    for kept in made:
        kept.keeper.kill()
        kept.keeper.communicate(timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_at_a_stop_signal_everybody_finishes_and_what_others_need_ends_last(keep: Keep, number: signal.Signals) -> None:
    kept = keep("steady", "needed")
    pids = [int(pid) for name in ("steady", "needed") for pid in kept.lives(name)[0]]

    status, out, err = kept.end(number)

    assert (status, out, err) == (0, "all ended\n", "")
    assert (kept.lives("steady")[-1], kept.lives("needed")[-1]) == (["finished"], ["told", "True"])
    assert [pid for pid in pids if is_running(pid)] == []


def test_who_is_killed_comes_back_at_once_and_leaves_nothing_behind(keep: Keep) -> None:
    kept = keep("steady", "needed")
    ((first, grandchild),) = kept.lives("steady")
    ((other,),) = kept.lives("needed")

    os.kill(int(first), signal.SIGKILL)
    second, _ = kept.lives("steady", at_least=2)[-1]
    wait_until(lambda: not is_running(int(grandchild)))

    assert is_running(int(second))
    assert is_running(int(other))
    assert kept.end()[1] == "steady ended by SIGKILL; it starts again now\nall ended\n"


def test_who_is_stopped_is_killed_and_comes_back(keep: Keep) -> None:
    kept = keep("steady", hung_after=1.5)
    ((first, _),) = kept.lives("steady")

    os.kill(int(first), signal.SIGSTOP)
    second, _ = kept.lives("steady", at_least=2)[-1]

    assert (is_running(int(first)), is_running(int(second))) == (False, True)
    hung, *rest = kept.end()[1].splitlines()
    assert hung.startswith("steady has not moved for ")
    assert rest == ["steady ended by SIGKILL; it starts again now", "all ended"]


def test_who_never_beats_is_killed_again_and_again(keep: Keep) -> None:
    kept = keep("mute", hung_after=0.5)

    lives = kept.lives("mute", at_least=3)

    assert len(set(map(tuple, lives))) == 3


def test_who_dies_young_waits_longer_each_time_and_says_no_word_of_the_error(keep: Keep) -> None:
    kept = keep("short", "steady", short_life=60)

    moments = [float(moment) for _, moment in kept.lives("short", at_least=6)[:6]]
    _, *more = kept.lives("steady")
    status, out, _ = kept.end()

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert [gap >= pause for gap, pause in zip(gaps, (0.1, 0.2, 0.4, 0.4, 0.4), strict=True)] == [True] * 5
    assert (status, more) == (0, [])
    said = [line for line in out.splitlines() if "starts again" in line][:4]
    assert said == [
        f"short ended with status 1; it starts again in {pause} s" for pause in ("0.1", "0.2", "0.4", "0.4")
    ]


def test_no_word_that_cannot_be_written_ends_the_keeper(keep: Keep) -> None:
    """As on a full disk that its log is on."""
    with Path("/dev/full").open("w") as full:
        kept = keep("steady", stdout=full.fileno())
        ((first, _),) = kept.lives("steady")
        os.kill(int(first), signal.SIGKILL)
        second, _ = kept.lives("steady", at_least=2)[-1]

        assert is_running(int(second))


def test_a_program_that_cannot_be_started_is_tried_again(keep: Keep) -> None:
    kept = keep("nofork", "steady")

    kept.lives("steady")

    status, out, err = kept.end()
    said = [f"steady can't be started ({os.strerror(11)})"] * 3
    assert (status, out.splitlines(), err) == (0, [*said, "all ended"], "")


def test_only_who_takes_connections_holds_the_listener(keep: Keep, tmp_path: Path) -> None:
    kept = keep("listening")
    ((_, held),) = kept.lives("listening")
    kept.end()

    assert held == "open"


def test_when_the_keeper_is_killed_nothing_runs_on(keep: Keep) -> None:
    kept = keep("steady", "mute")
    pids = [int(pid) for name in ("steady", "mute") for pid in kept.lives(name)[0]]
    os.kill(pids[0], signal.SIGSTOP)

    kept.end(signal.SIGKILL)

    # What `sleep` was started by has gone; a real program's children go with it.
    wait_until(lambda: not is_running(pids[0]) and not is_running(pids[2]))
    os.kill(pids[1], signal.SIGKILL)


def test_a_second_signal_waits_for_nobody(keep: Keep) -> None:
    kept = keep("mute", "steady")
    ((mute,),) = kept.lives("mute")
    os.kill(int(mute), signal.SIGSTOP)
    kept.lives("steady")

    kept.keeper.send_signal(signal.SIGINT)
    assert kept.lives("steady", at_least=2)[-1] == ["finished"]
    status, out, err = kept.end(signal.SIGINT)

    assert (status, out, err) == (0, "all ended\n", "")
