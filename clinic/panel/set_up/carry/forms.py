"""Choosing a list to bring in, and taking everything out."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.panel.fields import make_helper


class ListForm(forms.Form):
    """A CSV, or a .zip with it alone: what one request may hold, about a megabyte."""

    file = forms.FileField(
        label=_("List of clients (CSV, or a .zip with it alone)"),
        help_text=_("Up to 1 MB at a time. Put a longer list into a .zip, or split it."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.zip"}),
    )
    helper = make_helper("file", submit=_("Look at this list"), name="look")


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
