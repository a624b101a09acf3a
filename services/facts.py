"""The clinic's own facts, read once: policy, places, rooms, treatments, lengths, therapists, skills, weekly hours.

One immutable snapshot a process. A stamp that every change to these tables moves says whether it still holds; it is
asked once a request, and again under the locks of whatever is about to be booked. Time off is no part of it: it grows
with the years. Why all this: docs/decisions/0043.
"""

import copy
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import JSONField, Model

from services.hours import WeeklySpan
from services.stamp import kept_models, missing_triggers, read_stamp

M = TypeVar("M", bound=Model)
Key = tuple[int, int]
Rows = Mapping[int, Any]
# How often to read again when somebody changes the facts while they are being read.
ATTEMPTS = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What holds under one stamp. Rows are handed out as copies, so that nobody changes what all share.

    `hours` has the weekly spans of a therapist (first id) at a place (second), past and coming ones; `able` who works
    here, can give a treatment (first id) and has hours at an open place (second), lowest id first; `rooms` the rooms
    in use at a place in the order in which they are taken, each with the treatments that it suits, none: all; `skills`
    the treatments that a therapist has learnt. Everything by id, and what has nothing is absent. `memo` is for what is
    worked out from these facts alone: it dies with them.
    """

    stamp: str | None
    hours: Mapping[Key, tuple[WeeklySpan, ...]]
    able: Mapping[Key, tuple[int, ...]]
    rooms: Mapping[int, tuple[tuple[int, frozenset[int]], ...]]
    skills: Mapping[int, frozenset[int]]
    memo: dict[Hashable, Any] = field(default_factory=dict)
    _rows: Mapping[type[Model], Rows]

    def all_of(self, model: type[M], **columns: object) -> list[M]:
        """The rows with these values, in the order of the model: treatments and rooms in the clinic's own."""
        return [copy_of(row) for row in self._matching(model, columns)]

    def find(self, model: type[M], pk: int | None) -> M | None:
        row = self._rows[model].get(pk) if pk is not None else None
        return None if row is None else copy_of(row)

    def names(self, model: type[Model], **columns: object) -> dict[int, str]:
        """What the rows with these values are called, by id."""
        return {row.pk: row.name for row in self._matching(model, columns)}

    def has(self, model: type[Model], **columns: object) -> bool:
        return any(True for _row in self._matching(model, columns))

    def rooms_for(self, treatment_id: int, location_id: int) -> tuple[int, ...]:
        """The ids of the rooms in use there that suit it, in the order in which they are taken."""
        return tuple(
            pk for pk, treatments in self.rooms.get(location_id, ()) if not treatments or treatment_id in treatments
        )

    def _matching(self, model: type[Model], columns: Mapping[str, object]) -> Iterator[Any]:
        for row in self._rows[model].values():
            if all(getattr(row, name) == value for name, value in columns.items()):
                yield row


class _Reading:
    """What one request has read so far."""

    facts: Facts | None = None


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)
_held: Facts | None = None


def current() -> Facts:
    """The facts as they are now, in the eyes of this transaction. One small statement while nothing was changed.

    Within `reading_once` no statement from the second time on.
    """
    reading = _reading.get()
    if reading is None:
        return _read()
    if reading.facts is None:
        reading.facts = _read()
    return reading.facts


