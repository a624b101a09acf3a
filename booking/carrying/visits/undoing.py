"""Taking a list of visits back as one. A visit to which something has happened, or of which its client was mailed, stays."""

from datetime import datetime

from django.db import transaction

from booking.carrying.undoing import Stays, Undone, lock_applied
from booking.models import Bringing, Brought
from booking.scheduling import appointments
from booking.scheduling.appointments import NotAllowed
from services.locks import lock_parents


def undo(bringing: Bringing, *, now: datetime) -> Undone:
    """Take it back, in one transaction. Undoing twice is undoing once. Raises BringRefused once it is too late.

    Call `scrubbing.scrub` once it is committed.
    """
    with transaction.atomic():
        row = lock_applied(bringing, now=now)
        if row.undone_at is not None:
            return Undone(0, 0, ())
        brought = list(Brought.objects.filter(bringing=row).select_related("appointment").order_by("line"))
        visits = [one.appointment for one in brought if one.appointment]
        lock_parents(
            therapist_ids={visit.therapist_id for visit in visits}, location_ids={visit.location_id for visit in visits}
        )
        stays: list[Stays] = []
        for one in brought:
            if (visit := one.appointment) is None:
                continue
            try:
                appointments.unmake(appointment=visit, last_event=one.version, now=now)
            except NotAllowed as why:
                stays.append(Stays(one.line, visit.reference, "", str(why)))
        row.undone_at = now
        row.save(update_fields=["undone_at"])
    return Undone(len(visits) - len(stays), 0, tuple(stays))
