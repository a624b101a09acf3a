"""Forms of a visit's page."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.pages.fields import MailField
from booking.pages.layout import Button, Input, make_helper


class SeenForm(forms.Form):
    """Where the visit was when the page asked whether to move it."""

    seen_start = forms.CharField(required=False, max_length=40)

    def instant(self) -> datetime | None:
        """UTC; None for nonsense, which claims to have seen nothing."""
        try:
            seen = datetime.fromisoformat(self["seen_start"].value() or "")
        except ValueError:
            return None
        return seen if seen.tzinfo is not None else None


class CorrectEmailForm(forms.Form):
    """Where the confirmation should have gone."""

    def __init__(self, data: Any = None, *, action: str) -> None:
        super().__init__(data)
        self.fields["email"] = MailField(
            label=_("Your email"),
            error_messages={"required": _("Write the whole address, like niamh@example.ie")},
        )
        self.helper = make_helper(Input("email"), Button(_("Send it there"), style="quiet"), action=action)
