"""Booked hours of hours on shift: by therapist, by room, and by week."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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


# By Monday, and by the id of a therapist or a room.
ByWeek = Mapping[tuple[date, int], Used]


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
    found: dict[tuple[date, int], Used] = defaultdict(Used)
    for one in sums:
        if one.state in COUNTED:
            found[one.monday, one.therapist_id] += Used(booked=one.minutes)
    for days in on_shift.values():
        for day, people in days.items():
            monday = monday_of(day)
            for pk, cells in people.items():
                if therapist_id in (None, pk):
                    found[monday, pk] += Used(on_shift=minutes(cells))
    return dict(found)


def by_room(sums: Iterable[Sum], on_shift: Mapping[int, Shifts]) -> ByWeek:
    """A room could be used whenever anybody is on shift at its place."""
    facts = current()
    rooms: dict[int, list[int]] = defaultdict(list)
    for room in facts.all_of(Room):
        if room.is_active:
            rooms[room.location_id].append(room.pk)
    found: dict[tuple[date, int], Used] = defaultdict(Used)
    for one in sums:
        if one.state in COUNTED and one.room_id is not None:
            found[one.monday, one.room_id] += Used(booked=one.minutes)
    for place, days in on_shift.items():
        for day, people in days.items():
            opened = Used(on_shift=minutes(anybody(people.values())))
            for room_id in rooms[place]:
                found[monday_of(day), room_id] += opened
    return dict(found)


def whole(used: ByWeek, *, mondays: Collection[date] | None = None, pk: int | None = None) -> Used:
    """All of it, or that of some weeks, or of one therapist or room."""
    chosen = (one for (monday, of), one in used.items() if (mondays is None or monday in mondays) and pk in (None, of))
    return sum(chosen, Used())


def _absences(rows: Iterable[tuple[Any, ...]], location_id: int) -> dict[int | None, list[Span]]:
    found: dict[int | None, list[Span]] = defaultdict(list)
    for therapist_id, closed, first, last in rows:
        if therapist_id is not None or closed == location_id:
            found[therapist_id].append((first, last))
    return dict(found)
