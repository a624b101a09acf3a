"""Choosing a list to bring in, who is emailed about coming visits, and taking everything out."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.panel.fields import make_helper


class ListForm(forms.Form):
    """A CSV, or a .zip with it alone: what `clinic.running.sizes` says that one may have."""

    file = forms.FileField(
        label=_("List of clients (CSV, or a .zip with one CSV in it)"),
        help_text=_("Up to 8 MB and 50,000 lines at a time. Put a longer list into a .zip, or split it."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.zip"}),
    )
    helper = make_helper("file", submit=_("Look at this list"), name="look")


class VisitsForm(ListForm):
    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.fields["file"].label = _("List of coming visits (CSV, or a .zip with one CSV in it)")


class MailsForm(forms.Form):
    """Who of the visits of a list is emailed: drawn in the form that brings it in."""

    remind = forms.BooleanField(label=_("Remind clients by email, as before every visit"), required=False, initial=True)
    tell = forms.BooleanField(label=_("Tell clients by email now that the visit is booked"), required=False)
    helper = FormHelper()
    helper.layout = Layout("remind", "tell")
    helper.form_tag = False
    helper.disable_csrf = True


class TakeForm(forms.Form):
    with_health = forms.BooleanField(
        label=_("With health data"),
        help_text=_("Answers, results, letters, cases, treatment notes and what staff wrote, readable by anybody."),
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        action = reverse("panel:set_up_take")
        self.helper = make_helper("with_health", submit=_("Download everything"), name="take", action=action)
