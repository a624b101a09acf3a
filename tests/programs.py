"""Runs the clinic's own programs as a person would: in a process of their own, with an environment of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.environment import ROOT

KEY_ONE = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c="
KEY_TWO = "zYxWvUtSrQpOnMlKjIhGfEdCbA9876543210zYxWvUs="
MANAGE = (sys.executable, "manage.py")


@dataclass(frozen=True, kw_only=True)
class Finished:
    status: int
    out: str
    err: str


def production(**changes: str | None) -> dict[str, str]:
    """A complete environment of production; None takes a variable out."""
    values: dict[str, str | None] = {
        "SITE_URL": "https://clinic.test",
        "ALLOWED_HOSTS": "clinic.test,www.clinic.test",
        "SECRET_KEY": "0Zk3vQm8Lr5Tn2Xc7Wb4Hd9Jf6Pg1Ss0-signs-sessions",
        "LINK_KEY": "7Yh2Nb5Gt9Vf4Rd1Cx8Es3Wz6Aq0Ml-signs-the-links",
        "HEALTH_DATA_KEYS": f"{KEY_ONE},{KEY_TWO}",
        "EMAIL_URL": "smtp+tls://sender:pass%40word@mail.clinic.test",
        "DATA_DIR": "/srv/clinic",
    }
    values |= changes
    return {name: value for name, value in values.items() if value is not None}


def demo(*, folder: Path, **changes: str) -> dict[str, str]:
    return {"CLINIC_MODE": "demo", "DATA_DIR": str(folder), **changes}


def run(*command: str, variables: Mapping[str, str], text: str = "", seconds: float = 120) -> Finished:
    """`variables` is the whole environment, but for the path."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=bare(variables),
        input=text,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Finished(status=done.returncode, out=done.stdout, err=done.stderr)


def run_python(code: str, *arguments: str, variables: Mapping[str, str], seconds: float = 120) -> Finished:
    return run(sys.executable, "-c", code, *arguments, variables=variables, seconds=seconds)


def bare(variables: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **variables}


def wait_until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """For what another process does. Fails after a time that no healthy machine needs."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {seconds} s")
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """A zombie has ended too: it only waits to be noticed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
