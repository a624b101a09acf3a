"""A start to choose, and a date to go to."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.pages.layout import Button, Input, make_helper

FURTHEST = timedelta(days=800)  # past every horizon; keeps the calendar's arithmetic in range


class StartForm(forms.Form):
    """A start from the list: an instant with offset, and the therapist's id. `therapist_ids` may be chosen."""

    start = forms.CharField(required=False, max_length=80)

    def __init__(self, data: Any = None, *, therapist_ids: Collection[int], now: datetime, **shown: Any) -> None:
        super().__init__(data)
        self.therapist_ids, self.now = therapist_ids, now
        self.helper = make_helper(StartLists(shown))

    def clean_start(self) -> tuple[datetime, int]:
        instant, _space, therapist = str(self.cleaned_data["start"]).rpartition(" ")
        try:
            starts_at, therapist_id = datetime.fromisoformat(instant), int(therapist)
            # A moment without an offset could be any of several.
            is_near = starts_at.tzinfo is not None and abs(starts_at - self.now) < FURTHEST
        except (ValueError, OverflowError):
            is_near = False
        if not is_near or therapist_id not in self.therapist_ids:
            raise ValidationError(_("Choose one of the times on this page."))
        return starts_at.astimezone(UTC), therapist_id


class StartLists(LayoutObject):
    """The soonest starts, then the days with theirs; each start is a button that sends it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.shown = shown
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/starts.html", self.shown)


class DateForm(forms.Form):
    """Go to a date. Reads only."""

    def __init__(self, data: Any = None, *, first: date, last: date, shown: date, therapist: str = "") -> None:
        super().__init__(data, initial={"from": shown, "therapist": therapist})
        self.first, self.last = first, last
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": first, "max": last})
        self.fields["from"] = forms.CharField(required=False, label=_("Go to a date"), widget=widget)
        self.fields["therapist"] = forms.CharField(required=False, widget=forms.HiddenInput)
        parts: list[Any] = [Input("from"), Button(_("Go"), style="quiet")]
        if therapist:
            parts.insert(0, "therapist")
        self.helper = make_helper(*parts, method="get", css_class="go-to-date")

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
