"""Visits that wait for a person of the clinic: each question has its one home here, for the pages and the mails of staff.

What needs a new time has rows of its own: see `booking.scheduling.stranding`. All moments in UTC.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from booking.models import Appointment, Condition, State
from booking.rules.conditions import FORM_MISSING
from booking.scheduling.states import UNTREATED, overdue


def requests(*, now: datetime) -> QuerySet[Appointment]:
    """Requested visits that nobody has confirmed or declined."""
    return Appointment.objects.filter(state=State.REQUESTED).exclude(overdue(now))


def to_read(*, kinds: Collection[str], now: datetime) -> QuerySet[Appointment]:
    """Visits that are not over, with something to be read first: an open condition of one of these kinds."""
    opened = Condition.objects.filter(appointment=OuterRef("pk"), kind__in=kinds, settled_at=None)
    return Appointment.objects.filter(Exists(opened), state__in=UNTREATED, ends_at__gt=now).exclude(overdue(now))


def without_form(*, now: datetime, until: datetime) -> QuerySet[Appointment]:
    """Booked visits that start in [`now`, `until`) without a safety check, and nobody has decided to go on without."""
    settled = Condition.objects.filter(appointment=OuterRef("pk"), kind=FORM_MISSING, settled_at__isnull=False)
    coming = Appointment.objects.filter(state=State.BOOKED, starts_at__gte=now, starts_at__lt=until, intake=None)
    return coming.filter(~Exists(settled))
