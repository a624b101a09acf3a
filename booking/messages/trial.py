"""A test mail to an owner, by the same way as every other, and whether one has gone out since the way was changed.

The way is the server, who signs in there, and the sender. A row remembers it by a fingerprint in its key, so that a test
of an earlier way proves nothing for the one of now. No password is in it.
"""

import hashlib
import json
import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User

from booking.messages.rows import make_row
from booking.messages.sender import find_sender
from booking.models import Message
from services.models import ClinicPolicy


def address_for(account: User, *, policy: ClinicPolicy) -> str:
    """The account's, else the clinic's own; empty where there is neither."""
    return account.email or policy.contact_email


def queue_trial(*, account: User, policy: ClinicPolicy, now: datetime) -> None:
    """To `address_for` the account, which is not empty, at once."""
    key = f"{_start_of_key(policy)}{secrets.token_hex(8)}"
    row = make_row(Message.Kind.TRIAL, key, recipient=address_for(account, policy=policy), due_at=now, now=now)
    row.account = account
    row.save()


def find_trials(*, policy: ClinicPolicy) -> list[Message]:
    """The tests of the way of now, the newest first."""
    rows = Message.objects.filter(kind=Message.Kind.TRIAL, dedupe_key__startswith=_start_of_key(policy))
    return list(rows.order_by("-id"))


def has_gone_out(*, policy: ClinicPolicy) -> bool:
    """Whether the server took one, on the way of now."""
    return any(row.state == Message.State.SENT for row in find_trials(policy=policy))


def _start_of_key(policy: ClinicPolicy) -> str:
    sender = find_sender(policy=policy)
    way = [
        settings.EMAIL_BACKEND,
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_USE_TLS,
        settings.EMAIL_USE_SSL,
        str(settings.EMAIL_FILE_PATH or ""),
        sender.address if sender else "",
    ]
    return f"trial:{hashlib.sha256(json.dumps(way).encode()).hexdigest()[:16]}:"
