"""Forms about a case: the next step, and a physician's letter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Case
from booking.web.forms.text import TextField
from clinic.panel.forms.parts import day_input, in_this_century, make_helper
from services import catalogue


class CaseStepForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Step"),
        choices=[(state.value, state.label) for state in Case.State if state != Case.State.CLEARED],
    )
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = make_helper("seen_event", "state", "note", submit=_("Save"), name="case-step")


class ClearanceForm(forms.Form):
    """What a physician's letter says."""

    written_by = TextField(label=_("Who wrote the letter"), at_most=120)
    written_date = forms.DateField(label=_("Date of the letter"), validators=[in_this_century], widget=day_input())
    allowed_treatments = forms.MultipleChoiceField(
        label=_("Treatments that it allows"), widget=forms.CheckboxSelectMultiple
    )
    avoid = TextField(label=_("Regions to avoid, one a line"), at_most=1000, is_long=True, required=False)
    valid_until = forms.DateField(label=_("Valid until"), validators=[in_this_century], widget=day_input())
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)
    helper = make_helper(
        "written_by",
        "written_date",
        "allowed_treatments",
        "avoid",
        "valid_until",
        "note",
        submit=_("Record this letter"),
        name="clear",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One line for each of the four: what the clinic added goes with the one that it is like.
        self.fields["allowed_treatments"].choices = [  # type: ignore[attr-defined]
            (kind, ", ".join(treatment.name_for_staff for treatment in treatments))
            for kind, treatments in catalogue.treatments_by_kind().items()
        ]
