"""Which lines of the trail are wanted."""

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from clinic.panel.fields import day_input, in_this_century


class TrailForm(forms.Form):
    """Which lines of the trail. A person is named by number only, so that no name stands in an address."""

    person = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    member = forms.ModelChoiceField(
        # People who have left as well: what they did can still be read.
        User.objects.order_by("username"),
        label=_("Member of staff"),
        required=False,
        empty_label=_("All"),
    )
    day = forms.DateField(label=_("Day"), required=False, validators=[in_this_century], widget=day_input())
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)
