"""Which visits of a list the gate would stop, by what was decided last. Reads only, a few statements for all of them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from booking.carrying.visits.plan import Visit
from booking.intake.stops import Shelf, Stop, find_stops
from booking.models import Appointment, Client
from services.models import Location, Treatment


def find_stopped(visits: Sequence[Visit], *, now: datetime) -> frozenset[int]:
    """Their lines. A form that is too old on that day counts as missing, which stops nobody."""
    clients = Client.objects.in_bulk({one.client_id for one in visits})
    treatments = Treatment.objects.in_bulk({one.treatment_id for one in visits})
    places = Location.objects.in_bulk({one.location_id for one in visits})
    asked = [
        Appointment(
            pk=one.line,
            client=clients[one.client_id],
            treatment=treatments[one.treatment_id],
            starts_at=one.begins,
            time_zone=places[one.location_id].time_zone,
        )
        for one in visits
    ]
    shelf = Shelf.of(asked)
    for visit in asked:
        visit.intake = shelf.newest(visit.client)
    stops = find_stops(visits=asked, now=now, shelf=shelf)
    return frozenset(line for line, stop in stops.items() if stop is not Stop.FORM)


def say_stopped() -> str:
    """Not why: that may be about health, and belongs to the person's own page."""
    return _("The safety check does not allow this visit: see the person’s page.")
