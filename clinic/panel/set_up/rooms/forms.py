"""A room: its name, and what it suits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.fields import location_field, make_helper
from services import catalogue
from services.models import Location, Room, Treatment, check_visible


def _name(label: Any) -> TextField:
    return TextField(label=label, at_most=60, validators=[check_visible])


class NewRoomForm(forms.Form):
    """It suits everything until somebody says otherwise."""

    location = forms.ModelChoiceField(Location.objects.none())
    name = _name(_("Name of the new room"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.places = catalogue.locations_open()
        if len(self.places) > 1:
            self.fields["location"] = location_field(self.places)
        else:
            del self.fields["location"]
        self.helper = make_helper(*self.fields, submit=_("Add this room"), name="add")

    @property
    def place(self) -> Location:
        chosen: Location = self.cleaned_data.get("location") or self.places[0]
        return chosen


class RoomForm(forms.Form):
    name = _name(_("Name"))
    treatments = forms.ModelMultipleChoiceField(
        Treatment.objects.filter(is_active=True),
        label=_("Suits"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: it suits every treatment."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any = None, *, room: Room) -> None:
        suits = list(room.treatments.all())
        super().__init__(data, initial={"name": room.name, "treatments": suits, "is_active": room.is_active})
        self.helper = make_helper("name", "treatments", "is_active", submit=_("Save"), name="save")
