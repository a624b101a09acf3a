"""A block: from when until when on one day, with a word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import TextField
from clinic.panel.fields import Clock, day_input, in_this_century, make_helper
from services import rota
from services.catalogue import home_zone
from services.models import Therapist

WORD = _("Break")


def _clock_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})


class BlockForm(forms.Form):
    """By the clock of the place at which the therapist works first. `own`: whoever blocks their own time only."""

    therapist = forms.ModelChoiceField(Therapist.objects.filter(is_active=True), label=_("Who"), empty_label=None)
    day = forms.DateField(label=_("Day"), validators=[in_this_century], widget=day_input())
    first = forms.TimeField(label=_("From"), widget=_clock_input())
    last = forms.TimeField(label=_("Until"), widget=_clock_input())
    word = TextField(label=_("Word"), at_most=rota.REASON_LENGTH)

    def __init__(self, data: Any = None, *, own: Therapist | None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"word": WORD} | (initial or {}))
        self.own = own
        if own is not None:
            del self.fields["therapist"]
        self.helper = make_helper(
            *(["therapist"] if own is None else []),
            "day",
            Div("first", "last", css_class="panel-row"),
            "word",
            submit=_("Block this time"),
            name="block",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        therapist = self.own or cleaned.get("therapist")
        if therapist is None:
            return cleaned
        home = rota.home_of(therapist=therapist)
        clock = Clock(self, rota.zone_of(location=home) if home else home_zone())
        starts_at: datetime | None = clock.read("day", "first")
        return cleaned | {
            "therapist": therapist,
            "starts_at": starts_at,
            # A repeated hour is blocked both times: until the end of its second pass.
            "ends_at": clock.read("day", "last", fold=1),
        }


def begin_with(sent: Any, people: Sequence[Therapist]) -> dict[str, Any]:
    """What the form begins with: whom, which day and which hours the address names, as far as they can be meant."""
    # As the board draws it, or as a link says it shortly.
    names = {"day": "first_day", "first": "first_time", "last": "last_time"}
    wanted = {name: sent.get(name) or sent.get(drawn, "") for name, drawn in names.items()}
    form = BlockForm(wanted | {"word": "-"}, own=None)
    form.is_valid()
    initial = {name: form.cleaned_data[name] for name in wanted if form.cleaned_data.get(name)}
    therapist = next((one.pk for one in people if str(one.pk) == sent.get("therapist")), None)
    return initial | ({"therapist": therapist} if therapist else {})
