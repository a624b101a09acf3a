"""What is run again, how often, and what becomes of a refusal that stays. On both engines."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from booking.models import Appointment, Claim, Client
from booking.scheduling.appointments import ClientBusy, NotOnOffer, SlotTaken
from booking.scheduling.appointments.transactions import (
    ATTEMPTS,
    ClaimRefused,
    LockAgain,
    in_one_transaction,
    is_passing,
)
from booking.scheduling.availability import Reason
from tests.cast import Clinic, book, make_client

pytestmark = pytest.mark.django_db


def counted(fails: Callable[[], Exception], *, times: int) -> tuple[Callable[[], str], list[int]]:
    """A change that fails so many `times` before it is made, and the attempts at it."""
    attempts: list[int] = []

    @in_one_transaction
    def change() -> str:
        attempts.append(1)
        make_client()
        if len(attempts) <= times:
            raise fails()
        return "made"

    return change, attempts


def test_what_the_database_refused_for_the_moment_is_done_again_and_written_once() -> None:
    change, attempts = counted(LockAgain, times=ATTEMPTS - 1)

    assert (change(), len(attempts), Client.objects.count()) == ("made", ATTEMPTS, 1)


def test_after_the_last_attempt_the_error_goes_up() -> None:
    change, attempts = counted(LockAgain, times=ATTEMPTS)

    with pytest.raises(LockAgain):
        change()

    assert len(attempts) == ATTEMPTS


def test_what_would_fail_again_is_not_tried_again() -> None:
    change, attempts = counted(lambda: IntegrityError("a constraint"), times=1)

    with pytest.raises(IntegrityError):
        change()

    assert len(attempts) == 1


@pytest.mark.parametrize(
    ("kind", "refusal", "reason"),
    [
        (Claim.Kind.THERAPIST, SlotTaken, Reason.TAKEN),
        (Claim.Kind.ROOM, SlotTaken, Reason.NO_ROOM),
        (Claim.Kind.CLIENT, ClientBusy, None),
    ],
)
def test_a_claim_that_stays_refused_is_told_by_what_it_claimed(
    kind: Claim.Kind, refusal: type[Exception], reason: Reason | None, clinic: Clinic
) -> None:
    visit = book(clinic)
    change, attempts = counted(lambda: ClaimRefused(kind=kind, appointment=visit), times=ATTEMPTS)

    with pytest.raises(refusal) as refused:
        change()

    assert (len(attempts), getattr(refused.value, "reason", None)) == (ATTEMPTS, reason)
    assert not isinstance(refused.value, NotOnOffer)


def test_a_unique_index_passes_and_another_constraint_does_not(clinic: Clinic) -> None:
    """The one refuses what somebody else has just written, the other what nobody may ever write."""
    visit = book(clinic)
    claim = visit.claims.earliest("id")

    def claim_again() -> None:
        Claim.objects.create(appointment=visit, kind=claim.kind, resource_id=claim.resource_id, cell=claim.cell)

    def end_before_it_starts() -> None:
        Appointment.objects.filter(pk=visit.pk).update(ends_at=visit.starts_at)

    assert [is_passing(error_of(write)) for write in (claim_again, end_before_it_starts)] == [True, False]


def error_of(write: Callable[[], None]) -> IntegrityError:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    return refused.value
