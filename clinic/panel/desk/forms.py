"""The form of a new visit."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import MailField, NameField, PhoneField, TextField
from booking.scheduling.appointments import Details
from booking.scheduling.search import Wish
from clinic.panel.fields import Clock, day_input, in_fives, in_this_century, location_field, make_helper
from services import rota
from services.models import Location, Therapist, TreatmentLength


class BookForm(forms.Form):
    """A visit for a person on the phone or at the desk. `starts_at` comes from day, time and the clock of the place."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Location"), empty_label=None)
    length = forms.ModelChoiceField(TreatmentLength.objects.none(), label=_("Treatment and length"))
    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Therapist"), required=False, empty_label=_("Anyone")
    )
    day = forms.DateField(label=_("Day"), validators=[in_this_century], widget=day_input())
    time = forms.TimeField(
        label=_("Time"), validators=[in_fives], widget=forms.TimeInput(attrs={"type": "time", "step": "300"})
    )
    client_id = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    name = NameField(label=_("Who is treated"))
    email = MailField(label=_("Email (optional)"), required=False)
    send_form = forms.BooleanField(label=_("Send the safety check to the email above"), required=False, initial=True)
    access_needs = TextField(label=_("Access needs (optional)"), at_most=300, required=False)
    reason = TextField(label=_("Why all the same (it is listed under overrides)"), at_most=300, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        locations: Sequence[Location],
        needs_form: bool,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        self.locations = locations
        self.fields["phone"] = PhoneField(label=_("Phone (optional)"), country=self._country(), required=False)
        on_offer = TreatmentLength.objects.filter(is_active=True, treatment__is_active=True)
        self.fields["length"].queryset = on_offer.select_related("treatment").order_by(  # type: ignore[attr-defined]
            "treatment__order", "minutes"
        )
        if initial.get("client_id"):
            self.fields["length"].widget.attrs["autofocus"] = True
        if len(locations) > 1:
            self.fields["location"] = location_field(locations)
        else:
            del self.fields["location"]
        if not needs_form:
            del self.fields["send_form"]
        where, send = [[name] if name in self.fields else [] for name in ("location", "send_form")]
        when = Div(*where, Div("day", "time", css_class="panel-row"))
        # Empty until a reason is asked for.
        self._why = Div()
        self.helper = make_helper(
            "client_id",
            "length",
            "therapist",
            when,
            self._why,
            "name",
            "email",
            *send,
            "phone",
            "access_needs",
            submit=_("Book this visit"),
            name="book",
        )

        if "reason" in self.data:
            self._why.fields = ["reason"]

    def ask_for_reason(self) -> None:
        """The time is off the grid or outside of hours: a reason would outweigh that, with a named therapist."""
        self._why.fields = ["reason"]
        if not self.cleaned_data.get("therapist"):
            self.add_error("therapist", _("Choose a therapist for a time outside of hours."))

    def _country(self) -> str:
        """Of the place for which the number is typed."""
        chosen = str(self.data.get("location") or self.initial.get("location") or "")
        return next((one for one in self.locations if str(one.pk) == chosen), self.locations[0]).country

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        location = self.locations[0] if "location" not in self.fields else cleaned.get("location")
        starts_at = Clock(self, rota.zone_of(location=location)).read("day", "time") if location else None
        return cleaned | {"location": location, "starts_at": starts_at}

    def wish(self) -> Wish:
        """What was asked for, once it is valid."""
        wanted = self.cleaned_data
        therapist = wanted["therapist"]
        return Wish(
            treatment=wanted["length"].treatment,
            minutes=wanted["length"].minutes,
            location=wanted["location"],
            therapist_id=therapist.pk if therapist else None,
        )

    def details(self) -> Details:
        """Who comes, once it is valid."""
        wanted = self.cleaned_data
        return Details(
            name=wanted["name"],
            booker_name=wanted["name"],
            booker_email=wanted["email"],
            booker_phone=wanted["phone"],
            access_needs=wanted["access_needs"],
        )
