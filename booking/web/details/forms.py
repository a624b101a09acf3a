"""Who is coming, and how to reach the person who books."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from booking.models import TYPED
from booking.pages.fields import MailField, NameField, PhoneField, TextField
from booking.pages.layout import Actions, Choices, FollowUp, Hidden, Input, make_helper
from booking.scheduling.appointments import Details

ME, SOMEONE_ELSE = "me", "someone_else"
TRAP = "leave_this_empty"
# Characters of one field that are kept between pages. Nobody types as much; a limit of the field itself is refused
# with a sentence long before this, and the whole text is in the field again.
MOST_KEPT = 100_000


class DetailsForm(forms.Form):
    """What was typed is kept in the draft between pages, right or wrong."""

    def __init__(self, data: Any = None, *, typed: Mapping[str, str], country: str, save_label: str) -> None:
        super().__init__(data, initial={key: value for key, value in typed.items() if value})
        self.fields |= _fields(country)
        who = self.data.get("for_whom") if self.is_bound else typed.get("for_whom")
        self.helper = make_helper(
            Input("booker_name"),
            Input("booker_email"),
            Input("booker_phone", is_optional=True),
            Choices("for_whom", style="options"),
            Input(
                "person_name",
                follow_up=FollowUp(
                    show_if={"all": [{"key": "for_whom", "op": "eq", "value": SOMEONE_ELSE}]},
                    is_hidden=who != SOMEONE_ELSE,
                ),
            ),
            Input("access_needs", is_optional=True),
            Input(TRAP, css_class="field-trap"),
            Actions(save_label),
            css_class="details",
        )

    def clean_for_whom(self) -> str:
        value = str(self.cleaned_data.get("for_whom") or "") or (SOMEONE_ELSE if self.data.get("person_name") else ME)
        if value not in (ME, SOMEONE_ELSE):
            raise ValidationError(_("Choose who the visit is for."))
        return value

    def clean_leave_this_empty(self) -> str:
        # A program that fills in everything stops here; a person reads the sentence and empties the field.
        if self.cleaned_data.get(TRAP):
            raise ValidationError(_("Please empty this field. It is there to stop programs that fill in every field."))
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        is_for_other = cleaned.get("for_whom") == SOMEONE_ELSE
        if is_for_other and not cleaned.get("person_name") and not self.has_error("person_name"):
            self.add_error("person_name", _("Write the name of the person who comes."))
        return cleaned

    @property
    def typed(self) -> dict[str, str]:
        """Everything as it was typed, to be kept; not the trap."""
        names = [name for name in self.fields if name != TRAP]
        kept = {name: str(self.cleaned_data.get(name, self.data.get(name, "")))[:MOST_KEPT] for name in names}
        return kept | {"is_complete": "" if self.errors else "yes"}


def details_of(typed: Mapping[str, str]) -> Details:
    """What is booked, from what was typed and found right."""
    whose = "person_name" if typed.get("for_whom") == SOMEONE_ELSE else "booker_name"
    return Details(name=typed.get(whose, ""), **{name: typed.get(name, "") for name in TYPED})


def _fields(country: str) -> dict[str, forms.Field]:
    return {
        "booker_name": NameField(
            label=_("Name"),
            error_messages={"required": _("Write the name of the person booking")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        "booker_email": MailField(
            label=_("Email"),
            help_text=_("Your confirmation goes here."),
            error_messages={"required": _("Write the whole address, like niamh@example.ie")},
        ),
        "booker_phone": PhoneField(
            country=country,
            required=False,
            label=_("Mobile"),
            help_text=_("Only if we need to reach you about this visit."),
        ),
        "for_whom": forms.Field(
            required=False,
            label=_("Who is the visit for?"),
            initial=ME,
            widget=forms.RadioSelect(choices=[(ME, _("Me")), (SOMEONE_ELSE, _("Someone else"))]),
        ),
        "person_name": NameField(
            required=False,
            label=_("Name of the person who comes"),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        "access_needs": TextField(
            at_most=300,
            is_long=True,
            required=False,
            label=_("Access needs"),
            help_text=_("A step-free room, a chair to lean on, an interpreter."),
        ),
        TRAP: forms.CharField(
            required=False,
            label=_("Leave this field empty"),
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        ),
    }


class BookForm(forms.Form):
    """The last button. Its key turns repeated presses into one booking; the key survives when the page is shown again."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, label: str, seen: str = "") -> None:
        """`seen` is a digest of what the page shows: so what another tab has changed since is not booked unseen."""
        super().__init__(data, initial={"key": secrets.token_urlsafe(24), "seen": seen})
        self.helper = make_helper(Hidden("key"), Hidden("seen"), Actions(label))
