"""What owners set up in the panel."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.forms.parts import make_helper
from services.models import KEPT_YEARS


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


def _years(label: Any) -> forms.IntegerField:
    least, most = KEPT_YEARS
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"class": "number-short"})
    )


class KeepingForm(forms.Form):
    """For how many years what is kept; an owner's press says that somebody has looked."""

    keep_health_years = _years(_("Health answers and notes (years)"))
    keep_receipts_years = _years(_("Names and visits (years)"))
    keep_mails_years = _years(_("Emails, and checks without a visit (years)"))
    keep_trail_years = _years(_("Who saw what (years)"))
    helper = make_helper(
        "keep_health_years",
        "keep_receipts_years",
        "keep_mails_years",
        "keep_trail_years",
        submit=_("We have checked these periods"),
        name="keeping",
    )
