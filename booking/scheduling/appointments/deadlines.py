"""Deadlines that clients were told, kept where the clinic chooses other ones."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from booking.models import CALLED_OFF, OPEN, Appointment, FormerPlace
from booking.scheduling.appointments.transactions import in_one_transaction


@in_one_transaction
def keep_deadlines(*, hours_before: int, now: datetime) -> int:
    """Coming visits keep the deadline for free changes that lies `hours_before` their start, which is about to change.

    Also those that are being moved or cancelled and may still come back, and whatever was called off: whether that was
    late is counted in the reports. Returns how many visits somebody expects.
    """
    untold = Appointment.objects.filter(first_free_until=None)
    expected = untold.filter(starts_at__gt=now, state__in=OPEN).count()
    deadline = F("starts_at") - timedelta(hours=hours_before)
    untold.filter(Q(starts_at__gt=now) | Q(state__in=CALLED_OFF)).update(first_free_until=deadline)
    FormerPlace.objects.filter(starts_at__gt=now, first_free_until=None).update(first_free_until=deadline)
    return expected
