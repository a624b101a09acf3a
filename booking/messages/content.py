"""From a row and what it is about to a mail: text, HTML, calendar file and headers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives, SafeMIMEText
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.messages.calendar_file import FILE_NAME, Method, make_calendar_file
from booking.messages.kinds import KINDS
from booking.messages.letters import (
    Letter,
    make_case_letter,
    make_day_letter,
    make_invitation_letter,
    make_late_letter,
    make_links_letter,
    make_password_letter,
    make_request_letter,
    make_trial_letter,
    make_visit_letter,
)
from booking.messages.plain import one_line
from booking.messages.sender import find_sender
from booking.messages.trial import Told
from booking.models import Appointment, Invitation, Message
from booking.wording.times import Wall, format_moment
from services.models import ClinicPolicy

REMINDERS_PATH = "/panel/set-up/reminders/"
_BLANK_LINES = re.compile(r"\n{3,}")


def write_visit_mail(
    *, message: Message, visit: Appointment, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To the booker, as the visit is now; `visit` comes with treatment, therapist and location."""
    kind = KINDS[message.kind]
    assert kind.words is not None
    method = kind.calendar_method(visit)
    letter = make_visit_letter(
        kind.words,
        visit=visit,
        policy=policy,
        now=now,
        has_calendar_file=method is not None,
        is_reminder=kind.is_reminder,
    )
    mail = _make_mail(letter, message=message, recipient=visit.booker_email, policy=policy, now=now)
    if method is not None:
        mail.attach(_calendar_part(make_calendar_file(visit=visit, policy=policy, method=method, now=now), method))
    if letter.unsubscribe_url:
        mail.extra_headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def write_request_mail(
    *, message: Message, visit: Appointment, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To staff: that a client's request ends soon, or has ended."""
    letter = make_request_letter(visit=visit, policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_late_mail(
    *, message: Message, visit: Appointment, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To staff: what has changed today or tomorrow."""
    letter = make_late_letter(visit=visit, policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_case_mail(*, message: Message, policy: ClinicPolicy, now: datetime) -> EmailMultiAlternatives:
    """To staff: that a case waits."""
    letter = make_case_letter(policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_day_list(
    *, message: Message, visits: Sequence[Appointment], policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To staff: the day's visits."""
    assert message.location is not None
    assert message.on_date is not None
    letter = make_day_letter(location=message.location, day=message.on_date, visits=visits, policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_password_mail(
    *, message: Message, recipient: str, accounts: Sequence[User], policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To somebody who works here: the link by which they set a new password, for each account of theirs."""
    letter = make_password_letter(accounts=accounts, policy=policy)
    return _make_mail(letter, message=message, recipient=recipient, policy=policy, now=now)


def write_invitation_mail(
    *, message: Message, invitation: Invitation, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To somebody who is to work here: the link by which they make their account."""
    letter = make_invitation_letter(invitation=invitation, policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_trial_mail(*, message: Message, policy: ClinicPolicy, now: datetime) -> EmailMultiAlternatives:
    """To an owner: a test."""
    letter = make_trial_letter(policy=policy)
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_trial_of_visit(
    *, message: Message, told: Told, visit: Appointment, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To an owner: what the booker of a made-up visit would read. No calendar file: it would enter the visit there."""
    words_of = KINDS[told.kind].words
    assert words_of is not None
    letter = make_visit_letter(
        words_of, visit=visit, policy=policy, now=told.at, has_calendar_file=False, is_reminder=False
    )
    letter = _as_trial(letter, goes_out=format_moment(told.at, Wall.of_visit(visit)))
    return _make_mail(letter, message=message, recipient=message.recipient, policy=policy, now=now)


def write_links_mail(
    *, message: Message, recipient: str, visits: Sequence[Appointment], policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    """To a booker: where each of these visits is; `visits` come with location."""
    letter = make_links_letter(visits=visits, policy=policy)
    return _make_mail(letter, message=message, recipient=recipient, policy=policy, now=now)


def _as_trial(letter: Letter, *, goes_out: str) -> Letter:
    """What a client would read, to an owner: nothing leads to the visit, which nobody has booked."""
    told = _(
        "This is a test of the email that goes out on %(moment)s. Nobody has booked this visit, and the button leads to "
        "your set-up."
    )
    return replace(
        letter,
        subject=_("Test: %(subject)s") % {"subject": letter.subject},
        paragraphs=(told % {"moment": goes_out}, *letter.paragraphs),
        url=f"{settings.SITE_URL}{REMINDERS_PATH}",
    )


def _make_mail(
    letter: Letter, *, message: Message, recipient: str, policy: ClinicPolicy, now: datetime
) -> EmailMultiAlternatives:
    sender = find_sender(policy=policy)
    assert sender is not None, "the sweep hands nothing over without one"
    headers = {
        "Message-ID": message.message_id,
        "Date": format_datetime(now),
        # No out-of-office answers to the clinic, please (RFC 3834).
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(
        subject=one_line(letter.subject),
        body=_BLANK_LINES.sub("\n\n", render_to_string("mail/letter.txt", {"letter": letter})).strip() + "\n",
        from_email=str(sender),
        to=[recipient],
        reply_to=[policy.contact_email] if policy.contact_email else [],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("mail/letter.html", {"letter": letter}), "text/html")
    return mail


def _calendar_part(file: bytes, method: Method) -> SafeMIMEText:
    part = SafeMIMEText(file.decode(), "calendar", "utf-8")
    part.set_param("method", method.value)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part
