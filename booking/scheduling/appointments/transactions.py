"""One short transaction for each change to a visit, run again where the database refused it for the moment."""

import functools
import sqlite3
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from booking.models import Appointment, Claim
from booking.scheduling.appointments.refusals import ClientBusy, Refused, not_offered
from booking.scheduling.availability import Reason
from booking.scheduling.search import wish_of
from services import facts

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3  # one, and at most two more
POSTGRES_UNIQUE_VIOLATION = "23505"
# Deadlock, serialization failure, lock not available: the same transaction may succeed a moment later.
POSTGRES_PASSING = frozenset({"40P01", "40001", "55P03"})
SQLITE_UNIQUE_VIOLATION = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


class ClaimRefused(Exception):
    """The unique index refused a claim. Becomes SlotTaken or ClientBusy once the retries are used up."""

    def __init__(self, *, kind: str, appointment: Appointment) -> None:
        super().__init__(kind)
        self.kind = kind
        self.appointment = appointment


class LockAgain(Exception):
    """The rows that were locked are not the ones that have to be locked any more. Nothing was written."""


def in_one_transaction(change: Callable[P, R]) -> Callable[P, R]:
    """Run `change` in a transaction; run it again, at most twice, if the database refused it for the moment.

    It reads the clinic's facts in the transaction, and again under its locks: see `services.facts`.
    A refused claim, deadlock or serialization failure that stays becomes SlotTaken or ClientBusy.
    """

    @functools.wraps(change)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic(), facts.reading_once():
                    facts.forget()
                    return change(*args, **kwargs)
            except ClaimRefused as refusal:
                if attempt == ATTEMPTS:
                    raise _as_refusal(refusal) from refusal
            except (LockAgain, IntegrityError, OperationalError) as error:
                if attempt == ATTEMPTS or not is_passing(error):
                    raise
        raise AssertionError("unreachable")

    return run


def is_passing(error: Exception) -> bool:
    """Whether the same transaction may succeed when it is run again. Reads codes, never the text of an error."""
    if isinstance(error, LockAgain):
        return True
    if isinstance(error, IntegrityError):
        return is_unique_violation(error)
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    # The low byte is the primary code; the rest says which kind of busy.
    return getattr(cause, "sqlstate", None) in POSTGRES_PASSING or (
        code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
    )


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a unique index refused the row, on either engine."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", None) == POSTGRES_UNIQUE_VIOLATION
        or getattr(cause, "sqlite_errorcode", None) in SQLITE_UNIQUE_VIOLATION
    )


def _as_refusal(refusal: ClaimRefused) -> Refused:
    visit = refusal.appointment
    if refusal.kind == Claim.Kind.CLIENT:
        return ClientBusy()
    reason = Reason.NO_ROOM if refusal.kind == Claim.Kind.ROOM else Reason.TAKEN
    return not_offered(reason, starts_at=visit.starts_at, wish=wish_of(visit, therapist_id=visit.therapist_id))
