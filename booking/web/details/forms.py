"""Who is coming, how to reach the person who books, and the button that books."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from booking.models import TYPED
from booking.pages.fields import MailField, NameField, PhoneField, TextField
from booking.pages.layout import Actions, Choices, Folded, FollowUp, Input, Tick, make_helper
from booking.pages.mail_slips import suggest_address
from booking.scheduling.appointments import Details

ME, SOMEONE_ELSE = "me", "someone_else"
TRAP = "leave_this_empty"
# Characters of one field that are kept between pages. Nobody types as much; a limit of the field itself is refused
# with a sentence long before this, and the whole text is in the field again.
MOST_KEPT = 100_000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class DetailsForm(forms.Form):
    """What was typed is kept in the draft between pages, right or wrong.

    `key` turns repeated presses into one booking, and survives when the page is shown again. `seen` is a digest of the
    start that the page shows: so what another tab has changed since is not booked unseen.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        typed: Mapping[str, str],
        country: str,
        label: str,
        therapist: str = "",
        seen: str = "",
        summary: str = "",
    ) -> None:
        """`therapist`: the first name, empty where it is not known yet. `summary`: a template, drawn above the button."""
        initial = {key: value for key, value in typed.items() if value}
        super().__init__(data, initial=initial)
        self.fields |= _fields(country, therapist)
        self.shown = seen
        who = self.data.get("for_whom") if self.is_bound else typed.get("for_whom")
        self.usual = label
        self.helper = make_helper(
            HTML("{% include 'forms/enter.html' with usual=form.usual %}"),
            Input("booker_name"),
            Input("booker_email"),
            HTML("{% include 'forms/did_you_mean.html' %}"),
            Input("booker_phone", is_optional=True),
            Choices("for_whom", style="options"),
            Input(
                "person_name",
                follow_up=FollowUp(
                    show_if={"all": [{"key": "for_whom", "op": "eq", "value": SOMEONE_ELSE}]},
                    is_hidden=who != SOMEONE_ELSE,
                ),
            ),
            Input("remark", is_optional=True),
            Folded(_("I have access needs (optional)"), Input("access_needs")),
            Tick("remember"),
            Input(TRAP, css_class="field-trap"),
            *([HTML(f"{{% include '{summary}' %}}")] if summary else []),
            Actions(label),
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
            self.add_error("person_name", _("Write their name."))
        return cleaned

    @property
    def key(self) -> str:
        """Empty where none was sent that a page could have drawn."""
        key = str(self.data.get("key", ""))
        return key if _KEY.fullmatch(key) else ""

    @property
    def next_key(self) -> str:
        """What the page sends along: the key that came, else a new one."""
        return self.key or secrets.token_urlsafe(24)

    @property
    def was_seen(self) -> bool:
        """Whether the page that was sent showed the start that is kept now."""
        return str(self.data.get("seen", "")) == self.shown

    @property
    def suggestion(self) -> str:
        """The address that was probably meant, until it was shown once: the same press again takes what was typed."""
        email = self.cleaned_data.get("booker_email", "") if self.is_bound else ""
        return suggest_address(email) if email and email != self.data.get("suggested_for") else ""

    @property
    def suggested_for(self) -> str:
        """What the page says, by which the next press is known to have seen the suggestion."""
        return str(self.cleaned_data["booker_email"] if self.suggestion else self.data.get("suggested_for", ""))

    @property
    def takes_suggestion(self) -> bool:
        """Whether "Use ..." was pressed for the address that the page showed, and which was not changed by hand since."""
        email = self.cleaned_data.get("booker_email", "")
        return (
            "use_suggestion" in self.data and email == self.data.get("suggested_for") and bool(suggest_address(email))
        )

    @property
    def wants_to_be_known(self) -> bool:
        return bool(self.cleaned_data.get("remember"))

    @property
    def typed(self) -> dict[str, str]:
        """Everything as it was typed, to be kept; not the trap."""
        names = [name for name in self.fields if name != TRAP]
        kept = {name: str(self.cleaned_data.get(name, self.data.get(name, "")))[:MOST_KEPT] for name in names}
        return kept | {"remember": "yes" if self.wants_to_be_known else ""}


def details_of(typed: Mapping[str, str]) -> Details:
    """What is booked, from what was typed and found right."""
    whose = "person_name" if typed.get("for_whom") == SOMEONE_ELSE else "booker_name"
    return Details(name=typed.get(whose, ""), **{name: typed.get(name, "") for name in TYPED})


def _fields(country: str, therapist: str) -> dict[str, forms.Field]:
    return {
        "booker_name": NameField(
            label=_("Name"),
            error_messages={"required": _("Write your name")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        "booker_email": MailField(
            label=_("Email"),
            help_text=_("Your confirmation and the link to your visit go here."),
            error_messages={"required": _("Write the whole address, like niamh@example.ie")},
        ),
        "booker_phone": PhoneField(
            country=country,
            required=False,
            label=_("Mobile"),
            help_text=_("Only if we have to reach you about this visit."),
        ),
        "for_whom": forms.Field(
            required=False,
            label=_("The visit is for"),
            initial=ME,
            widget=forms.RadioSelect(choices=[(ME, _("Me")), (SOMEONE_ELSE, _("Someone else"))]),
        ),
        "person_name": NameField(
            required=False,
            label=_("Their name"),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        "remark": TextField(
            at_most=300,
            is_long=True,
            required=False,
            label=_("A note to %(name)s") % {"name": therapist} if therapist else _("A note to the therapist"),
            help_text=_(
                "For example: “I may be five minutes late”, “I prefer quiet”. Not about your health: that belongs in "
                "the safety check."
            ),
        ),
        "access_needs": TextField(
            at_most=300,
            is_long=True,
            required=False,
            label=_("What should we prepare?"),
            help_text=_("For example, a step-free room."),
        ),
        "remember": forms.BooleanField(
            required=False,
            label=_("Remember my name and email on this device, so that I need not type them again. Never my answers."),
        ),
        TRAP: forms.CharField(
            required=False,
            label=_("Leave this field empty"),
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        ),
    }
