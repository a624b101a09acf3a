"""What staff ask a client by mail: to fill in the form of a visit, or to choose another time for it."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.late_changes import ASK_TO_CHOOSE_AGAIN
from booking.messages import outbox
from booking.models import Appointment, Message
from booking.scheduling.appointments.ledger import By, read_locked, record
from booking.scheduling.appointments.refusals import NotAllowed, Refused, TooLate
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.appointments.treating import needs_form
from booking.scheduling.states import MOVABLE

ASK_FOR_FORM = "ask for form"


class AlreadyAsked(Refused):
    """The mail is on its way, or was sent: the client is not asked twice about the same visit and time."""

    def __init__(self) -> None:
        super().__init__(_("This was asked before. “Messages” shows whether the email has gone out."))


class NoAddress(Refused):
    """Nobody can be asked by mail."""

    def __init__(self) -> None:
        super().__init__(_("There is no email address for this visit. Please call."))


@in_one_transaction
def ask_for_form(*, appointment: Appointment, by: By, now: datetime) -> Appointment:
    """Send the client a link to the health form of this visit, where it is missing or too old.

    Raises NotAllowed, TooLate, NoAddress, AlreadyAsked.
    """
    visit = read_locked(appointment.pk)
    if not needs_form(visit, now=now):
        raise NotAllowed(_("The safety check of this visit is there."))
    return ask_by_mail(visit, kind=Message.Kind.FORM_MISSING, verb=ASK_FOR_FORM, by=by, now=now)


@in_one_transaction
def ask_to_choose_again(*, appointment: Appointment, by: By, now: datetime) -> Appointment:
    """Ask the client to choose another time, because this one can't be kept. The mail never says why.

    The visit stays where it is until the client, or staff, move or cancel it. Raises NotAllowed, TooLate, NoAddress,
    AlreadyAsked.
    """
    visit = read_locked(appointment.pk)
    return ask_by_mail(visit, kind=Message.Kind.CHOOSE_AGAIN, verb=ASK_TO_CHOOSE_AGAIN, by=by, now=now)


def ask_by_mail(visit: Appointment, *, kind: Message.Kind, verb: str, by: By, now: datetime) -> Appointment:
    """Queue the mail and record it. The visit is locked. For this package only."""
    if visit.state not in MOVABLE:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    if now >= visit.starts_at:
        raise TooLate(_("This visit has already begun."))
    if not visit.booker_email:
        raise NoAddress
    if not outbox.ask(appointment=visit, kind=kind, now=now):
        raise AlreadyAsked
    record(visit, verb=verb, by=by, now=now)
    return visit
