"""The edge to the mail server: hands over one mail at a time and says what came of it. Writes nothing.

SMTP is spoken step by step over Django's own connection, because only the step tells whether a lost connection can
have left a copy behind: before the content nothing was accepted, after it nobody knows. Other transports (files,
console, providers) are asked to send, and whatever they raise is unclear.
"""

import logging
import re
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email

from booking.messages import reasons

logger = logging.getLogger(__name__)

CLOSING = 421  # "closing transmission channel", allowed as the answer to anything
_ENHANCED_CODE = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Result(Enum):
    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Delivery:
    """What came of handing over one mail. `reason` never repeats what the server said: it may quote the mail.

    `is_trouble`: the connection failed, so the next mail will hardly fare better.
    """

    result: Result
    reason: str = ""
    is_trouble: bool = False


class NotHandedOver(Exception):
    """A transport is certain that it took nothing: trying again can't double anything."""


class NoConnection(Exception):
    """The server could not be reached, or did not let us in. `str()` is a reason. Nothing was handed over."""


class Post:
    """One connection for many mails; opened at the first, opened anew after trouble, closed at the end."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend = get_connection(fail_silently=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def open(self) -> None:
        """Be ready for the next mail. Raises NoConnection."""
        try:
            self._backend.open()
            if isinstance(self._backend, SmtpBackend):
                _smtp_of(self._backend).ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as error:
            self._close()
            raise NoConnection(reasons.with_code(reasons.NOT_LET_IN, error.smtp_code)) from error
        except (OSError, UnicodeError) as error:
            self._close()
            raise NoConnection(reasons.NOT_REACHED) from error

    def hand_over(self, mail: EmailMessage) -> Delivery:
        """Give one mail with one recipient to the server. `open` was called before. Raises nothing."""
        if not isinstance(self._backend, SmtpBackend):
            return self._ask_transport(mail)
        try:
            envelope = _Envelope.of(mail)
        except (UnicodeError, ValueError, ValidationError):
            return Delivery(Result.PERMANENT, reasons.BAD_ADDRESS)
        delivery = _converse(_smtp_of(self._backend), envelope)
        if delivery.result != Result.SENT:
            # Whatever state the conversation is in, a new one starts clean.
            self._close()
        return delivery

    def _ask_transport(self, mail: EmailMessage) -> Delivery:
        try:
            self._backend.send_messages([mail])
        except NotHandedOver:
            return Delivery(Result.TEMPORARY, reasons.NOT_REACHED, is_trouble=True)
        except Exception:  # a provider's library may raise anything, and none of it says whether the mail went out
            logger.exception("the mail transport failed")
            return Delivery(Result.UNCLEAR, reasons.NO_ANSWER, is_trouble=True)
        return Delivery(Result.SENT)

    def _close(self) -> None:
        """Without manners where the server has none: every mail of this connection has its answer."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            logger.info("the mail server did not say goodbye")


@dataclass(frozen=True)
class _Envelope:
    sender: str
    recipient: str
    content: bytes

    @classmethod
    def of(cls, mail: EmailMessage) -> Self:
        """Raises ValueError, UnicodeError or ValidationError for what can't be written as a mail."""
        (recipient,) = mail.recipients()
        validate_email(recipient)
        # SMTPUTF8 is not spoken, and Django would write another local part instead.
        recipient.rpartition("@")[0].encode("ascii")
        sender = sanitize_address(parseaddr(mail.from_email)[1], "utf-8")
        return cls(sender, sanitize_address(recipient, "utf-8"), as_bytes(mail))


def as_bytes(mail: EmailMessage) -> bytes:
    """The mail as it goes over the wire. Raises ValueError or UnicodeError."""
    message: Any = mail.message()
    content: bytes = message.as_bytes(linesep="\r\n")
    return content


def _smtp_of(backend: SmtpBackend) -> smtplib.SMTP:
    if backend.connection is None:
        raise smtplib.SMTPServerDisconnected
    return backend.connection


def _converse(smtp: smtplib.SMTP, envelope: _Envelope) -> Delivery:
    try:
        refusal = _introduce(smtp, envelope)
    except (OSError, smtplib.SMTPException):
        return Delivery(Result.TEMPORARY, reasons.LOST_BEFORE, is_trouble=True)
    if refusal is not None:
        return refusal
    try:
        smtp.send(_transparent(envelope.content))
        code, text = smtp.getreply()
    except (OSError, smtplib.SMTPException):
        return Delivery(Result.UNCLEAR, reasons.NO_ANSWER, is_trouble=True)
    if code == 250:
        return Delivery(Result.SENT)
    if not 400 <= code <= 599:
        return Delivery(Result.UNCLEAR, reasons.NO_ANSWER, is_trouble=True)
    return _refused(code, text)


def _introduce(smtp: smtplib.SMTP, envelope: _Envelope) -> Delivery | None:
    """Up to the content. None where the server waits for it, else its refusal."""
    options = ["body=8bitmime"] if smtp.has_extn("8bitmime") else []
    code, text = smtp.mail(envelope.sender, options)
    if code != 250:
        # Also for good: it is the clinic's account that is refused, and somebody will mend that.
        return Delivery(Result.TEMPORARY, reasons.with_code(reasons.SENDER_REFUSED, code), is_trouble=True)
    code, text = smtp.rcpt(envelope.recipient)
    if code not in (250, 251):
        return _refused(code, text)
    code, text = smtp.docmd("DATA")
    return None if code == 354 else _refused(code, text)


def _refused(code: int, text: bytes) -> Delivery:
    enhanced = _ENHANCED_CODE.match(text)
    detail = f"{code} {enhanced[1].decode()}" if enhanced else str(code)
    if 500 <= code <= 599:
        return Delivery(Result.PERMANENT, reasons.with_code(reasons.REFUSED, detail))
    return Delivery(Result.TEMPORARY, reasons.with_code(reasons.PUT_OFF, detail), is_trouble=code == CLOSING)


def _transparent(content: bytes) -> bytes:
    """Lines that begin with a dot get another one, and one alone ends the mail (RFC 5321, 4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")
