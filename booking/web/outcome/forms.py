"""May the clinic call about this?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.pages.fields import NameField, PhoneField, write_a_phone
from booking.pages.layout import Button, Choices, FollowUp, Input, make_helper

YES, NO = "yes", "no"


class CallForm(forms.Form):
    """May the clinic call about this? Name and phone belong to a yes."""

    def __init__(self, data: Any = None, *, country: str, action: str) -> None:
        super().__init__(data)
        self.country = country
        wants = self.data.get("may_call") if self.is_bound else None
        follow_up = FollowUp(show_if={"all": [{"key": "may_call", "op": "eq", "value": YES}]}, is_hidden=wants != YES)
        self.fields |= {
            "may_call": forms.Field(
                required=False,
                label=_("May we call you about this?"),
                help_text=_("A therapist will call you once, within two working days."),
                widget=forms.RadioSelect(choices=[(YES, _("Yes, call me")), (NO, _("No, thank you"))]),
            ),
            "name": NameField(
                required=False,
                label=_("Your name"),
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            ),
            "phone": PhoneField(country=country, required=False, label=_("Phone")),
        }
        self.helper = make_helper(
            Choices("may_call", style="options"),
            Input("name", follow_up=follow_up),
            Input("phone", follow_up=follow_up),
            Button(_("Save my choice"), style="quiet"),
            action=action,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        if cleaned.get("may_call") not in (YES, NO):
            self.add_error("may_call", _("Choose yes or no."))
        if cleaned.get("may_call") == YES:
            self._demand("name", _("Write your name, so that we know whom to ask for."))
            self._demand("phone", write_a_phone(self.country))
        return cleaned

    def _demand(self, name: str, sentence: str) -> None:
        if not self.cleaned_data.get(name) and not self.has_error(name):
            self.add_error(name, sentence)
