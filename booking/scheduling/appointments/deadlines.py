"""Deadlines that clients were told, kept where the clinic chooses other ones."""

from datetime import datetime, timedelta

from django.db.models import F

from booking.models import OPEN, Appointment, FormerPlace
from booking.scheduling.appointments.transactions import in_one_transaction


@in_one_transaction
def keep_deadlines(*, hours_before: int, now: datetime) -> int:
    """Coming visits keep the deadline for free changes that lies `hours_before` their start, which is about to change.

    Also those that are being moved or cancelled and may still come back. Returns how many visits somebody expects.
    """
    coming = Appointment.objects.filter(starts_at__gt=now, first_free_until=None)
    expected = coming.filter(state__in=OPEN).count()
    deadline = F("starts_at") - timedelta(hours=hours_before)
    coming.update(first_free_until=deadline)
    FormerPlace.objects.filter(starts_at__gt=now, first_free_until=None).update(first_free_until=deadline)
    return expected
