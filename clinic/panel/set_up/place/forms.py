"""A place in fields that a clinic would name; with the first one what holds for the whole clinic."""

from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pages.fields import TextField, write_a_phone
from booking.wording.phones import is_phone
from clinic.panel.fields import make_helper
from clinic.panel.set_up.changing import SeenForm
from clinic.panel.set_up.forms import clean_emergency_number
from services.countries import all_zones, currencies, currency_of, emergency_number_of, names, zones_of
from services.models import Location

OPTIONAL = (
    "at_the_door", "step_free", "step_free_words", "directions", "parking", "bicycle", "quiet", "running_late",
    "map_link",
)  # fmt: skip
OF_THE_COUNTRY = gettext_lazy("That of the country")
OF_ITS_COUNTRY = "of-its-country"  # the part of the page that differs with it; static/place.js knows it by that
LOCALE = Locale("en", "GB")


class PlaceForm(SeenForm):
    """`shown_country` is the country for which the page was drawn: what is usual there may not fit another.

    A country that is chosen has its part of the page drawn again, so that what is saved was seen for it.
    """

    name = TextField(label=gettext_lazy("Name of the place"), at_most=100)
    address = TextField(label=gettext_lazy("Address"), at_most=300, is_long=True)
    phone = TextField(label=gettext_lazy("Phone"), at_most=30)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    shown_country = forms.CharField(required=False, widget=forms.HiddenInput)
    at_the_door = TextField(
        label=gettext_lazy("At the door"),
        help_text=gettext_lazy("Which door, which bell, how to get in."),
        at_most=500,
        is_long=True,
        required=False,
    )
    step_free = forms.ChoiceField(
        label=gettext_lazy("Step-free"),
        choices=[("", gettext_lazy("Please call us")), *Location.StepFree.choices],
        required=False,
    )
    step_free_words = TextField(
        label=gettext_lazy("About steps"),
        help_text=gettext_lazy("Width of the doors, the room and toilet, the lift."),
        at_most=500,
        is_long=True,
        required=False,
    )
    directions = TextField(label=gettext_lazy("Bus and tram"), at_most=500, is_long=True, required=False)
    parking = TextField(label=gettext_lazy("Parking"), at_most=500, is_long=True, required=False)
    bicycle = TextField(label=gettext_lazy("Bicycle"), at_most=500, is_long=True, required=False)
    quiet = TextField(
        label=gettext_lazy("Quiet"),
        help_text=gettext_lazy("The waiting room, music, light."),
        at_most=500,
        is_long=True,
        required=False,
    )
    running_late = TextField(
        label=gettext_lazy("Running late"),
        help_text=gettext_lazy("What to do, and how long you wait."),
        at_most=500,
        is_long=True,
        required=False,
    )
    map_link = TextField(label=gettext_lazy("Link to a map"), at_most=500, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial | {"shown_country": initial["country"]})
        for name in ("address", *OPTIONAL):
            if isinstance(self.fields[name].widget, forms.Textarea):
                self.fields[name].widget.attrs["rows"] = 2
        country = self.data.get("country") or initial["country"]
        unsaid = [] if initial["country"] else [("", _("Choose the country"))]
        self.fields["country"].choices = [*unsaid, *names()]  # type: ignore[attr-defined]
        self.fields["country"].widget.attrs |= {
            "hx-get": "",
            "hx-trigger": "change",
            "hx-target": f"#{OF_ITS_COUNTRY}",
            "hx-select": f"#{OF_ITS_COUNTRY}",
            "hx-swap": "outerHTML",
        }
        self.fields["time_zone"].choices = _zones(country)  # type: ignore[attr-defined]
        self.helper = make_helper(
            *self.of_the_clinic(),
            Fieldset(
                str(_("Where it is")),
                "name",
                "address",
                "phone",
                "seen",
                Div("shown_country", "country", "time_zone", *self.of_its_country(), css_id=OF_ITS_COUNTRY),
            ),
            Fieldset(str(_("How to find it (optional)")), *OPTIONAL),
            submit=_("Save"),
            name="place",
        )
        self.helper.form_class = "set-up-lines"

    def of_the_clinic(self) -> tuple[Any, ...]:
        return ()

    def of_its_country(self) -> tuple[str, ...]:
        return ()

    def clean_map_link(self) -> str:
        link = str(self.cleaned_data["map_link"])
        if link:
            URLValidator(schemes=["https"], message=_("Write a link that begins with https://"))(link)
        return link

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        country = cleaned.get("country")
        if country:
            self._clean_for(country, cleaned)
        return cleaned

    def _clean_for(self, country: str, cleaned: dict[str, Any]) -> None:
        if cleaned.get("phone") and not is_phone(cleaned["phone"], country=country):
            self.add_error("phone", write_a_phone(country))
        zones, zone = zones_of(country), cleaned.get("time_zone")
        is_left = bool(zone) and zone == self.initial.get("time_zone") and country != self.initial["country"]
        if not zone and len(zones) == 1:
            cleaned["time_zone"] = zones[0]
        elif not zone:
            words = _("%(country)s has several time zones. Choose the one of this place.")
            self.add_error("time_zone", words % {"country": dict(names())[country]})
        elif is_left and zone not in zones:
            words = _("%(zone)s is not in %(country)s. Choose the time zone of this place.")
            parts = {"zone": zone.replace("_", " "), "country": dict(names())[country]}
            self.add_error("time_zone", words % parts)


