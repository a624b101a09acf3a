"""Booked hours of hours on shift: by therapist, by room, and by week."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from booking.reports.periods import monday_of
from booking.reports.shifts import Shifts, anybody, minutes, shifts
from booking.reports.visits import COUNTED, Scope, Sum, within
from services import rota
from services.cells import Span
from services.facts import current
from services.models import Location, Room
from services.statements import read_rows

_ABSENCES = """
SELECT therapist_id, location_id, cell(starts_at), cell(ends_at) FROM services_timeoff
WHERE ends_at > %(since)s AND starts_at < %(until)s
"""


@dataclass(frozen=True)
class Used:
    """Minutes: of treatment booked, and on shift."""

    booked: int = 0
    on_shift: int = 0

    def __add__(self, other: "Used") -> "Used":
        return Used(self.booked + other.booked, self.on_shift + other.on_shift)

    @property
    def share(self) -> float | None:
        """None where nobody was on shift. Over 1 where visits were booked outside working hours."""
        return self.booked / self.on_shift if self.on_shift else None


T = TypeVar("T")

# By Monday, and by the id of a therapist or a room.
ByWeek = Mapping[tuple[date, int], Used]
Minutes = dict[tuple[date, int], int]


def read_shifts(scope: Scope) -> dict[int, Shifts]:
    """Who is on shift at each place, by its id. One statement for any number of therapists and days."""
    facts = current()
    parameters = {name: value for name, value in within(scope).items() if name in ("since", "until")}
    rows = read_rows(_ABSENCES, parameters)
    found = {}
    for pk in scope.location_ids:
        place = facts.find(Location, pk)
        if place is None:
            continue
        found[pk] = shifts(
            hours={one: spans for (one, at), spans in facts.hours.items() if at == pk},
            absences=_absences(rows, pk),
            zone=rota.zone_of(location=place),
            period=scope.period,
        )
    return found


def by_therapist(sums: Iterable[Sum], on_shift: Mapping[int, Shifts], *, therapist_id: int | None) -> ByWeek:
    """Of one therapist only, where there is a `therapist_id`."""
    booked: Minutes = defaultdict(int)
    at_work: Minutes = defaultdict(int)
    for one in sums:
        if one.state in COUNTED:
            booked[one.monday, one.therapist_id] += one.minutes
    for days in on_shift.values():
        for day, people in days.items():
            monday = monday_of(day)
            for pk, cells in people.items():
                if therapist_id in (None, pk):
                    at_work[monday, pk] += minutes(cells)
    return _used(booked, at_work)


def by_room(sums: Iterable[Sum], on_shift: Mapping[int, Shifts]) -> ByWeek:
    """A room could be used whenever anybody is on shift at its place."""
    facts = current()
    rooms: dict[int, list[int]] = defaultdict(list)
    for room in facts.all_of(Room):
        if room.is_active:
            rooms[room.location_id].append(room.pk)
    booked: Minutes = defaultdict(int)
    opened: Minutes = defaultdict(int)
    for one in sums:
        if one.state in COUNTED and one.room_id is not None:
            booked[one.monday, one.room_id] += one.minutes
    for place, days in on_shift.items():
        for day, people in days.items():
            monday, of_the_day = monday_of(day), minutes(anybody(people.values()))
            for room_id in rooms[place]:
                opened[monday, room_id] += of_the_day
    return _used(booked, opened)


def whole(used: ByWeek) -> Used:
    """All of it."""
    return sum(used.values(), Used())


def of_each(used: ByWeek) -> Mapping[int, Used]:
    """By the id of a therapist or a room, that of all weeks."""
    return _added_up(used, lambda key: key[1])


def of_weeks(used: ByWeek) -> Mapping[date, Used]:
    """By Monday, that of all therapists or rooms."""
    return _added_up(used, lambda key: key[0])


def _added_up(used: ByWeek, part: Callable[[tuple[date, int]], T]) -> Mapping[T, Used]:
    """In one pass: a year of a hundred therapists is five thousand of them."""
    booked: dict[T, int] = defaultdict(int)
    on_shift: dict[T, int] = defaultdict(int)
    for key, one in used.items():
        booked[part(key)] += one.booked
        on_shift[part(key)] += one.on_shift
    return {of: Used(booked[of], on_shift[of]) for of in booked}


def _used(booked: Minutes, on_shift: Minutes) -> ByWeek:
    return {key: Used(booked.get(key, 0), on_shift.get(key, 0)) for key in booked.keys() | on_shift.keys()}


def _absences(rows: Iterable[tuple[Any, ...]], location_id: int) -> dict[int | None, list[Span]]:
    found: dict[int | None, list[Span]] = defaultdict(list)
    for therapist_id, closed, first, last in rows:
        if therapist_id is not None or closed == location_id:
            found[therapist_id].append((first, last))
    return dict(found)
