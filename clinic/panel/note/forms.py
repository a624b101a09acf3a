"""What the page of a note sends: all of it each time, whichever button was pressed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models.note import LONGEST_ADDITION
from booking.notes.content import LONGEST_PART, PARTS, WORST_PAIN, Content, Mark
from booking.notes.regions import KINDS, REGIONS
from booking.notes.wording import NAMES

_PAINS = [(pain, str(pain)) for pain in range(WORST_PAIN + 1)]


class NoteForm(forms.Form):
    """`mark` comes once for each place, as "left_calf:tight". `do` is the button: see `views`."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    mark = forms.MultipleChoiceField(
        required=False, choices=[(f"{region}:{kind}", "") for region in REGIONS for kind in KINDS]
    )
    pain_before = forms.TypedChoiceField(required=False, choices=_PAINS, coerce=int, empty_value=None)
    pain_after = forms.TypedChoiceField(required=False, choices=_PAINS, coerce=int, empty_value=None)
    kind = forms.ChoiceField(required=False, choices=[(kind, "") for kind in KINDS])
    place = forms.ChoiceField(required=False, choices=[(region, "") for region in REGIONS])
    do = forms.CharField(required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PARTS:
            self.fields[name] = forms.CharField(required=False, label=NAMES[name], max_length=LONGEST_PART)

    def content(self) -> Content:
        """What was sent, once it is valid."""
        sent = self.cleaned_data
        marks = tuple(Mark(*one.split(":")) for one in sent["mark"])
        pains = {name: sent[name] for name in ("pain_before", "pain_after")}
        return Content(**{name: sent[name] for name in PARTS}, **pains, marks=marks)


class AdditionForm(forms.Form):
    """What is said beside a signed note."""

    text = forms.CharField(label=_("Add to this note"), max_length=LONGEST_ADDITION, widget=forms.Textarea)
