"""The signature of a clinician."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import NameField, TextField
from clinic.panel.fields import day_input, in_this_century, make_helper


class SignatureForm(forms.Form):
    clinician_name = NameField(label=_("Clinician's name"))
    registration = TextField(label=_("Registration"), at_most=60)
    signed_date = forms.DateField(label=_("Date of the signature"), validators=[in_this_century], widget=day_input())
    helper = make_helper("clinician_name", "registration", "signed_date", submit=_("Record the signature"), name="sign")
