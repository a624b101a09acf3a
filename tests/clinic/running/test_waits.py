from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InternalError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.utils import ConnectionHandler

from booking.trouble import Trouble, trouble_of
from clinic.running.environment import read_environment
from clinic.running.waits import limit_waits
from tests.programs import production
from tests.servers import Server, start_postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = start_postgresql()
    yield server
    server.stop()


def make_connection(server: Server) -> BaseDatabaseWrapper:
    database = read_environment(variables=production(DATABASE_URL=server.url)).database
    database["OPTIONS"]["connect_timeout"] = 1
    return ConnectionHandler({"default": database})["default"]


@pytest.fixture
def connection(server: Server, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """As the web server opens it, but less patient."""
    limit_waits(seconds=0.2)
    made = make_connection(server)
    with django_db_blocker.unblock():
        yield made
        made.close()
    connection_created.disconnect(dispatch_uid="limit waits")


def ask(connection: BaseDatabaseWrapper) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7")
        return cursor.fetchone()


def test_a_server_that_freezes_is_away_and_is_there_again_when_it_thaws(
    server: Server, connection: BaseDatabaseWrapper
) -> None:
    before = ask(connection)
    server.freeze()
    with pytest.raises(OperationalError) as on_the_open_connection:
        ask(connection)
    connection.close()
    with pytest.raises(OperationalError) as on_a_new_one:
        ask(connection)
    server.thaw()

    after = ask(connection)

    assert (before, after) == ((7,), (7,))
    assert trouble_of(on_the_open_connection.value) is Trouble.AWAY
    assert trouble_of(on_a_new_one.value) is Trouble.AWAY


def test_a_server_that_was_killed_is_there_again_when_it_is_started(
    server: Server, connection: BaseDatabaseWrapper
) -> None:
    ask(connection)
    server.kill()
    with pytest.raises(OperationalError):
        ask(connection)
    connection.close()

    server.start()

    assert ask(connection) == (7,)


def test_who_freezes_within_a_transaction_keeps_nobody_waiting(server: Server, django_db_blocker: Any) -> None:
    limit_waits(seconds=4)
    frozen, other = make_connection(server), make_connection(server)
    lock = "SELECT pg_advisory_xact_lock(7)"
    with django_db_blocker.unblock():
        frozen.set_autocommit(False)
        frozen.cursor().execute(lock)

        other.cursor().execute(lock)

        with pytest.raises(InternalError) as thawed:
            frozen.cursor().execute("SELECT 7")
        frozen.close()
        other.close()
    connection_created.disconnect(dispatch_uid="limit waits")
    assert trouble_of(thawed.value) is Trouble.AWAY
