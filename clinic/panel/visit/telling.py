"""Whether the client is told of what staff have just done, and when: the sentence beside the undo."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.messages.corrections import find_news
from booking.models import Appointment, Message
from booking.wording.times import Wall, format_time

# Other steps happen before the client's eyes.
TOLD = frozenset({"confirm", "decline", "cancel", "move", "change treatment"})
TAKING_BACK = frozenset({"undo", "undo move", "undo treatment"})


def say_after(visit: Appointment, *, verb: str, now: datetime) -> str:
    """Said once, right after the step `verb`; empty where no email tells of it. `now` in UTC."""
    news = find_news(visit) if verb in TOLD | TAKING_BACK else None
    if news is None:
        return ""
    if news.state == Message.State.QUEUED and news.due_at > now:
        return _("%(name)s will be told in three minutes.") % {"name": _reader(visit)}
    is_taken_back = news.state == Message.State.SUPPRESSED and verb in TAKING_BACK
    return _("No email was sent.") if is_taken_back else ""


def say_beside_undo(visit: Appointment, *, was_told: bool, now: datetime) -> str:
    """Said for as long as the step can be taken back. `was_told`: whether whoever took it wanted the client to know."""
    if not was_told or not visit.booker_email:
        return _("The client is not told.")
    news = find_news(visit)
    if news is None or news.state != Message.State.QUEUED or news.due_at <= now:
        return _("The client is told by email.")
    values = {"name": _reader(visit), "time": format_time(news.due_at, Wall.of_visit(visit))}
    return _("%(name)s will be told at %(time)s, unless you undo it before.") % values


def _reader(visit: Appointment) -> str:
    return visit.booker_name or (visit.client.name if visit.client else "") or visit.reference
