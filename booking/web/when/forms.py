"""A start to choose, and a date to go to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crispy_forms.layout import HTML, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.translation import gettext as _

from booking.pages.layout import Button, Choices, Input, make_helper
from booking.web.choice import read_start
from booking.web.when.in_words import TITLES
from booking.web.when.narrowing import DAYS, Narrowing


class StartForm(forms.Form):
    """A start from the list: an instant with offset, and the therapist's id. `therapist_ids` may be chosen."""

    start = forms.CharField(required=False, max_length=80)

    def __init__(self, data: Any = None, *, therapist_ids: Collection[int], now: datetime, **shown: Any) -> None:
        super().__init__(data)
        self.therapist_ids, self.now = therapist_ids, now
        self.helper = make_helper(StartLists(shown))

    def clean_start(self) -> tuple[datetime, int]:
        found = read_start(str(self.cleaned_data["start"]), therapist_ids=self.therapist_ids, now=self.now)
        if found is None:
            raise ValidationError(_("Choose one of the times on this page."))
        return found


class StartLists(LayoutObject):
    """The soonest starts, then the days with theirs; each start is a button that sends it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.shown = shown
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/starts.html", self.shown)


class NarrowForm(forms.Form):
    """With whom, at which time of day, on which days. Reads only. `stays` are other names of the address that stay."""

    def __init__(self, narrowing: Narrowing, *, stays: Mapping[str, str]) -> None:
        super().__init__(
            initial={"therapist": narrowing.who, "part": list(narrowing.parts), "day": list(narrowing.days)}
            | dict(stays)
        )
        parts, days = list(TITLES.items()), list(zip(DAYS, WEEKDAYS_ABBR.values(), strict=True))
        self.fields |= {
            **{name: forms.CharField(widget=forms.HiddenInput) for name in stays},
            "therapist": forms.Field(label=_("With"), widget=forms.RadioSelect(choices=narrowing.whom())),
            "part": forms.Field(label=_("Time of day"), widget=forms.CheckboxSelectMultiple(choices=parts)),
            "day": forms.Field(label=_("Day"), widget=forms.CheckboxSelectMultiple(choices=days)),
        }
        named = [Choices(name, style="options") for name in ("therapist", "part", "day")]
        button = Button(_("Show these times"), style="quiet")
        self.helper = make_helper(*stays, *named, button, method="get", css_class="narrow")


class DateForm(forms.Form):
    """Go to a date. Reads only. `stays` are the other names of the address, which stay as they are."""

    def __init__(
        self, data: Any = None, *, first: date, last: date, shown: date, stays: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(data, initial={"from": shown})
        self.first, self.last = first, last
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": first, "max": last})
        self.fields["from"] = forms.CharField(required=False, label=_("Go to a date"), widget=widget)
        parts: list[Any] = [Input("from"), Button(_("Go"), style="quiet")]
        kept = [HTML(format_html('<input type="hidden" name="{}" value="{}">', name, value)) for name, value in stays]
        self.helper = make_helper(*kept, *parts, method="get", css_class="go-to-date")

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        text = str(cleaned.get("from") or "")
        if not text:
            return cleaned
        try:
            chosen = date.fromisoformat(text)
        except ValueError:
            self.add_error("from", _("Write a date like %(example)s.") % {"example": self.first.isoformat()})
            return cleaned
        if not self.first <= chosen <= self.last:
            self.add_error("from", _("Choose a day from today on that is already open for booking."))
        return cleaned | {"from": chosen}
