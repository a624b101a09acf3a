"""What happens when nobody does anything: kept starts run out, requests end, cells of old visits are pruned."""

from datetime import datetime

from booking.models import Appointment, Claim, Submission
from booking.scheduling.appointments.ledger import in_one_transaction, lapse, read_locked
from booking.scheduling.claims import KEPT_AFTER
from booking.scheduling.starts import LAPSING, overdue

SUBMISSIONS_KEPT = KEPT_AFTER


def expire_overdue(*, now: datetime, limit: int = 200) -> int:
    """End up to `limit` visits whose deadline has passed, each in its own short transaction; returns how many."""
    due = Appointment.objects.filter(overdue(now)).order_by("deadline_at", "id").values_list("pk", flat=True)
    return sum(_expire(pk=pk, now=now) for pk in list(due[:limit]))


@in_one_transaction
def _expire(*, pk: int, now: datetime) -> bool:
    appointment = read_locked(pk)
    # Somebody may have booked, undone or released it since the list was made.
    is_overdue = appointment.deadline_at is not None and appointment.deadline_at <= now
    if appointment.state not in LAPSING or not is_overdue:
        return False
    lapse(appointment, now=now)
    return True


def prune_claims(*, now: datetime) -> int:
    """Delete the cells of visits that have been over for more than a day; returns how many."""
    deleted, _ = Claim.objects.filter(appointment__busy_until__lte=now - KEPT_AFTER).delete()
    return deleted


def prune_submissions(*, now: datetime) -> int:
    """Forget form keys after a day, as long as a draft lives at most; returns how many."""
    deleted, _ = Submission.objects.filter(created_at__lte=now - SUBMISSIONS_KEPT).delete()
    return deleted
