"""Runs the tests on both engines side by side, one pytest each, and prints one after the other.

`python -m tests.run [arguments of pytest]`. Without arguments, faults and browser have lanes of their own: they wait more
than they work, and what they time must not starve, so the other lanes run at a lower priority. Where the machine has
memory to spare, what the tests write is kept in it (SQLite's files above all), so that they wait for no disk; servers
have folders of their own under /tmp. What was left out and the summary lines of pytest come last. Ends with 0 only if
all runs passed; a run that had nothing to do fails too, unless arguments chose the tests.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

from tests.environment import ENGINES, LEFT_OUT

NOTHING_COLLECTED = 5
MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes, many times what a run has been seen to hold


# The runs of a lane follow each other, the lanes run side by side: (engine, arguments of pytest, at a lower priority).
Lane = Sequence[tuple[str, Sequence[str], bool]]
APART = ("tests/faults", "tests/browser")
LANES: Sequence[Lane] = (
    *([(engine, ["tests", *(f"--ignore={folder}" for folder in APART)], True)] for engine in ENGINES),
    *([(engine, ["tests/faults"], False)] for engine in ENGINES),
    [("sqlite", ["tests/browser"], False)],
)


class Run:
    """One pytest. Its lines are read as they come, and shown when its turn has come."""

    def __init__(self, *, engine: str, arguments: Sequence[str], is_low: bool) -> None:
        self.engine = engine
        self.arguments = arguments
        self.is_low = is_low
        self.status = 0
        self.last_line = ""
        self.left_out: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self.process: subprocess.Popen[str] | None = None
        self.is_called_off = False

    def work(self, *, variables: Mapping[str, str]) -> None:
        """Blocks until it has ended. Keeps reading: a full pipe would stop a run that is not shown yet."""
        if self.is_called_off:
            return
        self.process = subprocess.Popen(
            [*(["nice", "-n", "5"] if self.is_low else []), sys.executable, "-m", "pytest", *self.arguments],
            env=os.environ | {"TEST_ENGINE": self.engine, "TEST_ONE_OF_TWO": "1", "PYTHONUNBUFFERED": "1", **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self.status = self.process.wait()
        self._lines.put(None)

    def has_passed(self, *, may_be_empty: bool) -> bool:
        """One whose tests were all left out, for want of a browser, has nothing to fail at."""
        return self.status == 0 or (self.status == NOTHING_COLLECTED and (may_be_empty or bool(self.left_out)))

    def show(self) -> None:
        """Prints everything but the last line, live, until the run ends."""
        held: list[str] = []
        while (line := self._lines.get()) is not None:
            if line.startswith(LEFT_OUT):
                self.left_out.append(line)
            if line.strip():
                print("".join(f"{before}\n" for before in held), end="", flush=True)
                held = []
            held.append(line)
        self.last_line = held[0] if held else ""


def main(arguments: list[str]) -> int:
    lanes = [[(engine, arguments, False)] for engine in ENGINES] if arguments else LANES
    with folder_in_memory() as folder:
        runs = run_all(lanes, variables={} if folder is None else {"TMPDIR": str(folder)})
    print(flush=True)
    for line in [line for run in runs for line in (*run.left_out, run.last_line)]:
        print(line, flush=True)
    return 0 if all(run.has_passed(may_be_empty=bool(arguments)) for run in runs) else 1


@contextmanager
def folder_in_memory() -> Iterator[Path | None]:
    """A folder in memory, deleted at the end. None where there is no room for it, or where TMPDIR is given."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield None
        return
    # A short name: it holds sockets, whose paths are limited. The database server runs as a user of its own.
    folder = Path(tempfile.mkdtemp(prefix="t", dir=MEMORY))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_all(lanes: Sequence[Lane], *, variables: Mapping[str, str]) -> list[Run]:
    """All runs, when they have ended and been shown."""
    made = [[Run(engine=engine, arguments=arguments, is_low=low) for engine, arguments, low in lane] for lane in lanes]
    runs = [run for lane in made for run in lane]
    _stop_with(runs)
    for lane in made:
        threading.Thread(target=_work_off, args=(lane, variables), daemon=True).start()
    for run in runs:
        print(f"\n-------- {run.engine} {' '.join(run.arguments)}".rstrip(), flush=True)
        run.show()
    return runs


def _work_off(lane: Sequence[Run], variables: Mapping[str, str]) -> None:
    for run in lane:
        run.work(variables=variables)


def _stop_with(runs: list[Run]) -> None:
    def stop(number: int, _frame: object) -> NoReturn:
        for run in runs:
            run.is_called_off = True
            if run.process is not None:
                run.process.terminate()
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
