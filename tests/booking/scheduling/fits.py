"""Which visits do not fit where they are, worked out anew from what is on offer: trusts no row and not the writer's way."""

from datetime import datetime

from booking.models import Appointment, Stranding
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts
from booking.scheduling.states import UNTREATED
from services import catalogue
from services.models import ClinicPolicy


def unfit(*, now: datetime) -> set[str]:
    """Visits that begin after `now`, by reference. The grid must be five minutes: it binds what is offered, no visit."""
    assert ClinicPolicy.current().grid_minutes == 5
    return {visit.reference for visit in _to_come(now) if not _fits(visit, now=now)}


def marked(*, now: datetime) -> set[str]:
    """The same visits as far as they have an open row, kept or not."""
    rows = Stranding.objects.filter(ended_at=None, appointment__in=_to_come(now))
    return set(rows.values_list("appointment__reference", flat=True))


def _to_come(now: datetime) -> list[Appointment]:
    rows = Appointment.objects.filter(state__in=UNTREATED, starts_at__gt=now)
    return list(rows.select_related("treatment", "location"))


def _fits(visit: Appointment, *, now: datetime) -> bool:
    wish = Wish(visit.treatment, visit.minutes, visit.location, visit.therapist_id)
    day = visit.starts_at.astimezone(wish.zone).date()
    starts = list_starts(search=Search(wish, now, moving=visit, by_staff=True), first_date=day, days=1)
    rooms: list[int | None] = list(
        catalogue.room_ids_by_treatment(treatments=[visit.treatment], location=visit.location)[visit.treatment_id]
    )
    if not catalogue.has_rooms(location=visit.location):
        rooms = [None]
    is_offered = visit.starts_at in [start.starts_at for start in starts]
    return is_offered and visit.treatment.is_active and visit.room_id in rooms
