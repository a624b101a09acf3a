"""What the page of messages shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.messages import parking
from booking.models import Message
from booking.wording.times import Wall, format_moment, zone_name
from clinic.panel.home import home_wall
from clinic.panel.messages.trouble import MailTrouble, find_mail_trouble

SHOWN = 100
SHOWN_PARKED = 500


@dataclass(frozen=True)
class MessageLine:
    """`visit`: a reference, empty where the message is about none."""

    message_id: int
    due: str
    kind: str
    recipient: str
    state: str
    reason: str
    visit: str


@dataclass(frozen=True)
class Parked:
    """What waits after a restore: the first of `count`. `due`: how many of them would go out at once."""

    lines: tuple[MessageLine, ...]
    count: int
    due: int
    may_release: bool

    @property
    def has_more(self) -> bool:
        return self.count > len(self.lines)


@dataclass(frozen=True)
class MessagesPage:
    zone: str
    mail_trouble: MailTrouble
    parked: Parked | None
    attention: tuple[MessageLine, ...]
    latest: tuple[MessageLine, ...]


def load_messages(*, may_release: bool, is_at_home: bool, now: datetime) -> MessagesPage:
    """`is_at_home`: shown at the address of the list, so that nothing has to link to it."""
    rows = Message.objects.select_related("appointment").order_by("-due_at")
    wall = home_wall()
    return MessagesPage(
        zone=zone_name(wall.zone),
        mail_trouble=find_mail_trouble(now=now, links_to_messages=not is_at_home),
        parked=_load_parked(wall, may_release=may_release, now=now) if parking.is_parked() else None,
        attention=_lines(rows.filter(state__in=Message.IN_TROUBLE)[:SHOWN], wall),
        latest=_lines(rows.exclude(state__in=Message.IN_TROUBLE)[:SHOWN], wall),
    )


def _load_parked(wall: Wall, *, may_release: bool, now: datetime) -> Parked:
    parked = parking.waiting().select_related("appointment")
    return Parked(
        lines=_lines(parked[:SHOWN_PARKED], wall),
        count=parked.count(),
        due=parked.filter(next_try_at__lte=now).count(),
        may_release=may_release,
    )


def _lines(rows: Iterable[Message], wall: Wall) -> tuple[MessageLine, ...]:
    return tuple(
        MessageLine(
            message_id=message.pk,
            due=format_moment(message.due_at, wall),
            kind=capfirst(message.get_kind_display()),
            recipient=message.recipient,
            state=message.get_state_display(),
            reason=_(message.reason) if message.reason else "",
            visit=message.appointment.reference if message.appointment else "",
        )
        for message in rows
    )
