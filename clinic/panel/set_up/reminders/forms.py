"""Reminders as sentences: each line of the list is a sentence with choices in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.messages.plan import (
    LEAST_HOURS_BEFORE,
    MOST_DAYS_BEFORE,
    MOST_LINES,
    Line,
    Offset,
    QuietHours,
    write_lines,
)
from booking.messages.policy import lines_of, quiet_hours
from booking.wording.spans import DAY, HOUR, format_span_of
from clinic.panel.set_up.changing import PolicyForm
from clinic.panel.set_up.choices import ClockField, SpanField
from services.models import ClinicPolicy

HOURS, DAYS = "hours", "days"
HOURS_BEFORE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 27, 30, 36, 48, 72, 96, 120, 168, 336)
DAYS_BEFORE = (*range(8), 10, 14, 21, 28)
EARLIEST, LATEST = 6, 22  # o'clock: hours that are offered for a day before
EVENING = time(18)
EVERYBODY, UNCONFIRMED = "everybody", "unconfirmed"
FOR_WHOM = ((EVERYBODY, gettext_lazy("everybody")), (UNCONFIRMED, gettext_lazy("who has not confirmed yet")))


@dataclass(frozen=True)
class Sentence:
    """The fields of one line, counted from 1. `at` is None where the line counts in hours."""

    number: int
    kind: BoundField
    is_on: BoundField
    before: BoundField
    at: BoundField | None
    whom: BoundField


class RemindersForm(PolicyForm):
    """A list of lines, and the hours without mail. `country` says how times are told."""

    columns: ClassVar[tuple[str, ...]] = ("reminder_plan", "quiet_from", "quiet_until")
    count = forms.IntegerField(min_value=0, max_value=MOST_LINES, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        policy: ClinicPolicy,
        country: str,
        typed: dict[str, Any] | None = None,
        lines: Sequence[Line] | None = None,
    ) -> None:
        """`lines` instead of the stored ones: these are `shown` where nothing was sent."""
        super().__init__(data, policy=policy, typed=typed)
        self.country = country
        self.shown = shown = list(lines_of(policy) if lines is None else lines)
        quiet = quiet_hours(policy)
        self.initial = {"quiet_from": quiet.begins, "quiet_until": quiet.ends, **self.initial, "count": len(shown)}
        self.fields["quiet_from"] = ClockField(country=country, label=_("Never from"))
        self.fields["quiet_until"] = ClockField(country=country, label=_("Never until"))
        for number, kind in enumerate(self._kinds(shown), start=1):
            self._add(number, kind, shown[number - 1] if number <= len(shown) else None)
        for name, field in self.fields.items():
            if isinstance(field, SpanField | ClockField):
                field.offer(self.initial.get(name))
                field.offer(data.get(name) if data is not None else self.initial.get(name))

    def sentences(self) -> list[Sentence]:
        numbers = range(1, self._how_many + 1)
        return [
            Sentence(
                number,
                self[f"kind{number}"],
                self[f"on{number}"],
                self[f"before{number}"],
                self[f"at{number}"] if f"at{number}" in self.fields else None,
                self[f"whom{number}"],
            )
            for number in numbers
        ]

    def lines(self) -> list[Line]:
        """Of a valid form."""
        return [self._line(number) for number in range(1, self._how_many + 1)]

    def quiet(self) -> QuietHours:
        """Of a valid form."""
        return QuietHours(self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"])

    def wanted(self) -> dict[str, Any]:
        quiet = self.quiet()
        return {"reminder_plan": write_lines(self.lines()), "quiet_from": quiet.begins, "quiet_until": quiet.ends}

    def find_fault(self) -> str:
        """Why a valid form can't be saved, or nothing."""
        first: dict[str, int] = {}
        for number, line in enumerate(self.lines(), start=1):
            if line.offset.key in first:
                return _("Lines %(first)s and %(second)s say the same. Change one, or remove it.") % {
                    "first": first[line.offset.key],
                    "second": number,
                }
            first[line.offset.key] = number
        return ""

    def _kinds(self, shown: Sequence[Line]) -> list[str]:
        """Of the lines that were sent, else of those that are `shown`."""
        if not self.is_bound:
            self._how_many = len(shown)
            return [HOURS if line.offset.at is None else DAYS for line in shown]
        sent = str(self.data.get("count", ""))
        self._how_many = min(int(sent), MOST_LINES) if sent.isdecimal() and len(sent) < 4 else 0
        return [self.data.get(f"kind{number}", HOURS) for number in range(1, self._how_many + 1)]

    def _add(self, number: int, kind: str, line: Line | None) -> None:
        is_days = kind == DAYS
        self.fields[f"kind{number}"] = forms.ChoiceField(
            choices=[(HOURS, HOURS), (DAYS, DAYS)], widget=forms.HiddenInput
        )
        self.fields[f"on{number}"] = forms.BooleanField(label=_("On"), required=False)
        self.fields[f"before{number}"] = (
            SpanField(DAYS_BEFORE, say=say_days, limits=(0, MOST_DAYS_BEFORE), label=_("which day"))
            if is_days
            else SpanField(
                [HOUR * hours for hours in HOURS_BEFORE],
                say=say_before,
                limits=(HOUR * LEAST_HOURS_BEFORE, DAY * MOST_DAYS_BEFORE),
                label=_("how long before the visit"),
            )
        )
        if is_days:
            self.fields[f"at{number}"] = ClockField(
                country=self.country, first=EARLIEST, last=LATEST, label=_("at what time")
            )
        self.fields[f"whom{number}"] = forms.ChoiceField(choices=FOR_WHOM, label=_("who gets it"))
        for name in ("before", "at", "whom"):
            field = self.fields.get(f"{name}{number}")
            if field is not None:
                words = {"number": number, "what": field.label}
                field.widget.attrs["aria-label"] = _("Line %(number)s: %(what)s") % words
        if line is not None and not self.is_bound:
            self.initial.update(_initial(number, line))

    def _line(self, number: int) -> Line:
        cleaned = self.cleaned_data
        before, only_unconfirmed = cleaned[f"before{number}"], cleaned[f"whom{number}"] == UNCONFIRMED
        offset = (
            Offset(days_before=before, at=cleaned[f"at{number}"], only_unconfirmed=only_unconfirmed)
            if cleaned[f"kind{number}"] == DAYS
            else Offset(minutes_before=before, only_unconfirmed=only_unconfirmed)
        )
        return Line(offset, is_on=cleaned[f"on{number}"])


