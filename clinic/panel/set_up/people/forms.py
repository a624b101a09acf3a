"""Who somebody is, what they give, and what clients read about them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.set_up.changing import SeenForm
from services.admin.uploads import PictureForm
from services.models import Therapist, Treatment, check_sixty_words, check_visible
from services.pictures import PORTRAIT


def _skills() -> Any:
    return forms.ModelMultipleChoiceField(
        Treatment.objects.filter(is_active=True),
        label=_("Skills"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these treatments can be booked with them."),
    )


class NewPersonForm(forms.Form):
    """As little as is needed: the rest can be said later."""

    name = TextField(label=_("Name"), at_most=100, validators=[check_visible])
    treatments = _skills()

    def __init__(self, data: Any = None, *, is_first: bool) -> None:
        """`is_first`: whoever opens a clinic alone gives everything."""
        super().__init__(data)
        if is_first:
            self.initial["treatments"] = list(Treatment.objects.filter(is_active=True))


class ProfileForm(PictureForm, SeenForm):
    picture, shape = "portrait", PORTRAIT

    name = TextField(label=_("Name"), at_most=100, validators=[check_visible])
    treatments = _skills()
    about = TextField(
        label=_("In their own words"),
        at_most=600,
        is_long=True,
        required=False,
        validators=[check_sixty_words],
        help_text=_("Sixty words at most. What you like to work on, and how."),
    )
    training = TextField(label=_("Training"), at_most=600, is_long=True, required=False, help_text=_("One line each."))
    languages = TextField(label=_("Languages"), at_most=100, required=False, help_text=_("Like “English and Spanish”."))

    class Meta:
        model = Therapist
        fields = ["name", "treatments", "about", "training", "languages", "gender"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gender"].label = _("Clients find them as")
