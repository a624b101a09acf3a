"""Email that does not go out: said at the top of the day and of the messages, and beside what is sent meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages as notices
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.messages.backlog import read_backlog
from services.models import ClinicPolicy


@dataclass(frozen=True)
class MailTrouble:
    """Without sentences where email goes out."""

    sentences: tuple[str, ...]
    links_to_messages: bool


def find_mail_trouble(*, now: datetime, links_to_messages: bool) -> MailTrouble:
    backlog = read_backlog(policy=ClinicPolicy.current(), now=now)
    return MailTrouble(tuple(backlog.sentences()), links_to_messages)


def warn_of_mail(request: HttpRequest, *, now: datetime) -> None:
    """Beside a sentence that somebody is asked by email: where no email goes out at the moment, say that it waits."""
    if read_backlog(policy=ClinicPolicy.current(), now=now).is_down:
        notices.warning(request, _("Email does not go out at the moment, so it waits. See Messages, or call."))
