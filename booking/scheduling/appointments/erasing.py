"""Forgetting a person: under the locks of their visits, and only once these are over."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import OCCUPYING, Appointment, Client
from booking.scheduling.appointments.ledger import By, record
from booking.scheduling.appointments.refusals import NotAllowed
from booking.scheduling.appointments.transactions import in_one_transaction


@in_one_transaction
def erase_client(*, client: Client, by: By, now: datetime, forget: Callable[[Client], None]) -> None:
    """Call `forget` with the person and their visits locked, and note it on each visit. Erasing twice is erasing once.

    Raises NotAllowed while a visit is still to come or under way.
    """
    person = Client.objects.select_for_update().get(pk=client.pk)
    if person.erased_at is not None:
        return
    visits = list(Appointment.objects.select_for_update(of=("self",)).filter(client=person).order_by("id"))
    if any(visit.state in OCCUPYING and visit.ends_at > now for visit in visits):
        raise NotAllowed(_("This person still has a visit. Cancel it, or wait until it is over."))
    forget(person)
    for visit in visits:
        record(visit, verb="erase", by=by, now=now)
