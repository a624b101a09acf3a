"""Runs the tests on both engines side by side, one pytest each, and prints one after the other.

`python -m tests.run [arguments of pytest]`. What was left out and the two summary lines of pytest come last. Ends with 0 only if both runs
passed; a run that had nothing to do fails too, unless arguments chose the tests.
"""

import os
import signal
import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import NoReturn

from tests.environment import ENGINES, LEFT_OUT

NOTHING_COLLECTED = 5


class Run:
    def __init__(self, *, engine: str, arguments: list[str]) -> None:
        self.engine = engine
        self.last_line = ""
        self.left_out: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            env=os.environ | {"TEST_ENGINE": engine, "TEST_ONE_OF_TWO": "1", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        # Reading on, or a full pipe would stop the run whose turn to be shown has not come.
        threading.Thread(target=self._read, daemon=True).start()

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

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


def main(arguments: list[str]) -> int:
    runs = [Run(engine=engine, arguments=arguments) for engine in ENGINES]
    _stop_with(runs)
    for run in runs:
        print(f"\n-------- {run.engine}", flush=True)
        run.show()
    statuses = [run.process.wait() for run in runs]
    print(flush=True)
    for line in [line for run in runs for line in (*run.left_out, run.last_line)]:
        print(line, flush=True)
    accepted = {0, NOTHING_COLLECTED} if arguments else {0}
    return 0 if set(statuses) <= accepted else 1


def _stop_with(runs: list[Run]) -> None:
    def stop(number: int, _frame: object) -> NoReturn:
        for run in runs:
            run.process.terminate()
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
