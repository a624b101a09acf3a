"""Somebody can't find the email with the link to their visit: it is sent again, to the address that the visits have.

The answer is the same whether we know the address or not, and however often it was asked. So is the work of the
request: one row, about which the sweep finds out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from booking import limits
from booking.messages import outbox
from booking.pages.fields import MailField
from booking.pages.layout import Button, Input, make_helper
from booking.web.site import Page


class LinksForm(forms.Form):
    """To which address."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"] = MailField(
            label=_("Your email"),
            error_messages={"required": _("Write the whole address, like niamh@example.ie")},
        )
        button = Button(_("Send my link again"), style="primary")
        self.helper = make_helper(Input("email"), button, action=reverse("booking:move_or_cancel"))


@dataclass(frozen=True, kw_only=True)
class MoveOrCancelPage(Page):
    """`answer` is empty until somebody has asked."""

    form: LinksForm
    answer: str = ""


def ask_for_links(*, email: str, network: str, now: datetime) -> str:
    """The answer, which is always the same. `now` in UTC. Side effect: a mail is queued, unless a limit is used up."""
    subject = email.strip().casefold()
    try:
        with transaction.atomic():
            limits.take(
                (limits.LINKS_NETWORK, network), (limits.LINKS_EMAIL, subject), (limits.LINKS_DAY, subject), now=now
            )
            outbox.queue_links(email=email, now=now)
    except limits.Spending:
        pass
    return _("If we know this address, your links are on their way.")