@contextmanager
def reading_once() -> Iterator[None]:
    """Ask for the stamp at most once inside, and once more after each `forget`. For who writes none of these tables."""
    token = _reading.set(_reading.get() or _Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def forget() -> None:
    """From here on what was read before may be out of date: under locks, at the beginning of a transaction."""
    reading = _reading.get()
    if reading is not None:
        reading.facts = None


def fill_in(row: Model, *names: str) -> None:
    """Give `row` what it points to by these names, from the facts and without a statement of its own."""
    for name in names:
        field = row._meta.get_field(name)
        model = field.related_model
        pk = getattr(row, field.attname)  # type: ignore[union-attr] # a foreign key has one
        assert isinstance(model, type), "a foreign key leads to a model"
        if pk is not None and (found := current().find(model, pk)):
            setattr(row, name, found)


def copy_of(row: M) -> M:
    """A row of one's own, without a statement."""
    copied = copy.copy(row)
    for one in row._meta.concrete_fields:
        if isinstance(one, JSONField):
            setattr(copied, one.attname, copy.deepcopy(getattr(row, one.attname)))
    return copied


def _read() -> Facts:
    """The facts that this process holds, if they have the stamp of now; else new ones, which it holds from then on."""
    global _held  # noqa: PLW0603 - the one snapshot of the process; a thread only ever puts another in its place
    stamp, held = read_stamp(), _held
    if held is not None and stamp is not None and held.stamp == stamp:
        return held
    for _attempt in range(ATTEMPTS):
        facts, before = _load(stamp), stamp
        stamp = read_stamp()
        if stamp == before:
            break
    else:
        return facts  # somebody changes them all the while: as they were read, and not held
    if stamp is not None and not missing_triggers():
        _held = facts
    return facts


def _load(stamp: str | None) -> Facts:
    """From the tables, one statement for each. It may see some before and some after a change: its caller asks again."""
    rows: dict[type[Model], Rows] = {
        model: {row.pk: row for row in model._default_manager.all()} for model in kept_models()
    }
    skills = _pairs(rows, "therapist", "treatment")
    hours = _hours(rows)
    return Facts(
        stamp=stamp, hours=hours, able=_able(rows, hours, skills), rooms=_rooms(rows), skills=skills, _rows=rows
    )


def _hours(rows: Mapping[type[Model], Rows]) -> dict[Key, tuple[WeeklySpan, ...]]:
    hours: dict[Key, tuple[WeeklySpan, ...]] = {}
    for row in _of(rows, "workinghours").values():
        span = WeeklySpan(row.weekday, row.opens, row.closes, row.first_date, row.last_date)
        key = (row.therapist_id, row.location_id)
        hours[key] = (*hours.get(key, ()), span)
    return hours


def _able(
    rows: Mapping[type[Model], Rows], hours: Iterable[Key], skills: Mapping[int, frozenset[int]]
) -> dict[Key, tuple[int, ...]]:
    works_here, is_open = _active(_of(rows, "therapist")), _active(_of(rows, "location"))
    able: dict[Key, list[int]] = defaultdict(list)
    for therapist_id, location_id in sorted(hours):
        if therapist_id in works_here and location_id in is_open:
            for treatment_id in skills.get(therapist_id, ()):
                able[treatment_id, location_id].append(therapist_id)
    return {key: tuple(ids) for key, ids in able.items()}


def _rooms(rows: Mapping[type[Model], Rows]) -> dict[int, tuple[tuple[int, frozenset[int]], ...]]:
    suits = _pairs(rows, "room", "treatment")
    rooms: dict[int, list[tuple[int, frozenset[int]]]] = defaultdict(list)
    for room in sorted(_of(rows, "room").values(), key=lambda room: (room.order, room.pk)):
        if room.is_active:
            rooms[room.location_id].append((room.pk, suits.get(room.pk, frozenset())))
    return {pk: tuple(each) for pk, each in rooms.items()}


def _pairs(rows: Mapping[type[Model], Rows], one: str, other: str) -> dict[int, frozenset[int]]:
    """The many-to-many relation `treatments` of the model `one`, by its ids."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _of(rows, f"{one}_treatments").values():
        found[getattr(row, f"{one}_id")].add(getattr(row, f"{other}_id"))
    return {pk: frozenset(others) for pk, others in found.items()}


def _active(rows: Rows) -> set[int]:
    return {pk for pk, row in rows.items() if row.is_active}


def _of(rows: Mapping[type[Model], Rows], name: str) -> Rows:
    """By the model's name: the models ask here for the policy, so nothing here imports them."""
    return rows[apps.get_model("services", name)]
