"""The form of a week: for each day From, To and Break as people type them, the place where there are several, and dates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pages.fields import TextField
from clinic.panel.fields import day_input, in_this_century
from clinic.panel.set_up.changing import SeenForm
from clinic.panel.set_up.people.typed import Clock, Unreadable, read_breaks, read_clock
from clinic.panel.set_up.people.week import DAYS, Day
from services.countries import format_clock
from services.hours import WeeklySpan
from services.models import Location, WorkingHours

# A line: an ISO weekday, and which line of that day.
Line = tuple[int, int]
_LINE = re.compile(r"from_([1-7])_(\d)")
_MOST_LINES = 4
TIMES = ("from", "to", "break")


def lines_of(days: Iterable[Day]) -> list[Line]:
    """One line for each day of the week, and more where somebody is at several places on one."""
    counts = dict.fromkeys(DAYS, 0)
    for day in days:
        counts[day.weekday] += 1
    return [(weekday, number) for weekday in DAYS for number in range(max(counts[weekday], 1))]


def typed_of(days: Iterable[Day], places: Mapping[int, Location]) -> dict[str, str]:
    """What the fields say for these days, by the clock of each day's place."""
    typed: dict[str, str] = {}
    numbers = dict.fromkeys(DAYS, 0)
    for day in days:
        typed |= say_day(day, (day.weekday, numbers[day.weekday]), country=places[day.place_id].country)
        numbers[day.weekday] += 1
    return typed


def say_day(day: Day, line: Line, *, country: str) -> dict[str, str]:
    clock = [format_clock(moment, country=country) for moment in (day.opens, day.closes)]
    pauses = [
        _("%(first)s to %(last)s")
        % {"first": format_clock(first, country=country), "last": format_clock(last, country=country)}
        for first, last in day.breaks
    ]
    return {
        name_of("from", line): clock[0],
        name_of("to", line): clock[1],
        name_of("break", line): ", ".join(pauses),
        name_of("place", line): str(day.place_id),
    }


def name_of(part: str, line: Line) -> str:
    return f"{part}_{line[0]}_{line[1]}"


class WeekForm(SeenForm):
    """`cleaned_data["by_line"]` has the hours of each line that says some."""

    first_date = forms.DateField(label=gettext_lazy("From"), validators=[in_this_century], widget=day_input())
    last_date = forms.DateField(
        label=gettext_lazy("Until"), required=False, validators=[in_this_century], widget=day_input()
    )

    def __init__(
        self,
        data: Any = None,
        *,
        places: Sequence[Location],
        today: date,
        initial: Mapping[str, Any],
    ) -> None:
        """`places`: those that can be chosen, the usual one first. `initial`: what the fields begin with."""
        super().__init__(data, initial=dict(initial))
        self.places = {place.pk: place for place in places}
        self.today = today
        self.lines = _lines_in(data if data is not None else initial)
        choices = [(place.pk, place.name) for place in places]
        for line in self.lines:
            for part in TIMES:
                self.fields[name_of(part, line)] = TextField(at_most=60, required=False)
            if len(places) > 1:
                field = forms.TypedChoiceField(choices=choices, coerce=int, initial=places[0].pk)
                self.fields[name_of("place", line)] = field

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        first, last = cleaned.get("first_date"), cleaned.get("last_date")
        if first is not None and first < self.today:
            self.add_error("first_date", _("Choose today or a later day. Past weeks stay as they were."))
        if first is not None and last is not None and last < first:
            self.add_error("last_date", _("The last day is not before the first."))
        found = {line: self._day(line, cleaned) for line in self.lines}
        return cleaned | {"by_line": {line: day for line, day in found.items() if day is not None}}

    def readable(self) -> dict[Line, Day]:
        """The days that can be read, whatever is wrong with others; also of a form that was not sent."""
        if not self.is_bound:
            return WeekForm(self.initial, places=list(self.places.values()), today=self.today, initial={}).readable()
        self.is_valid()
        return dict(self.cleaned_data["by_line"])

    def as_read(self) -> dict[str, str]:
        """What the fields say, with "9" become 09:00; what can't be read as it was typed."""
        said = {name: str(self[name].value() or "") for name in self.fields}
        for line, day in self.readable().items():
            said |= say_day(day, line, country=self.places[day.place_id].country)
        return {name: said[name] for name in self.fields}

    def first_day(self) -> date | None:
        """From when on, as far as it can be read."""
        if not self.is_bound:
            first: date | None = self.initial.get("first_date")
            return first
        return self.cleaned_data.get("first_date") if self.is_valid() or self.cleaned_data else None

    def spans_at(self) -> dict[Location, list[WeeklySpan]]:
        """What is to be written, for each place that can be chosen."""
        days = self.cleaned_data["by_line"].values()
        return {
            place: [span for day in days if day.place_id == pk for span in day.spans]
            for pk, place in self.places.items()
        }

    def _day(self, line: Line, cleaned: Mapping[str, Any]) -> Day | None:
        if any(name_of(part, line) in self.errors for part in (*TIMES, "place")):
            return None
        place = cleaned.get(name_of("place", line)) or next(iter(self.places))
        try:
            return _read_day(line[0], place, *(cleaned[name_of(part, line)] for part in TIMES))
        except _Wrong as wrong:
            self.add_error(name_of(wrong.part, line), wrong.words)
            return None


