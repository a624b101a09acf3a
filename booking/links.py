"""Links in mails: rebuilt from the visit, never stored. Raising the visit's generation revokes the old ones.

A token is the public id, the generation and an HMAC-SHA256 over the purpose and both. Knowing one purpose's link gives
nothing for another.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_encode

from booking.models import Appointment, Clearance, Invitation

VISIT = "visit"
REMINDERS = "reminders"
EMAIL = "email"
CLEARED = "cleared"
INVITATION = "invitation"
INVITATION_LASTS = timedelta(days=7)
MAC_BYTES = 16
_TOKEN = re.compile(r"(?P<public_id>[A-Za-z0-9_-]{22})\.(?P<generation>0|[1-9]\d{0,4})\.(?P<mac>[A-Za-z0-9_-]{22})")

_CLEARED_TOKEN = re.compile(r"(?P<reference>[0-9A-Z]{7})\.(?P<number>[1-9]\d{0,8})\.(?P<mac>[A-Za-z0-9_-]{22})")


class BadLink(Exception):
    """The link is malformed, or was not made by this clinic."""


class LinkRevoked(BadLink):
    """The link was good once. Nothing may be shown or done by it any more."""


def make_token(appointment: Appointment, *, purpose: str = VISIT) -> str:
    """The token for one purpose, fit for a path."""
    mac = _mac(purpose, appointment.public_id, appointment.link_generation)
    return f"{appointment.public_id}.{appointment.link_generation}.{mac}"


def read_token(token: str, *, purpose: str = VISIT) -> Appointment:
    """The visit behind a token, with what a page shows. Raises BadLink, LinkRevoked."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadLink
    public_id, generation = match["public_id"], int(match["generation"])
    if not hmac.compare_digest(match["mac"], _mac(purpose, public_id, generation)):
        raise BadLink
    related = Appointment.objects.select_related("treatment", "therapist", "room", "location", "client", "intake")
    appointment = related.filter(public_id=public_id).first()
    if appointment is None:
        raise BadLink
    if appointment.link_generation != generation:
        raise LinkRevoked
    return appointment


def visit_url(appointment: Appointment) -> str:
    """The address of the visit's page, from SITE_URL and never from a request."""
    return f"{settings.SITE_URL}/visit/{make_token(appointment)}/"


def new_password_url(account: User) -> str:
    """Where somebody who works here sets a new password: once, and for as long as PASSWORD_RESET_TIMEOUT says."""
    who = urlsafe_base64_encode(str(account.pk).encode())
    return f"{settings.SITE_URL}/panel/new-password/{who}/{default_token_generator.make_token(account)}/"


def invitation_url(invitation: Invitation) -> str:
    """Where somebody who is invited to work here makes their account."""
    mac = _mac(INVITATION, invitation.public_id, invitation.generation)
    return f"{settings.SITE_URL}/panel/invited/{invitation.public_id}.{invitation.generation}.{mac}/"


def read_invitation(token: str, *, now: datetime, is_to_be_used: bool = False) -> Invitation:
    """The open invitation behind a token. Raises BadLink, LinkRevoked: withdrawn, used, sent again, or out of date.

    `is_to_be_used` locks it to the end of the transaction, so that of two presses one makes an account.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadLink
    public_id, generation = match["public_id"], int(match["generation"])
    if not hmac.compare_digest(match["mac"], _mac(INVITATION, public_id, generation)):
        raise BadLink
    rows = Invitation.objects.select_for_update() if is_to_be_used else Invitation.objects.all()
    invitation = rows.filter(public_id=public_id, generation=generation).first()
    if invitation is None or now >= invitation.sent_at + INVITATION_LASTS:
        raise LinkRevoked
    return invitation


def email_url(appointment: Appointment) -> str:
    """A page with a button that books what is held until its booker has shown that the email is theirs."""
    return f"{settings.SITE_URL}/visit/{make_token(appointment, purpose=EMAIL)}/email/"


def reminders_url(appointment: Appointment) -> str:
    """Where reminders of this visit are turned off: a page with a button, and the one-click POST of mail programs."""
    return f"{settings.SITE_URL}/visit/{make_token(appointment, purpose=REMINDERS)}/reminders/"


def make_cleared_token(clearance: Clearance) -> str:
    """The token by which a client whose physician has agreed comes back to choose a time."""
    mac = _mac(CLEARED, clearance.intake.reference, clearance.pk)
    return f"{clearance.intake.reference}.{clearance.pk}.{mac}"


def read_cleared_token(token: str) -> Clearance:
    """The clearance behind a token; whether it still holds is the gate's to say. Raises BadLink, LinkRevoked."""
    match = _CLEARED_TOKEN.fullmatch(token)
    if match is None or not hmac.compare_digest(match["mac"], _mac(CLEARED, match["reference"], int(match["number"]))):
        raise BadLink
    related = Clearance.objects.select_related("intake__client", "case__client")
    clearance = related.filter(pk=match["number"], intake__reference=match["reference"]).first()
    if clearance is None:
        raise BadLink
    if clearance.voided_at is not None:
        raise LinkRevoked
    return clearance


def cleared_url(clearance: Clearance) -> str:
    """The address that staff give to the client."""
    return f"{settings.SITE_URL}/book/cleared/{make_cleared_token(clearance)}/"


def _mac(purpose: str, public_id: str, generation: int) -> str:
    text = f"{purpose}\n{public_id}\n{generation}".encode()
    digest = hmac.new(settings.LINK_KEY.encode(), text, hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
