"""What owners set up in the panel."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.fields import make_helper


class EmergencyNumberForm(forms.Form):
    number = TextField(
        label=_("Emergency number"), at_most=20, widget=forms.TextInput(attrs={"inputmode": "tel", "size": "6"})
    )
    helper = make_helper("number", submit=_("This number is right"), name="emergency-number")

    def clean_number(self) -> str:
        return clean_emergency_number(self.cleaned_data["number"])


def clean_emergency_number(number: str) -> str:
    """One number that a telephone can dial: clients press it. Raises ValidationError."""
    if not re.fullmatch(r"\+?[\d .()/-]*\d[\d .()/-]*", number):
        raise ValidationError(_("Write the number as it is dialled, like 112."))
    return number
