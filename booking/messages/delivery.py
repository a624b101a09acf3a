"""The edge to the mail server: hands over one mail at a time and says what came of it. Writes nothing.

SMTP is spoken step by step over Django's own connection, because only the step tells whether a lost connection can
have left a copy behind: before the content nothing was accepted, after it nobody knows. Other transports (files,
console, providers) are asked to send, and whatever they raise is unclear.
"""

import logging
import re
import smtplib
import ssl
from dataclasses import dataclass, field
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
from booking.messages.plain import one_line

logger = logging.getLogger(__name__)

LONGEST_ADDRESS = 254  # RFC 5321, with the brackets around it 256
CLOSING = 421  # "closing transmission channel", allowed as the answer to anything
# "Authentication required", "invalid", "encryption required": whoever the recipient is.
_LOGIN_WANTED = (530, 534, 535, 538)
# Bad syntax of the sender's mailbox, bad system of the sender, mailing as somebody else (RFC 3463, 3.2).
_SENDER_DETAILS = ("1.7", "1.8")
_ENHANCED_CODE = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Result(Enum):
    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Delivery:
    """What came of handing over one mail. `reason` never repeats what the server said: it may quote the mail.

    `is_trouble`: the connection failed, so the next mail will hardly fare better. `is_ours`: the clinic's own account
    is refused, which somebody will mend: it is tried again for as long as the mail is true. `answer` is what the server
    said, for the eyes of whoever sends a test mail.
    """

    result: Result
    reason: str = ""
    is_trouble: bool = False
    is_ours: bool = False
    answer: str = field(default="", repr=False, compare=False)


class NotHandedOver(Exception):
    """A transport is certain that it took nothing: trying again can't double anything."""


class NoConnection(Exception):
    """The server could not be reached, or did not let us in. `str()` is a reason. Nothing was handed over."""

    def __init__(self, reason: str, *, answer: str = "") -> None:
        super().__init__(reason)
        self.answer = answer


class Post:
    """One connection for many mails; opened at the first, opened again after trouble, closed at the end."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend = get_connection(fail_silently=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def open(self) -> None:
        """Be connected, and ready for the next mail. Raises NoConnection."""
        try:
            self._backend.open()
            if isinstance(self._backend, SmtpBackend):
                _smtp_of(self._backend).ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as error:
            self._close()
            reason = reasons.with_code(reasons.NOT_LET_IN, error.smtp_code)
            raise NoConnection(reason, answer=_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPNotSupportedError as error:
            self._close()
            raise NoConnection(reasons.NOT_OFFERED) from error
        except ssl.SSLError as error:
            self._close()
            raise NoConnection(reasons.NOT_SECURE) from error
        except (OSError, UnicodeError) as error:
            self._close()
            raise NoConnection(reasons.NOT_REACHED) from error

    def hand_over(self, mail: EmailMessage) -> Delivery:
        """Give one mail with one recipient to the server. `open` was called before. Raises nothing."""
        try:
            envelope = _Envelope.of(mail)
        except (UnicodeError, ValueError, ValidationError):
            return Delivery(Result.PERMANENT, reasons.BAD_ADDRESS)
        if not isinstance(self._backend, SmtpBackend):
            return self._ask_transport(mail)
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
        """Hang up. Whether the server says goodbye does not matter: every mail of this connection has its answer."""
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
        if len(recipient) > LONGEST_ADDRESS:
            raise ValueError("no mail has room for this address")
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
        return Delivery(Result.SENT, answer=_said(code, text))
    if not 400 <= code <= 599:
        return Delivery(Result.UNCLEAR, reasons.NO_ANSWER, is_trouble=True)
    return _refused(code, text)


def _introduce(smtp: smtplib.SMTP, envelope: _Envelope) -> Delivery | None:
    """Up to the content. None where the server waits for it, else its refusal."""
    options = ["body=8bitmime"] if smtp.has_extn("8bitmime") else []
    code, text = smtp.mail(envelope.sender, options)
    if code != 250:
        # Also for good: it is the clinic's account that is refused, and somebody will mend that.
        return _not_from_us(code, text, is_trouble=True)
    code, text = smtp.rcpt(envelope.recipient)
    if code not in (250, 251):
        return _not_from_us(code, text) if _is_about_us(code, text) else _refused(code, text)
    code, text = smtp.docmd("DATA")
    return None if code == 354 else _refused(code, text)


def _is_about_us(code: int, text: bytes) -> bool:
    """Many servers look at the sender only when they hear the recipient, and say then whose fault it is."""
    enhanced = _ENHANCED_CODE.match(text)
    detail = enhanced[1].decode().partition(".")[2] if enhanced else ""
    return code in _LOGIN_WANTED or detail in _SENDER_DETAILS or (code in (553, 554) and detail.startswith("7."))


def _not_from_us(code: int, text: bytes, *, is_trouble: bool = False) -> Delivery:
    reason = reasons.with_code(reasons.SENDER_REFUSED, code)
    return Delivery(Result.TEMPORARY, reason, is_trouble=is_trouble, is_ours=True, answer=_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {words}")


def _refused(code: int, text: bytes) -> Delivery:
    enhanced = _ENHANCED_CODE.match(text)
    detail = f"{code} {enhanced[1].decode()}" if enhanced else str(code)
    if 500 <= code <= 599:
        return Delivery(Result.PERMANENT, reasons.with_code(reasons.REFUSED, detail), answer=_said(code, text))
    reason = reasons.with_code(reasons.PUT_OFF, detail)
    return Delivery(Result.TEMPORARY, reason, is_trouble=code == CLOSING, answer=_said(code, text))


def _transparent(content: bytes) -> bytes:
    """Lines that begin with a dot get another one, and one alone ends the mail (RFC 5321, 4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")
