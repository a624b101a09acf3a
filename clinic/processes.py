"""Runs a few programs as one: they start together, and when one ends or a signal arrives, all end.

Not a process manager: nothing is restarted. What `up` promises is that there is never half a clinic running.
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
WATCHED_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
# Seconds; longer than a mail may take (EMAIL_TIMEOUT), so that none is cut off in the middle.
PATIENCE = 25.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Child:
    name: str
    command: list[str]


def server_command(*, host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "clinic.wsgi:application",
        "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--max-requests", "5000", "--max-requests-jitter", "500",
        "--graceful-timeout", "20",
        "--log-level", "warning",
        "--no-control-socket",  # it would be made in the home folder, outside of DATA_DIR
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [
        sys.executable, "-m", "celery", "--quiet", "--app", "clinic", "worker",
        "--beat", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",  # one worker has nobody to talk to
    ]  # fmt: skip


def run_until_stopped(*, children: list[Child]) -> str | None:
    """Blocks. Returns None after a stop signal, or a sentence when a child ended by itself."""
    # Blocked and then waited for, a signal can't slip between the look and the wait.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for child in children:
            running[child.name] = _start(child, signal_mask=before)
        return _wait(running)
    finally:
        _stop_all(list(running.values()))
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def holding_lock(*, path: Path) -> Iterator[bool]:
    """Says whether the lock was free. The kernel releases it with the process, however that ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_port_free(*, host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def die_with_parent(*, parent: int, signal_mask: Iterable[int]) -> Callable[[], None]:
    """What a child does between fork and exec: end with its parent (Linux), and listen to signals again."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # The parent may have died before the line above.
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, signal_mask)

    return prepare


def _start(child: Child, *, signal_mask: Iterable[int]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl+C reaches the parent only, which then stops the children in good order.
    return subprocess.Popen(
        child.command,
        start_new_session=True,
        preexec_fn=die_with_parent(parent=os.getpid(), signal_mask=signal_mask),  # noqa: PLW1509 - no threads here
    )


def _wait(running: dict[str, subprocess.Popen[bytes]]) -> str | None:
    while True:
        for name, process in running.items():
            status = process.poll()
            if status is not None:
                return _describe_end(name, status)
        if signal.sigwait(WATCHED_SIGNALS) in STOP_SIGNALS:
            return None


def _describe_end(name: str, status: int) -> str:
    how = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
    return f"{name[0].upper()}{name[1:]} ended {how}, so everything was stopped."


def _stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        # Also what it left behind: the beat of a worker that was killed would tick on for ever.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
