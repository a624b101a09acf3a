"""What a letter to a physician shows: the client chooses."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from booking.pages.fields import NameField
from booking.pages.layout import Actions, Button, Choices, Input, Marks, make_helper
from booking.wording.answers import Answered

OLDEST = 130  # years


class LetterForm(forms.Form):
    """A name for the letter, perhaps a date of birth, and which answers it may show; none is chosen beforehand."""

    def __init__(self, data: Any = None, *, rows: Sequence[Answered], today: date, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.today = today
        choices = [
            (row.key, f"{row.question}{' ' if row.question.endswith('?') else ': '}{row.answer}") for row in rows
        ]
        self.fields |= {
            "name": NameField(
                label=_("Whose letter is it?"),
                error_messages={"required": _("Write the name for the letter.")},
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            ),
            "born": forms.DateField(
                required=False,
                label=_("Date of birth"),
                help_text=_("The doctor finds the right file by it."),
                error_messages={"invalid": _("Write the day, the month and the year, like 14/03/1988.")},
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
            ),
            "shared": forms.MultipleChoiceField(
                required=False,
                choices=choices,
                label=_("Which other answers may the letter show?"),
                help_text=_("Choose as many as you like, or none. The answers that led here are always on it."),
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Choose from the answers on this page.")},
            ),
        }
        make = _("Make the letter")
        parts: list[Any] = [Input("name"), Input("born", css_class="field-short", is_optional=True)]
        if choices:
            parts += [Marks("shared", usual=make), Choices("shared")]
        self.helper = make_helper(*parts, Actions(make), css_class="questions")

    def clean_born(self) -> date | None:
        born: date | None = self.cleaned_data["born"]
        if born is not None and not self.today.year - OLDEST <= born.year <= self.today.year:
            raise ValidationError(_("Write the year of birth in full, like 1988."))
        if born is not None and born > self.today:
            raise ValidationError(_("This day is still to come. Correct the date of birth."))
        return born


class PdfForm(forms.Form):
    """The same letter again, as a file. Sent by POST, so that no answer is in an address."""

    def __init__(self, *, action: str, name: str, born: date | None, shared: Sequence[str]) -> None:
        super().__init__(initial={"name": name, "born": born or "", "shared": list(shared), "as": "pdf"})
        self.fields |= {
            "name": forms.CharField(widget=forms.HiddenInput),
            "born": forms.CharField(widget=forms.HiddenInput),
            "shared": forms.MultipleChoiceField(
                choices=[(key, key) for key in shared], widget=forms.MultipleHiddenInput
            ),
            "as": forms.CharField(widget=forms.HiddenInput),
        }
        self.helper = make_helper("name", "born", "shared", "as", Button(_("Save as PDF")), action=action)
