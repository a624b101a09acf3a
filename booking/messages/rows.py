"""How the row of a mail is made. It holds no text: the mail is written at the hand-off, from what is true then."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from booking.models import Appointment, Message


def make_visit_row(
    appointment: Appointment, kind: Message.Kind, key: str, *, due_at: datetime, now: datetime
) -> Message:
    """About a visit in its version of now, to its booker; not saved."""
    row = make_row(kind, key, recipient=appointment.booker_email, due_at=due_at, now=now)
    row.appointment, row.version = appointment, appointment.version
    return row


def reminder_prefix(appointment: Appointment, version: int) -> str:
    """How the keys of its reminders begin. A visit that is moved without a word keeps its version, so its start is there."""
    start = int(appointment.starts_at.timestamp())
    return f"visit:{appointment.pk}:{version}:{Message.Kind.REMINDER}:{start}:"


def make_row(kind: Message.Kind, key: str, *, recipient: str, due_at: datetime, now: datetime) -> Message:
    """Not saved. `due_at` and `now` in UTC."""
    return Message(
        kind=kind,
        dedupe_key=key,
        recipient=recipient,
        due_at=due_at,
        next_try_at=due_at,
        # Fixed here and kept for every attempt, so that a copy can be recognised as one.
        message_id=make_message_id(),
        created_at=now,
    )


def make_message_id() -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host}>"