def new_line(kind: str, lines: Sequence[Line]) -> Line:
    """Something that no line says yet: the day before in the evening, or so many hours before."""
    taken = {line.offset.key for line in lines}
    offsets = (
        [Offset(days_before=days, at=EVENING) for days in (1, 2, 3, *range(4, MOST_DAYS_BEFORE + 1))]
        if kind == DAYS
        else [Offset(minutes_before=HOUR * hours) for hours in (24, *range(1, DAY))]
    )
    return Line(next(offset for offset in offsets if offset.key not in taken))


def say_before(minutes: int) -> str:
    """Never in days: where the clocks change in between, so many hours before is another time of the day."""
    hours, rest = divmod(minutes, HOUR)
    if rest:
        return _("%(span)s before") % {"span": format_span_of(minutes)}
    return ngettext("%(count)s hour before", "%(count)s hours before", hours) % {"count": hours}


def say_days(days: int) -> str:
    if days == 0:
        return _("On the day")
    if days == 1:
        return _("The day before")
    return ngettext("%(count)s day before", "%(count)s days before", days) % {"count": days}


def _initial(number: int, line: Line) -> dict[str, Any]:
    offset = line.offset
    return {
        f"kind{number}": HOURS if offset.at is None else DAYS,
        f"on{number}": line.is_on,
        f"before{number}": offset.minutes_before if offset.at is None else offset.days_before,
        f"at{number}": offset.at,
        f"whom{number}": UNCONFIRMED if offset.only_unconfirmed else EVERYBODY,
    }
