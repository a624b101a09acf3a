import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.db.utils import DatabaseError

from booking.trouble import Trouble, trouble_of


def of_sqlite(act: Callable[[sqlite3.Connection], object], path: Path) -> sqlite3.Error:
    connection = sqlite3.connect(path)
    try:
        act(connection)
    except sqlite3.Error as error:
        return error
    finally:
        connection.close()
    raise AssertionError("nothing was refused")


def wrapped(cause: BaseException, kind: type[Exception]) -> Exception:
    """As Django wraps what a driver raises."""
    error = kind("marked-answer")
    error.__cause__ = cause
    return error


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x07" * 4096)

    error = of_sqlite(lambda database: database.execute("SELECT * FROM sqlite_master"), tmp_path / "file")

    assert trouble_of(wrapped(error, DatabaseError)) is Trouble.DAMAGED


def test_a_file_that_may_grow_no_more_is_full(tmp_path: Path) -> None:
    def fill(database: sqlite3.Connection) -> None:
        database.execute("PRAGMA max_page_count = 3")
        database.execute("CREATE TABLE kept AS SELECT randomblob(100000) AS bytes")

    assert trouble_of(wrapped(of_sqlite(fill, tmp_path / "file"), OperationalError)) is Trouble.FULL


def test_a_folder_can_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error) as error:
        sqlite3.connect(tmp_path)

    assert trouble_of(wrapped(error.value, OperationalError)) is Trouble.NOT_OPENED


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(errno.ENOSPC, "no space"), Trouble.FULL),
        (OSError(errno.EFBIG, "too large"), Trouble.REFUSED),
        (OSError(errno.EDQUOT, "quota"), Trouble.REFUSED),
        (OSError(errno.EROFS, "read-only"), Trouble.READ_ONLY),
        (wrapped(psycopg.errors.DiskFull(), OperationalError), Trouble.FULL),
        (wrapped(psycopg.errors.ReadOnlySqlTransaction(), ProgrammingError), Trouble.READ_ONLY),
        (wrapped(psycopg.errors.AdminShutdown(), OperationalError), Trouble.AWAY),
        (OperationalError("the connection is closed"), Trouble.AWAY),
        (InterfaceError("connection already closed"), Trouble.AWAY),
        # Faults of ours, and of who typed.
        (wrapped(psycopg.errors.UndefinedTable(), ProgrammingError), None),
        (wrapped(psycopg.errors.UniqueViolation(), IntegrityError), None),
        (wrapped(psycopg.errors.NumericValueOutOfRange(), DataError), None),
        (FileNotFoundError(errno.ENOENT, "nothing"), None),
        (ValueError("marked-answer"), None),
        (None, None),
    ],
    ids=repr,
)
def test_trouble_is_read_from_codes(error: BaseException | None, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble


def test_an_error_that_only_came_up_while_another_was_handled_is_no_trouble() -> None:
    error = ValueError()
    error.__context__ = OperationalError()

    assert trouble_of(error) is None
