"""What is read for the pages of people and hours."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.states import OCCUPYING
from booking.wording.times import Wall, format_day
from clinic.panel.set_up.people.page import Bar, Block, Cell, DayCells, DayLine, Everybody, PersonRow, WeekPart
from clinic.panel.set_up.people.week import DAYS, Day, changes_after, days_of, minutes_of
from clinic.panel.set_up.people.week_form import TIMES, Line, WeekForm, name_of, weekday_name
from services.cells import subtract
from services.countries import format_clock
from services.facts import Facts, current
from services.hours import WeeklySpan, local_day
from services.intervals import Interval
from services.models import Location, Therapist, WorkingHours

_FIRST_HOUR, _LAST_HOUR = 8, 20


def find_therapist(therapist_id: int) -> Therapist:
    """Raises Http404 where there is no such therapist."""
    found = current().find(Therapist, therapist_id)
    if found is None:
        raise Http404
    return found


def places_of(therapist: Therapist | None) -> list[Location]:
    """Where hours can be written: at every open place, and at a closed one where the therapist has some. The usual first."""
    facts = current()
    theirs = {place for pk, place in facts.hours if therapist is not None and pk == therapist.pk}
    found = [place for place in facts.all_of(Location) if place.is_active or place.pk in theirs]
    return sorted(found, key=lambda place: (place.pk not in theirs, not place.is_active, place.pk))


def stored_hours(therapist: Therapist) -> dict[str, Any]:
    """All the hours there are, past and to come, as a form remembers what was stored when it was drawn."""
    rows = WorkingHours.objects.filter(therapist=therapist)
    facts = ("location_id", "weekday", "opens", "closes", "first_date", "last_date")
    return {"hours": list(rows.order_by(*facts).values_list(*facts))}


def week_of(therapist_id: int, *, on: date) -> list[Day]:
    """The week of hours, at every place, that begins on that date."""
    return days_of(_spans(current(), therapist_id), on=on)


def dates_of_change(therapist_id: int, *, on: date) -> tuple[tuple[str, str], ...]:
    """When the week changes after `on`: in words, and as the address has it."""
    dates = changes_after([span for _place, span in _spans(current(), therapist_id)], on=on)
    return tuple((format_day(day, with_year=True), day.isoformat()) for day in dates)


def load_everybody(*, on: date, chosen: Therapist | None = None, typed: Iterable[Day] | None = None) -> Everybody:
    """No statement but for the facts. `typed`: the week of who is `chosen` as a form says it."""
    facts = current()
    places = {place.pk: place for place in facts.all_of(Location)}
    rows = []
    for person in facts.all_of(Therapist):
        stored = days_of(_spans(facts, person.pk), on=on)
        is_typed = typed is not None and person == chosen
        days = sorted(typed or (), key=lambda day: (day.weekday, day.opens)) if is_typed else stored
        rows.append((person.is_active, _row(person, days, places, stored=stored)))
    return Everybody(
        first_day=format_day(on),
        weekdays=tuple(weekday_name(day) for day in DAYS),
        rows=tuple(row for is_here, row in rows if is_here),
        gone=tuple(row for is_here, row in rows if not is_here),
        chosen_id=chosen.pk if chosen else 0,
    )


def describe_week(form: WeekForm, *, therapist: Therapist | None) -> WeekPart:
    """The fields of a week with their bars. One statement, for the visits of the week that the form begins with."""
    days = form.readable()
    first = form.first_day()
    booked = _load_booked(therapist, list(form.places.values()), first) if therapist and first else {}
    stored = week_of(therapist.pk, on=first) if therapist and first else []
    shown = [*days.values(), *stored]
    early = min([_FIRST_HOUR * 60, *(minutes_of(day.opens) for day in shown)]) // 60
    late = max([_LAST_HOUR * 60, *(minutes_of(day.closes) + 59 for day in shown)]) // 60
    last_lines = dict(form.lines)
    lines = []
    for line in form.lines:
        weekday, number = line
        day = days.get(line)
        before = _replaced_by(line, form, days, stored)
        there = {one.place_id for one in (day, *before) if one is not None}
        visits = [span for pk in sorted(there) for span in booked.get((weekday, pk), [])]
        others = tuple((other, weekday_name(other)) for other in DAYS if other != weekday)
        lines.append(
            DayLine(
                number=weekday,
                weekday=weekday_name(weekday),
                is_first=number == 0,
                opens=form[name_of("from", line)],
                closes=form[name_of("to", line)],
                pauses=form[name_of("break", line)],
                place=form[name_of("place", line)] if len(form.places) > 1 else None,
                bar=_bar(day, before, visits, form.places, early) if day or before else None,
                now=_from_to(day, form.places) if day else _("off"),
                was=_was(day, before, form.places) if before else "",
                copies=others if number == 0 else (),
                can_add=len(form.places) > 1 and last_lines[weekday] == number,
            )
        )
    return WeekPart(
        first_date=form["first_date"],
        last_date=form["last_date"],
        seen=form["seen"],
        lines=tuple(lines),
        scale=tuple(f"{hour:02}" for hour in range(early, late + 1, 3)),
        minutes=(late - early) * 60,
        colleagues=_colleagues(therapist),
        has_visits=any(booked.values()),
        takes_away=any(block.kind == "gone" for line in lines if line.bar for block in line.bar.blocks),
        fewer="" if form.errors else _fewer(stored, days.values()),
        general=[str(fault) for fault in form.non_field_errors()],
    )


def _replaced_by(line: Line, form: WeekForm, days: Mapping[Line, Day], stored: Sequence[Day]) -> list[Day]:
    """The hours that are stored in place of a line. The first of a day also replaces what no line of it names any more."""
    if any(name_of(part, line) in form.errors for part in TIMES):
        return []  # nobody knows yet what is meant
    weekday, number = line
    place = days[line].place_id if line in days else next(iter(form.places))
    named = {day.place_id for (other, _number), day in days.items() if other == weekday}
    of_the_day = [day for day in stored if day.weekday == weekday]
    return [day for day in of_the_day if day.place_id == place or (number == 0 and day.place_id not in named)]


def hours_in_words(days: Iterable[Day]) -> str:
    """Hours a week as they are written: "33.5"."""
    return _as_hours(sum(day.minutes for day in days))


def _as_hours(minutes: int) -> str:
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"))
    return f"{hours:f}".rstrip("0").rstrip(".")


def _colleagues(therapist: Therapist | None) -> tuple[tuple[int, str], ...]:
    facts = current()
    with_hours = {pk for pk, _place in facts.hours}
    return tuple(
        (one.pk, one.name)
        for one in facts.all_of(Therapist, is_active=True)
        if one.pk in with_hours and (therapist is None or one.pk != therapist.pk)
    )


def _spans(facts: Facts, therapist_id: int) -> list[tuple[int, WeeklySpan]]:
    return [(place, span) for (pk, place), spans in facts.hours.items() if pk == therapist_id for span in spans]


def _row(person: Therapist, days: Sequence[Day], places: Mapping[int, Location], *, stored: Sequence[Day]) -> PersonRow:
    cells = []
    for weekday in DAYS:
        now, before = ([day for day in week if day.weekday == weekday] for week in (days, stored))
        shown = tuple(_cell(day, places, names_place=len(places) > 1) for day in now)
        cells.append(DayCells(weekday_name(weekday), shown, was=_say_was(before, places) if now != before else ""))
    return PersonRow(person.pk, person.name, tuple(cells), hours_in_words(days))


def _cell(day: Day, places: Mapping[int, Location], *, names_place: bool) -> Cell:
    place = places[day.place_id]
    starts = ", ".join(format_clock(first, country=place.country) for first, _last in day.breaks)
    return Cell(
        hours=_from_to(day, places),
        pauses=_("break %(times)s") % {"times": starts} if starts else "",
        place=place.name if names_place else "",
    )


def _from_to(day: Day, places: Mapping[int, Location]) -> str:
    """ "09–13:30"."""
    country = places[day.place_id].country
    return f"{_short(day.opens, country)}–{_short(day.closes, country)}"


def _was(day: Day | None, before: Sequence[Day], places: Mapping[int, Location]) -> str:
    return "" if before == ([day] if day else []) else _say_was(before, places)


def _say_was(before: Sequence[Day], places: Mapping[int, Location]) -> str:
    """ "was 11–20"."""
    hours = ", ".join(_from_to(day, places) for day in before)
    return _("was %(hours)s") % {"hours": hours} if hours else _("was off")


def _fewer(before: Iterable[Day], days: Iterable[Day]) -> str:
    """What a week offers less than the one that is stored; empty where it is no less."""
    minutes = sum(day.minutes for day in before) - sum(day.minutes for day in days)
    if minutes <= 0:
        return ""
    return _("%(hours)s hours a week fewer to offer.") % {"hours": _as_hours(minutes)}


def _short(moment: object, country: str) -> str:
    """ "09", "13:30", "9 am": the minutes only where there are some."""
    return format_clock(moment, country=country).replace(":00", "")  # type: ignore[arg-type]


def _bar(
    day: Day | None,
    before: Sequence[Day],
    booked: Sequence[tuple[int, int]],
    places: Mapping[int, Location],
    early: int,
) -> Bar:
    """What `day` says (None: off), and what it takes away of the hours `before`."""
    origin = early * 60
    country = places[(day or before[0]).place_id].country
    now = day.pieces if day else []
    pieces = [(minutes_of(first), minutes_of(last)) for first, last in now]
    was = [(minutes_of(first), minutes_of(last)) for one in before for first, last in one.pieces]
    gone = [Block("gone", first - origin, last - first) for first, last in subtract(tuple(was), pieces)]
    shifts = [Block("shift", first - origin, last - first) for first, last in pieces]
    visits = [
        Block("visit" if any(a <= first and last <= b for a, b in pieces) else "outside", first - origin, last - first)
        for first, last in booked
    ]
    said = ", ".join(
        _("%(first)s to %(last)s")
        % {"first": format_clock(first, country=country), "last": format_clock(last, country=country)}
        for first, last in now
    )
    outside = sum(visit.kind == "outside" for visit in visits)
    parts = [
        ", ".join(part for part in (said or _("Off"), _was(day, before, places)) if part),
        _("Booked: %(count)s") % {"count": len(booked)} if booked else "",
        _("Outside: %(count)s") % {"count": outside} if outside else "",
    ]
    return Bar((*gone, *shifts, *visits), ". ".join(part for part in parts if part))


def _load_booked(
    therapist: Therapist, places: Sequence[Location], first: date
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """By weekday and place: from which minute of the day to which somebody is booked, in the seven days from `first`."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    walls = {place.pk: Wall.of_place(place) for place in places}
    windows = [
        Interval(
            local_day(date=first, zone=wall.zone).start, local_day(date=first + timedelta(days=6), zone=wall.zone).end
        )
        for wall in walls.values()
    ]
    rows = Appointment.objects.filter(
        therapist=therapist,
        state__in=OCCUPYING,
        starts_at__gte=min(window.start for window in windows),
        starts_at__lt=max(window.end for window in windows),
    )
    for place, starts_at, ends_at in rows.order_by("starts_at").values_list("location_id", "starts_at", "ends_at"):
        if place in walls:
            local = starts_at.astimezone(walls[place].zone)
            if 0 <= (local.date() - first).days < 7:
                start = local.hour * 60 + local.minute
                length = (ends_at - starts_at) // timedelta(minutes=1)
                found.setdefault((local.isoweekday(), place), []).append((start, min(start + length, 24 * 60)))
    return found
