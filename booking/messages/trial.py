"""Test mails to an owner, by the same way as every other, and whether one has gone out since the way was changed.

One that says that mail works, or all that the booker of a visit would get: of a visit that nobody has booked.

The way is the server, who signs in there, and the sender. A row remembers it by a fingerprint in its key, so that a test
of an earlier way proves nothing for the one of now. No password is in it.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User

from booking.messages.rows import make_row
from booking.messages.sender import find_sender
from booking.models import Appointment, Message, State
from services import catalogue
from services.models import ClinicPolicy

# Nobody takes her for a client; and no visit has this reference, since none has an L in it.
CLIENT, REFERENCE, NOT_THERE = "Niamh Example", "EXAMPLE", "0" * 22


@dataclass(frozen=True)
class Told:
    """One mail of a visit: its kind, when the visit begins, and when the mail would go out. In UTC."""

    kind: str
    starts_at: datetime
    at: datetime

    @classmethod
    def read(cls, stored: dict[str, str]) -> Self:
        starts_at, at = (datetime.fromisoformat(stored[name]) for name in ("starts_at", "at"))
        return cls(stored["kind"], starts_at, at)

    def as_stored(self) -> dict[str, str]:
        return {"kind": str(self.kind), "starts_at": self.starts_at.isoformat(), "at": self.at.isoformat()}


def address_for(account: User, *, policy: ClinicPolicy) -> str:
    """The account's, else the clinic's own; empty where there is neither."""
    return account.email or policy.contact_email


def queue_trial(*, account: User, policy: ClinicPolicy, now: datetime) -> None:
    """To `address_for` the account, which is not empty, at once."""
    key = f"{_start_of_key(policy)}{secrets.token_hex(8)}"
    row = make_row(Message.Kind.TRIAL, key, recipient=address_for(account, policy=policy), due_at=now, now=now)
    row.account = account
    row.save()


def queue_trial_of_visit(*, account: User, told: Sequence[Told], policy: ClinicPolicy, now: datetime) -> None:
    """To the account's own address, which is not empty, at once and in this order."""
    for one in told:
        key = f"{_start_of_key(policy)}{secrets.token_hex(8)}"
        row = make_row(Message.Kind.TRIAL, key, recipient=account.email, due_at=now, now=now)
        row.account, row.known = account, one.as_stored()
        row.save()


def read_told(message: Message) -> Told | None:
    """What a test tells of a visit; None where it only says that mail works."""
    return Told.read(message.known) if message.known else None


def make_up_visit(*, starts_at: datetime, now: datetime) -> Appointment | None:
    """At the first place, with what is on offer there; None where nothing is. Nobody has booked it, and it is not saved."""
    place = catalogue.home()
    if place is None:
        return None
    found = (
        (offer.usual, therapist)
        for offer in catalogue.treatments_on_offer(on=starts_at.astimezone(place.zone).date())
        for therapist in catalogue.therapists_for(treatment=offer.treatment, location=place)
    )
    length, therapist = next(found, (None, None))
    if length is None or therapist is None:
        return None
    return Appointment(
        state=State.BOOKED,
        reference=REFERENCE,
        public_id=NOT_THERE,
        treatment=length.treatment,
        minutes=length.minutes,
        therapist=therapist,
        location=place,
        time_zone=place.time_zone,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length.minutes),
        price=length.price,
        currency=ClinicPolicy.current().currency,
        booker_name=CLIENT,
        created_at=now,
    )


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
