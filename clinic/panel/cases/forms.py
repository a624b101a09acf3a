"""Forms about a case: the next step, and a physician's letter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from booking.cases.clearances import Letter
from booking.cases.follow_up import steps_from
from booking.models import Case
from booking.pages.fields import NameField, TextField
from clinic.panel.fields import day_input, in_this_century, make_helper
from services import catalogue


class CaseStepForm(forms.Form):
    """The next step of a case; it begins at the state that the case is in, so that a note alone changes nothing else."""

    state = forms.ChoiceField(label=_("Step"))
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, case: Case, typed: Mapping[str, str] | None = None) -> None:
        last = case.events.order_by("-id").first()
        super().__init__(
            data, initial={"state": case.state, "seen_event": last.pk if last else None} | dict(typed or {})
        )
        self.case = case
        choices = [(state.value, state.label) for state in (Case.State(case.state), *steps_from(case))]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        self.helper = make_helper(
            "seen_event",
            "state",
            "note",
            submit=_("Save"),
            name="case-step",
            action=reverse("panel:case", args=[case.pk]),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == self.case.state and not cleaned.get("note"):
            raise ValidationError(say("Choose another step, or write a note."))
        return cleaned


class ClearanceForm(forms.Form):
    """What a physician's letter says."""

    written_by = NameField(label=_("Who wrote the letter"))
    written_date = forms.DateField(label=_("Date of the letter"), validators=[in_this_century], widget=day_input())
    allowed_treatments = forms.MultipleChoiceField(
        label=_("Treatments that it allows"), widget=forms.CheckboxSelectMultiple
    )
    avoid = TextField(label=_("Regions to avoid, one a line"), at_most=1000, is_long=True, required=False)
    valid_until = forms.DateField(label=_("Valid until"), validators=[in_this_century], widget=day_input())
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        # The step of the case, on the same page, has a note of its own.
        super().__init__(data, auto_id="letter_%s")
        self.helper = make_helper(
            "written_by",
            "written_date",
            "allowed_treatments",
            "avoid",
            "valid_until",
            "note",
            submit=_("Record this letter"),
            name="clear",
            action=reverse("panel:clear", args=[case.pk]),
        )
        # One line for each of the four: what the clinic added goes with the one that it is like.
        self.fields["allowed_treatments"].choices = [  # type: ignore[attr-defined]
            (kind, ", ".join(treatment.name_for_staff for treatment in treatments))
            for kind, treatments in catalogue.treatments_by_kind().items()
        ]

    def letter(self) -> Letter:
        """What was typed, once it is valid."""
        wanted = self.cleaned_data
        return Letter(
            written_by=wanted["written_by"],
            written_date=wanted["written_date"],
            allowed_treatments=tuple(wanted["allowed_treatments"]),
            valid_until=wanted["valid_until"],
            avoid=tuple(line.strip() for line in wanted["avoid"].splitlines() if line.strip()),
            note=wanted["note"],
        )
