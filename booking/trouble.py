"""What is wrong with the database or the disk, read from the codes of an error: never from its text, which holds values.

A page answers such an error with 503, a program that starts with a sentence. Anything else is a fault of ours.
"""

import errno
import sqlite3
from collections.abc import Iterator
from enum import Enum, auto

from django.db import InterfaceError, OperationalError


class Trouble(Enum):
    FULL = auto()
    REFUSED = auto()  # by the disk: a quota, a limit of the file's size, or a fault of its own
    READ_ONLY = auto()
    DAMAGED = auto()
    NOT_OPENED = auto()
    BUSY = auto()
    AWAY = auto()  # no answer, or one that says nothing more


# Primary codes: the low byte of SQLite's.
_SQLITE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR: Trouble.REFUSED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: Trouble.NOT_OPENED,
    sqlite3.SQLITE_PERM: Trouble.NOT_OPENED,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
}
_SQLSTATES = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "25P03": Trouble.AWAY,  # we had said nothing for too long, within a transaction: see clinic/running/waits.py
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
}
_SYSTEM = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.REFUSED,
    errno.EFBIG: Trouble.REFUSED,
    errno.EIO: Trouble.REFUSED,
    errno.EROFS: Trouble.READ_ONLY,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """None if the error is about neither the database nor the disk."""
    chain = list(_chain(error))
    for one in chain:
        if found := _by_code(one):
            return found
    return Trouble.AWAY if any(isinstance(one, OperationalError | InterfaceError) for one in chain) else None


def _by_code(error: BaseException) -> Trouble | None:
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0)
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    return _SQLSTATES.get(getattr(error, "sqlstate", None) or "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that it was raised from; not one that only happened to be handled at the time."""
    while error is not None:
        yield error
        error = error.__cause__
