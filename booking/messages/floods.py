"""Nobody can flood a mailbox through us: one address gets only so many mails a day about what is done on the website.

Such a mail waits its turn, and is judged again then: of ten changes to a visit the last one is told. What staff do, and
what falls due by itself (reminders, stops, a changed clock), is neither counted nor kept waiting. See
docs/decisions/0032.
"""

from collections.abc import Sequence
from datetime import datetime

from booking import limits
from booking.messages import reasons
from booking.messages.kinds import KINDS
from booking.messages.relevance import SEND, Verdict
from booking.models import Appointment, AppointmentEvent, Message


def find_counted(messages: Sequence[Message]) -> frozenset[int]:
    """The ids of those that tell of something that was done by link or on the website, unless staff send them by hand.

    One statement. What happened never changes, so this may be read before.
    """
    answers = [one for one in messages if (kind := KINDS.get(one.kind)) and kind.is_answer]
    answers = [one for one in answers if one.reason != reasons.BY_HAND]
    if not answers:
        return frozenset()
    events = AppointmentEvent.objects.filter(appointment__in={one.appointment_id for one in answers})
    # Of a version the first event is the one that the mail tells of.
    actors: dict[tuple[int, int], str] = {}
    for visit_id, version, actor in events.order_by("id").values_list("appointment_id", "version", "actor"):
        actors.setdefault((visit_id, version), actor)
    by_client = AppointmentEvent.Actor.CLIENT
    return frozenset(one.pk for one in answers if actors.get((one.appointment_id or 0, one.version)) == by_client)


def count(visit: Appointment, *, now: datetime) -> Verdict:
    """One more mail to the booker of this (locked) visit: send it, or wait until there is room. `now` in UTC."""
    try:
        limits.take((limits.MAILS, _address_of(visit)), now=now)
    except limits.Spending as error:
        return Verdict(reasons.MANY, wait_until=now + error.wait)
    return SEND


def uncount(visit: Appointment, *, now: datetime) -> None:
    """The mail server did not take it."""
    limits.give_back((limits.MAILS, _address_of(visit)), now=now)


def has_room(email: str, *, now: datetime) -> bool:
    """Whether a mail about what a client does now would go out at once. Reads only; `now` in UTC."""
    return limits.has_room(limits.MAILS, email.strip().casefold(), now=now)


def _address_of(visit: Appointment) -> str:
    return visit.booker_email.strip().casefold()
