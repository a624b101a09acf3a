"""Nobody can flood a mailbox through us: one address gets only so many mails a day about what is done on the website.

Such a mail waits its turn, and is judged again then: of ten changes to a visit the last one is told. What staff do, and
what falls due by itself (reminders, stops, a changed clock), is neither counted nor kept waiting. See
docs/decisions/0032.
"""

from datetime import datetime

from booking import limits
from booking.messages import reasons
from booking.messages.kinds import KINDS
from booking.messages.relevance import SEND, Verdict
from booking.models import Appointment, AppointmentEvent, Message


def count(message: Message, *, visit: Appointment | None, now: datetime) -> Verdict:
    """One more mail to the booker of this (locked) visit: send it, or wait until there is room. `now` in UTC."""
    if not _is_counted(message, visit):
        return SEND
    try:
        limits.take((limits.MAILS, _address_of(visit)), now=now)
    except limits.Spending as error:
        return Verdict(reasons.MANY, wait_until=now + error.wait)
    return SEND


def uncount(message: Message, *, visit: Appointment | None, now: datetime) -> None:
    """The mail server did not take it."""
    if _is_counted(message, visit):
        limits.give_back((limits.MAILS, _address_of(visit)), now=now)


def has_room(email: str, *, now: datetime) -> bool:
    """Whether a mail about what a client does now would go out at once. Reads only; `now` in UTC."""
    return limits.has_room(limits.MAILS, email.strip().casefold(), now=now)


def _is_counted(message: Message, visit: Appointment | None) -> bool:
    """Whether it tells of something that was done by link or on the website, and staff have not sent it by hand."""
    if visit is None or not KINDS[message.kind].is_answer or message.reason == reasons.BY_HAND:
        return False
    # Of a version the first event is the one that the mail tells of.
    event = visit.events.filter(version=message.version).order_by("id").first()
    return event is not None and event.actor == AppointmentEvent.Actor.CLIENT


def _address_of(visit: Appointment | None) -> str:
    return visit.booker_email.strip().casefold() if visit else ""
