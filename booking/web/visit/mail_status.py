"""What a page may promise of a confirmation by email: what its row says, and whether mail goes out at all."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.messages import reasons
from booking.messages.backlog import read_backlog
from booking.models import Appointment, Message
from services.models import ClinicPolicy

CONFIRMATIONS = (Message.Kind.BOOKED, Message.Kind.REQUESTED, Message.Kind.CONFIRMED)


def say_of_mail(visit: Appointment, *, policy: ClinicPolicy, now: datetime) -> str:
    """One true sentence about the confirmation; empty where none was promised. Reads only."""
    rows = Message.objects.filter(appointment=visit, kind__in=CONFIRMATIONS).order_by("-id")
    message = rows.first()
    if message is None or message.state == Message.State.SUPPRESSED or not visit.booker_email:
        return ""
    email = {"email": visit.booker_email}
    if message.state == Message.State.SENT:
        return _("We have emailed a confirmation to %(email)s.") % email
    if message.state == Message.State.FAILED:
        return _("We could not email %(email)s. Please save this page, or call us with another address.") % email
    if message.reason == reasons.MANY and message.state == Message.State.QUEUED:
        return (
            _("Many emails have gone to %(email)s today. The confirmation will come later: please save this page.")
            % email
        )
    if _is_slow(message, policy=policy, now=now):
        return (
            _("Email is slow at the moment. The confirmation to %(email)s will come later: please save this page.")
            % email
        )
    return _("The confirmation is on its way to %(email)s.") % email


def say_of_press(visit: Appointment, *, policy: ClinicPolicy, now: datetime) -> str:
    """What delays the email with the button that books this visit; empty where nothing does. Reads only."""
    message = Message.objects.filter(appointment=visit, kind=Message.Kind.CONFIRM_EMAIL).order_by("-id").first()
    email = {"email": visit.booker_email}
    if message is None or message.state == Message.State.SENT:
        return ""
    if message.state == Message.State.FAILED:
        return _("We could not email %(email)s. Please call us, and we book the visit with you.") % email
    if _is_slow(message, policy=policy, now=now):
        return _("Email is slow at the moment. If nothing reaches %(email)s in time, please call us.") % email
    return ""


def _is_slow(message: Message, *, policy: ClinicPolicy, now: datetime) -> bool:
    """It was tried before, or no email goes out."""
    was_tried = message.attempts > 0 and message.state != Message.State.HANDED_OFF
    return was_tried or read_backlog(policy=policy, now=now).is_down
