"""Choosing a list to bring in."""

from django import forms
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
