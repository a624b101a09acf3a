"""What a process and its forks ask of the system: locks, signals, pipes, names, and an end together."""

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Of prctl(2).
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15


@contextmanager
def holding_lock(*, path: Path) -> Iterator[bool]:
    """Says whether the lock was free. The kernel releases it with the process and its forks, however they end."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def die_with_parent(
    *, parent: int, signal_mask: Iterable[int], how: signal.Signals = signal.SIGTERM
) -> Callable[[], None]:
    """What a child does first: end with its parent (Linux; elsewhere by its pulse), and listen to signals again."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, how)
        # The parent may have died before the line above.
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, signal_mask)

    return prepare


@contextmanager
def signals_as_bytes(watched: Iterable[int]) -> Iterator[int]:
    """A pipe in which each of the watched signals is one byte, so that one `select` waits for everything."""
    reading, writing = open_pipe()
    before = {number: signal.signal(number, lambda *_: None) for number in watched}
    old = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def open_pipe() -> tuple[int, int]:
    """Its reading end and its writing end; nobody waits at either."""
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    return ends


def flush() -> None:
    """What can't be written (a full disk, a reader that has gone) is nothing to end for."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.flush()


def name_process(name: str) -> None:
    """As `ps` and `top` show it (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def kill_group(pid: int) -> None:
    """A program and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def describe_end(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"with status {os.waitstatus_to_exitcode(status)}"
