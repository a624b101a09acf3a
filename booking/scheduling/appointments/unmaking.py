"""Taking a visit back as if it had never been made: for lists that were brought in by mistake, and nothing else."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentEvent, Claim, Condition, Message, Stranding
from booking.scheduling.appointments.ledger import read_locked
from booking.scheduling.appointments.refusals import NotAllowed
from booking.scheduling.appointments.transactions import in_one_transaction

# What goes with a visit to which nothing has happened; whatever else refers to it keeps it.
_GOES_ALONG: tuple[type[Any], ...] = (AppointmentEvent, Claim, Condition, Message, Stranding)
_UNSENT = Message.WAITING | {Message.State.SUPPRESSED}


@in_one_transaction
def unmake(*, appointment: Appointment, last_event: int, now: datetime) -> None:
    """Delete the visit with its claims, events and mails, if `last_event` is still its last one.

    Raises NotAllowed, with why, where something has happened to it since, its client was mailed, or it has begun.
    """
    visit = read_locked(appointment.pk)
    if why := _why_it_stays(visit, last_event, now):
        raise NotAllowed(why)
    visit.delete()


def _why_it_stays(visit: Appointment, last_event: int, now: datetime) -> str:
    if visit.starts_at <= now:
        return _("has begun")
    if visit.events.order_by("-pk").values_list("pk", flat=True).first() != last_event:
        return _("was changed since")
    if Message.objects.filter(appointment=visit).exclude(state__in=_UNSENT, was_unclear=False).exists():
        return _("is one of which the client has had an email")
    others = (one for one in Appointment._meta.related_objects if one.related_model not in _GOES_ALONG)
    if any(one.related_model._default_manager.filter(**{one.field.name: visit}).exists() for one in others):
        return _("has something added to it since")
    return ""
