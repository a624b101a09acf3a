"""The visits of a day, for the list that staff get in the morning."""

from datetime import date

from django.db.models import QuerySet

from booking.models import TAKING_PLACE, Appointment
from services.hours import local_day
from services.models import Location

# Kept starts and cancelled visits take nobody's time.


def visits_of_day(*, location: Location, day: date) -> QuerySet[Appointment]:
    """What takes place at the location on its local `day`, in the order of time."""
    span = local_day(date=day, zone=location.zone)
    visits = Appointment.objects.filter(
        location=location, starts_at__gte=span.start, starts_at__lt=span.end, state__in=TAKING_PLACE
    )
    return visits.select_related("therapist").order_by("starts_at", "id")