class _Wrong(Exception):
    """What is wrong with one field of a line."""

    def __init__(self, part: str, words: str) -> None:
        super().__init__(words)
        self.part, self.words = part, words


def _read_day(weekday: int, place_id: int, from_text: str, to_text: str, break_text: str) -> Day | None:
    """The hours of a line; None for a day off. Raises _Wrong."""
    opens, closes = _read("from", from_text), _read("to", to_text)
    if opens is None and closes is None:
        if break_text:
            raise _Wrong("from", _("Write from when, or clear the break."))
        return None
    if opens is None:
        raise _Wrong("from", _("Write from when."))
    if closes is None:
        raise _Wrong("to", _("Write until when."))
    starts, ends = opens.moment, closes.after(opens.moment)
    for part, moment in (("from", starts), ("to", ends)):
        if moment.minute % 5:
            raise _Wrong(part, _("Use times in steps of five minutes."))
    if ends <= starts:
        raise _Wrong("to", _("Hours end after they begin, on the same day."))
    return Day(weekday, place_id, starts, ends, _read_breaks(break_text, starts, ends))


def _read(part: str, text: str) -> Clock | None:
    try:
        return read_clock(text)
    except Unreadable:
        raise _Wrong(part, _("Write a time like 9:00 or 17:30.")) from None


def _read_breaks(text: str, opens: time, closes: time) -> tuple[tuple[time, time], ...]:
    try:
        breaks = sorted(read_breaks(text, opens=opens))
    except Unreadable:
        raise _Wrong("break", _("Write a break like 12:00 to 12:45.")) from None
    edges = [edge for pause in breaks for edge in pause]
    faults = {
        _("Use times in steps of five minutes."): any(moment.minute % 5 for moment in edges),
        _("A break ends after it begins."): any(last <= first for first, last in breaks),
        _("Two breaks overlap."): edges != sorted(edges),
        _("A break lies between From and To."): not all(opens < edge < closes for edge in edges),
    }
    if words := next((words for words, is_so in faults.items() if is_so), ""):
        raise _Wrong("break", words)
    return tuple(breaks)


def _lines_in(sent: Mapping[str, Any]) -> list[Line]:
    """Every day has its first line; more where the page had drawn them."""
    drawn = {(int(found[1]), int(found[2])) for name in sent if (found := _LINE.fullmatch(str(name)))}
    most = {weekday: max((n for day, n in drawn if day == weekday and n < _MOST_LINES), default=0) for weekday in DAYS}
    return [(weekday, number) for weekday in DAYS for number in range(most[weekday] + 1)]


def weekday_name(weekday: int) -> str:
    return str(WorkingHours.Weekday(weekday).label)
