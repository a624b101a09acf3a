"""What whoever has just booked can put right: take the booking back, or correct the address that its mail went to.

Both are for the browser that booked. A link can be in anybody's hands, and does neither.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.cases import follow_up
from booking.messages import outbox
from booking.models import Appointment, AppointmentEvent, Case, Client, Message, Origin, State
from booking.scheduling import stranding
from booking.scheduling.appointments import bounds
from booking.scheduling.appointments.changing import check_before_start
from booking.scheduling.appointments.ledger import CLIENT, check_link, check_step, read_locked, record
from booking.scheduling.appointments.refusals import NotAllowed, Refused, TooLate
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.states import MOVABLE
from services.models import ClinicPolicy

CORRECT_EMAIL = "correct email"
MOST_CORRECTIONS = 3  # of one visit: each sends one more mail to an address that nobody has proved


class TooManyCorrections(Refused):
    """The address of this visit was corrected often enough."""

    def __init__(self) -> None:
        super().__init__(_("Please call us, and we will correct the address with you."))


@in_one_transaction
def undo_booking(*, appointment: Appointment, now: datetime) -> Appointment:
    """Take a fresh booking back, free also at short notice: it is cancelled, and its time is free at once.

    Undoing twice is undoing once. Raises NotAllowed, TooLate, LinkRevoked.
    """
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment)
    if visit.state == State.CANCELLED:
        return visit
    verb = check_step(visit, target=State.CANCELLED, by=CLIENT)
    until = undo_booking_until(visit)
    if until is None or until <= now:
        raise TooLate(_("The time to undo this booking has passed. You can still cancel the visit."))
    visit.cancelled_from, visit.state, visit.deadline_at = visit.state, State.CANCELLED, None
    visit.version += 1
    visit.save()
    visit.claims.all().delete()
    stranding.look_at(visit, now=now)
    record(visit, verb=verb, by=CLIENT, now=now)
    outbox.announce(appointment=visit, kind=Message.Kind.CANCELLED, now=now)
    follow_up.close_for_appointment(appointment=visit, state=Case.State.CLOSED, by=None, now=now)
    return visit


def undo_booking_until(visit: Appointment) -> datetime | None:
    """Until when the client can take this booking back; None where it is none, or was changed since. Reads only."""
    if visit.state not in MOVABLE:
        return None
    last = visit.events.filter(verb__in=_SETTLES_THE_VISIT).order_by("-id").first()
    if last is None or last.verb not in _BOOKS or last.actor != AppointmentEvent.Actor.CLIENT:
        return None
    return min(last.at + timedelta(minutes=ClinicPolicy.current().undo_minutes), visit.starts_at)


@in_one_transaction
def correct_email(*, appointment: Appointment, email: str, hand: bounds.Hand, now: datetime) -> Appointment:
    """Change the booker's email. Links in earlier mails stop working, and the new address is told of the visit.

    The address that it has already changes nothing. Raises NotAllowed, TooLate, LinkRevoked,
    TooManyCorrections, TooManyOpen.
    """
    bounds.wait_for_turn(hand=hand, email=email, now=now)
    visit = read_locked(appointment.pk)
    check_before_start(visit, by=CLIENT, now=now)
    if visit.state not in MOVABLE:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    if visit.booker_email.casefold() == email.casefold():
        return visit
    check_link(visit, opened=appointment)
    if visit.events.filter(verb=CORRECT_EMAIL).count() >= MOST_CORRECTIONS:
        raise TooManyCorrections
    bounds.check_email(email, now=now)
    _correct_client(visit, email=email)
    visit.booker_email = email
    visit.link_generation += 1
    visit.save(update_fields=["booker_email", "link_generation"])
    Origin.objects.filter(appointment=visit).update(proved_at=None)
    record(visit, verb=CORRECT_EMAIL, by=CLIENT, now=now, changes={"fields": ["booker_email", "link_generation"]})
    outbox.tell_new_address(appointment=visit, now=now)
    return visit


def _correct_client(visit: Appointment, *, email: str) -> None:
    """The person whom this booking made has the address of its booker; nobody who was there before is edited."""
    person = visit.client
    if person is None or person.email != visit.booker_email:
        return
    if not Appointment.objects.filter(client=person).exclude(pk=visit.pk).exists():
        Client.objects.filter(pk=person.pk).update(email=email)


_BOOKS = ("book", "request")
_SETTLES_THE_VISIT = (*_BOOKS, "confirm", "move", "undo move", "change treatment", "keep wall time", "cancel", "undo")
