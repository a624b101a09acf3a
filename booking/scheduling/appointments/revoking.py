"""Staff make the links of a visit that were ever sent stop working: one was forwarded, or went to a wrong address."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.messages import outbox
from booking.models import Appointment
from booking.scheduling.appointments.asking import NoAddress
from booking.scheduling.appointments.ledger import By, read_locked, record
from booking.scheduling.appointments.refusals import ChangedMeanwhile, NotAllowed, TooLate
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.states import MOVABLE, WITHOUT_LINKS

REVOKE_LINKS = "revoke links"


@in_one_transaction
def revoke_links(
    *, appointment: Appointment, by: By, now: datetime, send_new: bool, seen_event: int | None = None
) -> Appointment:
    """Earlier links show and do nothing any more; with `send_new` the booker is mailed the new one, once.

    What waits to be mailed carries the new link by itself. A second click changes nothing. Raises NotAllowed,
    ChangedMeanwhile and, with `send_new`, TooLate and NoAddress.
    """
    visit = read_locked(appointment.pk)
    if visit.state in WITHOUT_LINKS:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    last = visit.events.order_by("-id").first()
    if seen_event is not None and last is not None and last.pk != seen_event:
        if (last.verb, last.by_id) == (REVOKE_LINKS, by.user and by.user.pk):
            return visit
        raise ChangedMeanwhile(last)
    if send_new:
        _check_can_be_sent(visit, now=now)
    visit.link_generation += 1
    visit.save(update_fields=["link_generation"])
    record(visit, verb=REVOKE_LINKS, by=by, now=now)
    if send_new:
        outbox.send_new_link(appointment=visit, now=now)
    return visit


def may_send_new_link(visit: Appointment, *, now: datetime) -> bool:
    """Whether there is somebody to mail a new link to, and a visit still to come."""
    return visit.state in MOVABLE and now < visit.starts_at and bool(visit.booker_email)


def _check_can_be_sent(visit: Appointment, *, now: datetime) -> None:
    if visit.state not in MOVABLE:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    if now >= visit.starts_at:
        raise TooLate(_("This visit has already begun."))
    if not visit.booker_email:
        raise NoAddress
