"""Time off and closures."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.fields import Clock, day_input, in_this_century, location_field, make_helper
from services import rota
from services.models import Location, Therapist


class TimeOffForm(forms.Form):
    """Away, by the clock of one place."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Location"), empty_label=None)

    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Who"), required=False, empty_label=_("Everybody: closed")
    )
    first_day = forms.DateField(label=_("From day"), validators=[in_this_century], widget=day_input())
    first_time = forms.TimeField(label=_("From time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    last_day = forms.DateField(label=_("Until day"), validators=[in_this_century], widget=day_input())
    last_time = forms.TimeField(label=_("Until time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    reason = TextField(label=_("Reason, for staff"), at_most=100, required=False)

    def __init__(
        self, data: Any = None, *, locations: Sequence[Location], asked: Mapping[str, str] | None = None
    ) -> None:
        """`asked`: what the address fills in, such as the time that was drawn on the board."""
        known = {name: value for name, value in (asked or {}).items() if name in self.base_fields}
        super().__init__(data, initial=known)
        self.locations = locations
        if len(locations) > 1:
            hint = _("The times are those of this place. Only a closure is for this place alone.")
            self.fields["location"] = location_field(locations, empty_label=_("Choose"), help_text=hint)
        else:
            del self.fields["location"]
        self.helper = make_helper(
            "therapist",
            *(["location"] if "location" in self.fields else []),
            Div("first_day", "first_time", css_class="panel-row"),
            Div("last_day", "last_time", css_class="panel-row"),
            "reason",
            submit=_("Save"),
            name="time-off",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        location = self.locations[0] if "location" not in self.fields else cleaned.get("location")
        if location is None:
            return cleaned
        clock = Clock(self, rota.zone_of(location=location))
        starts_at = clock.read("first_day", "first_time")
        # A repeated hour is away both times: until the end of its second pass.
        ends_at = clock.read("last_day", "last_time", fold=1)
        return cleaned | {"location": location, "starts_at": starts_at, "ends_at": ends_at}
