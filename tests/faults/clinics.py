"""A running `manage.py up`, for tests that kill it in parts."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from signal import SIGTERM, Signals

from tests.environment import ROOT
from tests.programs import MANAGE, bare, wait_until

# What `up` keeps running where REDIS_URL names no broker.
PROGRAMS = ("beat", "broker", "web-1", "web-2", "worker")


class Clinic:
    def __init__(self, *, variables: Mapping[str, str], command: tuple[str, ...] = (*MANAGE, "up")) -> None:
        """`variables` is the whole environment, with DATA_DIR and PORT."""
        self.variables = variables
        self.folder = Path(variables["DATA_DIR"])
        self.port = int(variables["PORT"])
        self.log = self.folder / "up.log"
        self.errors: str | None = None
        with self.log.open("ab") as log:
            self.parent = subprocess.Popen(
                command, cwd=ROOT, env=bare(variables), stdout=log, stderr=subprocess.PIPE, text=True
            )

    def get(self, path: str) -> tuple[int, dict[str, object]] | None:
        """Status and JSON, or None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except OSError:
            return None

    def is_up(self) -> bool:
        """Web, worker and broker; whether an empty clinic has a sender for its mails is nothing to this."""
        found = self.get("/readyz")
        return found is not None and found[0] == 200 and "heartbeat" not in str(found[1]["problems"])

    def wait_until_up(self) -> None:
        wait_until(self.is_up)

    def programs(self) -> dict[str, int]:
        """The pids by name; with our own broker also that of its server."""
        found = {}
        for pid in children_of(self.parent.pid):
            name = name_of(pid)
            if name.startswith("clinic-"):
                found[name.removeprefix("clinic-")] = pid
        for pid in children_of(found.get("broker", 0)):
            found["valkey"] = pid
        return found

    def everybody(self) -> list[int]:
        return [self.parent.pid, *self.programs().values()]

    def said(self) -> str:
        return self.log.read_text()

    def tracebacks(self) -> list[str]:
        """Their lines in the log, as Python or the clinic's own formatter writes them."""
        return [line for line in self.said().splitlines() if line.startswith(("Traceback", "  /", "  File "))]

    def end(self, number: Signals = SIGTERM) -> tuple[int, str, str]:
        """Status, what it printed and logged, and its errors."""
        self.parent.send_signal(number)
        return self.finish()

    def finish(self) -> tuple[int, str, str]:
        if self.errors is None:
            self.errors = self.parent.communicate(timeout=90)[1]
        return self.parent.returncode, self.said(), self.errors or ""


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
