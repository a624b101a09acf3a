"""Small forms: a start to choose, a date to go to, a call to ask for, the last button."""

import secrets
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.pages.fields import NameField, PhoneField, write_a_phone
from booking.pages.layout import Actions, Button, Choices, FollowUp, Input, Part, make_helper

YES, NO = "yes", "no"
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
    """The soonest starts and the days with theirs, each start a button that sends it."""

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
        parts: list[Any] = [Input("from", is_short=False), Button(_("Go"), style="quiet")]
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


class BookForm(forms.Form):
    """The last button. Its key makes equal presses one booking; a page that comes back keeps it."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, label: str, seen: str = "") -> None:
        """`seen` is a digest of what the page shows: what another tab has changed since is not booked unseen."""
        super().__init__(data, initial={"key": secrets.token_urlsafe(24), "seen": seen})
        self.helper = make_helper(Hidden("key"), Hidden("seen"), Actions(label))


class Hidden(Part):
    """A hidden value."""

    def __init__(self, name: str) -> None:
        super().__init__(name, template="forms/hidden.html")

    def more(self, form: forms.Form) -> dict[str, Any]:
        return {"value": form[self.fields[0]].value()}
