"""How long data is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.panel.fields import make_helper
from clinic.panel.set_up.changing import SeenForm
from services.models import KEPT_YEARS


def _years(label: Any) -> forms.IntegerField:
    least, most = KEPT_YEARS
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"class": "number-short"})
    )


YEARS = ("keep_health_years", "keep_receipts_years", "keep_mails_years", "keep_trail_years")


class KeepingForm(SeenForm):
    """How many years data is kept. Sending it says that an owner has checked the periods."""

    keep_health_years = _years(_("Health answers and notes (years)"))
    keep_receipts_years = _years(_("Names and visits (years)"))
    keep_mails_years = _years(_("Emails, and checks without a visit (years)"))
    keep_trail_years = _years(_("Who looked at what (years)"))
    helper = make_helper(
        "seen",
        *YEARS,
        submit=_("We have checked these periods"),
        name="keeping",
    )
