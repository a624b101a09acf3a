"""Which booked visits a change of the list concerns: those that keep their price, those of one treatment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from booking.models import Appointment
from booking.scheduling.states import UNTREATED
from booking.wording.times import local_date
from services.hours import local_day
from services.models import Location


@dataclass(frozen=True)
class KeptPrice:
    """One booked visit."""

    reference: str
    day: date
    treatment_id: int
    minutes: int
    price: Decimal
    currency: str


def keep_prices(*, cells: Collection[tuple[int, int]], first_date: date) -> list[KeptPrice]:
    """Visits of these treatments and minutes from that day on, where they take place; soonest first."""
    if not cells:
        return []
    wanted = Q()
    for treatment_id, minutes in cells:
        wanted |= Q(treatment_id=treatment_id, minutes=minutes)
    there = Q()
    for place in Location.objects.order_by("pk"):
        there |= Q(location=place, starts_at__gte=local_day(date=first_date, zone=place.zone).start)
    rows = Appointment.objects.filter(wanted, there, state__in=UNTREATED).select_related("location")
    return [
        KeptPrice(
            visit.reference,
            local_date(visit.starts_at, visit.location.zone),
            visit.treatment_id,
            visit.minutes,
            visit.price,
            visit.currency,
        )
        for visit in rows.order_by("starts_at", "pk")
    ]


def coming_visits(*, treatment_id: int, now: datetime) -> list[str]:
    """The references of visits of this treatment that have not begun, soonest first. `now` in UTC."""
    rows = Appointment.objects.filter(treatment_id=treatment_id, state__in=UNTREATED, ends_at__gt=now)
    return list(rows.order_by("starts_at", "pk").values_list("reference", flat=True))
