"""The signature of a clinician, and reading the trail."""

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import NameField, TextField
from clinic.panel.forms.parts import day_input, in_this_century, make_helper


class SignatureForm(forms.Form):
    clinician_name = NameField(label=_("Clinician's name"))
    registration = TextField(label=_("Registration"), at_most=60)
    signed_date = forms.DateField(label=_("Date of the signature"), validators=[in_this_century], widget=day_input())
    helper = make_helper("clinician_name", "registration", "signed_date", submit=_("Record the signature"), name="sign")


class TrailForm(forms.Form):
    """Which lines of the trail. A person is named by number only, so that no name stands in an address."""

    person = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    member = forms.ModelChoiceField(
        # Also who has left: what they did stays to be read.
        User.objects.order_by("username"),
        label=_("Member of staff"),
        required=False,
        empty_label=_("All"),
    )
    day = forms.DateField(label=_("Day"), required=False, validators=[in_this_century], widget=day_input())
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)
