"""What a letter to a physician shows: the client chooses."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.pages.fields import NameField
from booking.pages.layout import Actions, Button, Choices, Input, make_helper
from booking.wording.answers import Answered


class LetterForm(forms.Form):
    """A name for the letter, and which answers it may show; none is chosen beforehand."""

    def __init__(self, data: Any = None, *, rows: Sequence[Answered], name: str) -> None:
        super().__init__(data, initial={"name": name})
        choices = [
            (row.key, f"{row.question}{' ' if row.question.endswith('?') else ': '}{row.answer}") for row in rows
        ]
        self.fields |= {
            "name": NameField(
                label=_("Whose letter is it?"),
                error_messages={"required": _("Write the name of the person who goes to the doctor.")},
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
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
        parts: list[Any] = [Input("name")]
        if choices:
            parts.append(Choices("shared"))
        self.helper = make_helper(*parts, Actions(_("Make the letter")), css_class="questions")


class PdfForm(forms.Form):
    """The same letter again, as a file. Sent by POST, so that no answer is in an address."""

    def __init__(self, *, action: str, name: str, shared: Sequence[str]) -> None:
        super().__init__(initial={"name": name, "shared": list(shared), "as": "pdf"})
        self.fields |= {
            "name": forms.CharField(widget=forms.HiddenInput),
            "shared": forms.MultipleChoiceField(
                choices=[(key, key) for key in shared], widget=forms.MultipleHiddenInput
            ),
            "as": forms.CharField(widget=forms.HiddenInput),
        }
        self.helper = make_helper("name", "shared", "as", Button(_("Save as PDF")), action=action)