class FirstPlaceForm(PlaceForm):
    """The first place speaks for the clinic: with its name, the currency and the emergency number."""

    clinic_name = TextField(label=gettext_lazy("Name of the clinic"), at_most=100)
    name = TextField(
        label=gettext_lazy("Name of the place"),
        help_text=gettext_lazy("Empty: the clinic’s name."),
        at_most=100,
        required=False,
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Booked visits keep theirs; prices keep their numbers."),
        required=False,
    )
    emergency_number = TextField(
        label=gettext_lazy("Emergency number"),
        at_most=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "number-short"}),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        country = self.data.get("country") or initial["country"]
        self.fields["currency"].choices = _currencies(initial.get("currency", ""))  # type: ignore[attr-defined]
        self._say_usual(country)

    def of_the_clinic(self) -> tuple[Any, ...]:
        return ("clinic_name",)

    def of_its_country(self) -> tuple[str, ...]:
        return ("currency", "emergency_number")

    def clean_emergency_number(self) -> str:
        return clean_emergency_number(self.cleaned_data["emergency_number"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["name"] = cleaned.get("name") or cleaned.get("clinic_name", "")
        return cleaned

    def _clean_for(self, country: str, cleaned: dict[str, Any]) -> None:
        super()._clean_for(country, cleaned)
        cleaned["currency"] = cleaned.get("currency") or currency_of(country)
        shown, usual = cleaned.get("shown_country", ""), emergency_number_of(country)
        typed = cleaned.get("emergency_number")
        # What was filled in for one country is not confirmed for another by a press that meant the first.
        if shown and shown != country and typed and typed == emergency_number_of(shown) != usual:
            words = _("In %(country)s the usual number is %(number)s. Look at it, and save again.")
            self.add_error(
                "emergency_number", words % {"country": dict(names()).get(country, country), "number": usual}
            )
            self.data = {name: self.data[name] for name in self.data} | {
                "emergency_number": usual,
                "shown_country": country,
            }

    def _say_usual(self, country: str) -> None:
        if country not in dict(names()):
            words = _("Clients are told to call it where the safety check finds an emergency.")
        else:
            words = _(
                "Clients are told to call it where the safety check finds an emergency. In %(country)s it is usually "
                "%(number)s. By saving you say that it is right."
            ) % {"country": dict(names())[country], "number": emergency_number_of(country)}
        self.fields["emergency_number"].help_text = words


def _zones(country: str) -> list[Any]:
    own = zones_of(country)
    others = [(zone, zone) for zone in all_zones() if zone not in own]
    here = [(zone, zone.replace("_", " ")) for zone in own]
    groups = [(dict(names()).get(country, country), here), (_("Elsewhere"), others)]
    return [("", OF_THE_COUNTRY), *groups[0 if here else 1 :]]


def _currencies(stored: str) -> list[Any]:
    codes = sorted(currencies() | ({stored} if stored else set()))
    known = [(code, get_currency_name(code, locale=LOCALE)) for code in codes]
    return [("", OF_THE_COUNTRY), *((code, f"{code}, {name}") for code, name in known)]
