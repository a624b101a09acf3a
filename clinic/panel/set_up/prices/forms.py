"""A treatment: what clients read, who gives it and where, and whom the safety check lets have it."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.fields import between, make_helper
from services.models import Room, Therapist, Treatment, check_visible
from services.policy import fingerprints

MOST_TURNOVER = 120
WORDS = ("name", "summary", "description", "suits", "firmness", "turnover_minutes")


class TreatmentForm(forms.Form):
    """Of a new treatment: its words, and who gives it."""

    name = TextField(label=_("Name"), at_most=60, validators=[check_visible])
    summary = TextField(label=_("In one line"), at_most=140)
    description = TextField(label=_("What it is"), at_most=1000, is_long=True)
    suits = TextField(label=_("What it suits"), at_most=500, is_long=True)
    firmness = forms.TypedChoiceField(
        label=_("Pressure"), choices=Treatment.Firmness, coerce=int, initial=Treatment.Firmness.FIRM
    )
    turnover_minutes = between(
        0,
        MOST_TURNOVER,
        label=_("Turnover (minutes)"),
        initial=15,
        help_text=_("After the visit, therapist and room are not free for this long."),
    )
    therapists = forms.ModelMultipleChoiceField(
        Therapist.objects.filter(is_active=True),
        label=_("Given by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.helper = make_helper(*WORDS, "therapists", submit=_("Add this treatment"), name="add")

    def clean_turnover_minutes(self) -> int:
        minutes: int = self.cleaned_data["turnover_minutes"]
        if minutes % 5:
            raise ValidationError(_("Choose a multiple of five minutes."))
        return minutes

    def wanted(self) -> dict[str, Any]:
        """As `services.treatments` stores it."""
        chosen = {"therapists": sorted(one.pk for one in self.cleaned_data["therapists"])}
        return {name: self.cleaned_data[name] for name in WORDS} | chosen


class OneTreatmentForm(TreatmentForm):
    """Of one that is there. The four that the rules know are like themselves."""

    rooms = forms.ModelMultipleChoiceField(
        Room.objects.filter(is_active=True),
        label=_("Rooms that suit it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    like = forms.ChoiceField(
        label=_("Like"),
        choices=[
            (Treatment.Kind.DEEP_TISSUE, _("Deep tissue: whoever must not have deep tissue can’t have this either")),
            (Treatment.Kind.TRIGGER_POINT, _("Trigger point therapy: whoever must not have it can’t have this either")),
            (
                Treatment.Kind.MYOFASCIAL_RELEASE,
                _("Myofascial release: whoever must not have it can’t have this either"),
            ),
            (Treatment.Kind.SWEDISH, _("Swedish: whoever must not have it can’t have this either")),
        ],
        widget=forms.RadioSelect,
    )
    uses_heat = forms.BooleanField(
        label=_("Uses heat: hot stones, warm packs"),
        required=False,
        help_text=_("Whoever must not have warmth can’t have this. Leave the tick unless you are sure."),
    )
    is_active = forms.BooleanField(
        label=_("On offer online"),
        required=False,
        help_text=_("Without the tick nobody can book it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, treatment: Treatment, stored: Mapping[str, Any]) -> None:
        marks = " ".join(f"{name}:{mark}" for name, mark in fingerprints(stored).items())
        super().__init__(data, initial={**stored, "seen": marks})
        if treatment.key in Treatment.Kind.values:
            del self.fields["like"]
        if not self.fields["rooms"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["rooms"]
        safety = [name for name in ("like", "uses_heat") if name in self.fields]
        where = [name for name in ("therapists", "rooms") if name in self.fields]
        self.helper = make_helper(
            "seen",
            Fieldset(str(_("What clients read")), *WORDS[:5]),
            Fieldset(str(_("Who and where")), WORDS[5], *where),
            Fieldset(str(_("Safety check")), *safety),
            Fieldset(str(_("On offer")), "is_active"),
            submit=_("Save"),
            name="save",
        )

    def wanted(self) -> dict[str, Any]:
        also: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("like", "uses_heat", "is_active") if name in self.fields
        }
        if "rooms" in self.fields:
            also["rooms"] = sorted(one.pk for one in self.cleaned_data["rooms"])
        return super().wanted() | also

    def marks(self) -> dict[str, str]:
        """What was stored when the form was drawn."""
        pairs = (pair.partition(":") for pair in self.cleaned_data["seen"].split())
        return {name: mark for name, _colon, mark in pairs}
