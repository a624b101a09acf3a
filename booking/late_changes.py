"""Until when moving and cancelling a visit are free: one answer for pages, mails and the change itself."""

from datetime import datetime, timedelta

from booking.models import Appointment, Stranding
from services.models import ClinicPolicy

ASK_TO_CHOOSE_AGAIN = "ask for a new time"  # an event: the clinic can't keep the time


def free_until(visit: Appointment, *, policy: ClinicPolicy) -> datetime:
    """The deadline, UTC: so many hours before the start, unless a late change has kept an earlier one."""
    return visit.first_free_until or _by_start(visit.starts_at, policy)


def free_until_once_moved(visit: Appointment, *, starts_at: datetime, policy: ClinicPolicy, now: datetime) -> datetime:
    """The deadline that the visit would have if it moved to `starts_at` now."""
    return kept_deadline(visit, policy=policy, now=now) or _by_start(starts_at, policy)


def kept_deadline(visit: Appointment, *, policy: ClinicPolicy, now: datetime) -> datetime | None:
    """The deadline that a move at `now` keeps, since it has passed; None where the new start brings its own.

    Nobody is late whom the clinic has asked to choose another time, or whose visit needs a new time for its sake.
    """
    deadline = free_until(visit, policy=policy)
    return deadline if deadline <= now and not _is_our_doing(visit) else None


def _is_our_doing(visit: Appointment) -> bool:
    if Stranding.objects.filter(appointment=visit, ended_at=None, kept_at=None).exists():
        return True
    last = visit.events.filter(verb__in=[ASK_TO_CHOOSE_AGAIN, "move", "undo move"]).order_by("-id").first()
    return visit.wall_time_lost_at is not None or (last is not None and last.verb == ASK_TO_CHOOSE_AGAIN)


def _by_start(starts_at: datetime, policy: ClinicPolicy) -> datetime:
    return starts_at - timedelta(hours=policy.free_cancelling_hours)
