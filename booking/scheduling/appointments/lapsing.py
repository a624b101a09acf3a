"""What happens if nobody does anything: kept starts run out, requests end, cells of old visits are pruned."""

from datetime import datetime

from booking.models import Appointment, Claim, FormerPlace, Submission
from booking.scheduling.appointments.ledger import free_former_place, lapse, read_locked
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.claims import KEPT_AFTER
from booking.scheduling.states import LAPSING, overdue

SUBMISSIONS_KEPT = KEPT_AFTER


def expire_overdue(*, now: datetime, limit: int = 200) -> int:
    """End up to `limit` visits whose deadline has passed, and as many times to undo a move; returns how many.

    Each in its own short transaction.
    """
    due = Appointment.objects.filter(overdue(now)).order_by("deadline_at", "id").values_list("pk", flat=True)
    ended = sum(_expire(pk=pk, now=now) for pk in list(due[:limit]))
    moved = FormerPlace.objects.filter(kept_until__lte=now).order_by("kept_until", "id")
    return ended + sum(_free(pk=pk, now=now) for pk in list(moved.values_list("appointment_id", flat=True)[:limit]))


@in_one_transaction
def _expire(*, pk: int, now: datetime) -> bool:
    appointment = read_locked(pk)
    # Somebody may have booked, undone or released it since the list was made.
    is_overdue = appointment.deadline_at is not None and appointment.deadline_at <= now
    if appointment.state not in LAPSING or not is_overdue:
        return False
    lapse(appointment, now=now)
    return True


@in_one_transaction
def _free(*, pk: int, now: datetime) -> bool:
    appointment = read_locked(pk)
    # It may have been moved again, or moved back.
    is_over = FormerPlace.objects.filter(appointment=appointment, kept_until__lte=now).exists()
    return is_over and free_former_place(appointment)


def prune_claims(*, now: datetime) -> int:
    """Delete the cells of visits that have been over for more than a day; returns how many."""
    deleted, _ = Claim.objects.filter(appointment__busy_until__lte=now - KEPT_AFTER).delete()
    return deleted


def prune_submissions(*, now: datetime) -> int:
    """Forget form keys after a day, as long as a draft lives at most; returns how many."""
    deleted, _ = Submission.objects.filter(created_at__lte=now - SUBMISSIONS_KEPT).delete()
    return deleted
