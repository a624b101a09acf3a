"""What owners set up in the panel."""

from typing import Any

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

    def clean_number(self) -> Any:
        number = self.cleaned_data["number"]
        if not any(letter.isdigit() for letter in number):
            raise ValidationError(_("Write the number as it is dialled, like 112."))
        return number
