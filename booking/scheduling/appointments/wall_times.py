"""When the rules of a zone change, the wall time that was promised wins: coming visits move to the instant that keeps it.

Hours are wall-clock spans and move along by themselves, so they are not asked here; the cells are. What can't be kept,
because the cells are taken or the clocks skip that time, stays where it is and is marked for staff.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from booking.messages import outbox
from booking.models import Appointment, Message
from booking.scheduling import stranding
from booking.scheduling.appointments.changing import renew_request_deadline
from booking.scheduling.appointments.ledger import SYSTEM, free_former_place, read_locked, record, write_claims
from booking.scheduling.appointments.refusals import Refused
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.states import MOVABLE
from services.cells import CELL_SECONDS
from services.hours import instant_of


def keep_wall_times(*, now: datetime) -> int:
    """Move each coming visit whose clock was changed; returns how many are right again. Safe to run at any time and any number of times.

    Each in its own short transaction. A visit may wait for the cells of one that moves too, so whoever was refused is
    tried again as long as another one moves.
    """
    moved, waiting = 0, _find_shifted(now=now)
    while waiting:
        refused = [pk for pk in waiting if not _try(pk, now=now)]
        moved += len(waiting) - len(refused)
        if len(refused) == len(waiting):
            for pk in refused:
                _mark(pk=pk, now=now)
            break
        waiting = refused
    return moved


def with_lost_wall_time(*, now: datetime, location_id: int | None = None) -> QuerySet[Appointment]:
    """Coming visits that could not keep the time that was promised, soonest first; of one place, or of all."""
    lost = Appointment.objects.filter(wall_time_lost_at__isnull=False, starts_at__gt=now, state__in=MOVABLE)
    theirs = lost if location_id is None else lost.filter(location_id=location_id)
    return theirs.order_by("starts_at", "id")


def _find_shifted(*, now: datetime) -> list[int]:
    """Visits whose clock no longer shows what was promised, or did not when last looked at, soonest first. One statement."""
    coming = Appointment.objects.filter(starts_at__gt=now, state__in=MOVABLE).order_by("starts_at", "id")
    rows = coming.values_list("pk", "starts_at", "wall_time", "time_zone", "wall_time_lost_at")
    return [pk for pk, at, wall, zone, lost_at in rows if lost_at or _promised(wall, zone, near=at) != at]


def _promised(wall: str, zone: str, *, near: datetime) -> datetime | None:
    return instant_of(datetime.fromisoformat(wall), ZoneInfo(zone), near=near)


def _try(pk: int, *, now: datetime) -> bool:
    try:
        return _keep(pk=pk, now=now)
    except Refused:
        return False


@in_one_transaction
def _keep(*, pk: int, now: datetime) -> bool:
    """Whether nothing is left to be done for the visit. Raises Refused where its cells are taken."""
    visit = read_locked(pk)
    target = _promised(visit.wall_time, visit.time_zone, near=visit.starts_at)
    if visit.state not in MOVABLE or visit.starts_at <= now:
        return True  # somebody was here meanwhile
    if target == visit.starts_at:
        visit.wall_time_lost_at = None
        visit.save(update_fields=["wall_time_lost_at"])
        return True
    if target is None or target <= now or target.timestamp() % CELL_SECONDS:
        return False
    before, shift = visit.starts_at, target - visit.starts_at
    visit.starts_at, visit.ends_at, visit.busy_until = target, visit.ends_at + shift, visit.busy_until + shift
    visit.version += 1
    visit.wall_time_lost_at = None
    free_former_place(visit)
    renew_request_deadline(visit, now=now)
    visit.save()
    write_claims(visit)
    stranding.look_at(visit, now=now)
    record(visit, verb="keep wall time", by=SYSTEM, now=now, changes={"before": {"starts_at": before.isoformat()}})
    outbox.announce(appointment=visit, kind=Message.Kind.CLOCKS_CHANGED, now=now)
    return True


@in_one_transaction
def _mark(*, pk: int, now: datetime) -> None:
    visit = read_locked(pk)
    if visit.wall_time_lost_at is None and visit.state in MOVABLE:
        visit.wall_time_lost_at = now
        visit.save(update_fields=["wall_time_lost_at"])
        record(visit, verb="lose wall time", by=SYSTEM, now=now)
