"""MAIL_FROM: the address that mails come from, with a name before it or without."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_ADDRESS = 254
_MAILBOX = re.compile(r"(?P<name>[^<>@]*?)\s*<(?P<address>[^<>]*)>")


@dataclass(frozen=True)
class Mailbox:
    """A name, which may be empty, and an address; both empty where nothing is set."""

    name: str = ""
    address: str = ""


def read_mailbox(text: str, faults: list[str]) -> Mailbox:
    """`hello@clinic.example`, or a name before it: `The Clinic, Dublin <hello@clinic.example>`, in quotes or not."""
    if not text:
        return Mailbox()
    parts = _MAILBOX.fullmatch(text)
    name = parts["name"].strip().removeprefix('"').removesuffix('"').strip() if parts else ""
    address = parts["address"] if parts else text
    if not name.isprintable() or not _is_address(address):
        faults.append("MAIL_FROM must be one address, like hello@clinic.example or The Clinic <hello@clinic.example>")
        return Mailbox()
    return Mailbox(name.replace('\\"', '"'), address)


def _is_address(text: str) -> bool:
    """One that every server takes before the @: what stands there can't be rewritten, as a domain can."""
    try:
        validate_email(text)
        text.rpartition("@")[0].encode("ascii")
    except (ValidationError, UnicodeError):
        return False
    return len(text) <= LONGEST_ADDRESS
