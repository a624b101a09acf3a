"""Phrases a line each, by part; with a treatment also what its notes begin with, without one whether notes are written."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.models import NotePart
from booking.notes.content import Content
from booking.notes.phrases import LONGEST_TEMPLATE, PhrasesInvalid, check_phrases
from booking.notes.wording import NAMES
from booking.pages.fields import TextField, clean_line
from clinic.panel.fields import make_helper
from clinic.panel.set_up.notes.load import Stored
from services.blanks import is_blank


class PhrasesField(forms.CharField):
    """Phrases, one a line; empty lines are none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4, "class": "grows"}), **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> Any:
        lines = map(clean_line, (super().to_python(value) or "").splitlines())
        return [line for line in lines if not is_blank(line)]

    def validate(self, value: Any) -> None:
        try:
            check_phrases(value)
        except PhrasesInvalid as refusal:
            raise ValidationError(refusal.for_staff) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class PhrasesForm(forms.Form):
    """`seen` says from which state the page was drawn: what somebody else saved since is not written over unasked."""

    seen = forms.CharField(required=False)
    writes_notes = forms.BooleanField(label=_("We write treatment notes"), required=False)

    def __init__(self, data: Any = None, *, stored: Stored) -> None:
        super().__init__(data, initial=stored.as_fields())
        self.stored = stored
        for part in NotePart.values:
            self.fields[f"{part}_phrases"] = PhrasesField(label=NAMES[part])
        layout: list[Any] = [
            HTML('<input type="hidden" name="seen" value="{{ page.form.stored.mark }}">'),
            *(f"{part}_phrases" for part in NotePart.values),
        ]
        if stored.treatment is not None:
            del self.fields["writes_notes"]
            layout.append(HTML("{% include 'panel/set_up/note_begins.html' %}"))
            for part in NotePart.values:
                self.fields[part] = TextField(
                    label=_("%(part)s begins with") % {"part": NAMES[part]},
                    at_most=LONGEST_TEMPLATE,
                    is_long=True,
                    required=False,
                )
                layout.append(part)
        else:
            layout.append(HTML("{% include 'panel/set_up/notes_written.html' %}"))
            layout.append("writes_notes")
        self.helper = make_helper(*layout, submit=_("Save"), name="phrases")

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        if cleaned.get("seen") != self.stored.mark:
            raise ValidationError(
                _("Somebody saved this page meanwhile. Below is what you typed: press Save again to keep it.")
            )
        return cleaned

    @property
    def words(self) -> dict[NotePart, list[str]]:
        """The phrases that were sent, once they are valid."""
        return {part: self.cleaned_data[f"{part}_phrases"] for part in NotePart}

    @property
    def template(self) -> Content:
        """What notes of the treatment begin with, once it is valid."""
        return Content(**{part: self.cleaned_data[part] for part in NotePart.values})

    @property
    def changed_names(self) -> list[str]:
        """The fields that say something else than before, as the page calls them."""
        return [str(self.fields[name].label) for name in self.changed_data if name != "seen"]
