"""How long a page waits for PostgreSQL. A server that froze says nothing at all, and no time-out of its own ends that.

SQLite has one in its settings. Commands and the worker wait as long as it takes. A program that freezes within a
transaction is the other way round: the server ends it, or its locks would keep everybody else waiting.
"""

from functools import partial
from typing import Any

from django.db.backends.signals import connection_created

# No statement of a page takes this long.
LONGEST_WAIT_SECONDS = 8.0


def limit_waits(*, seconds: float = LONGEST_WAIT_SECONDS) -> None:
    """What a statement waits longer for fails as if the server were away. For every connection made from here on.

    Whoever says nothing for half as long, with a transaction open, loses it: so nobody waits in vain for its locks.
    """

    def limit(connection: Any, **_: Any) -> None:
        if connection.vendor == "postgresql":
            connection.connection.wait = partial(connection.connection.wait, timeout=seconds)
            with connection.cursor() as cursor:
                cursor.execute(f"SET idle_in_transaction_session_timeout = {seconds * 500:.0f}")  # milliseconds

    connection_created.connect(limit, weak=False, dispatch_uid="limit waits")
