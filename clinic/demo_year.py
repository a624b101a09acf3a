"""Who came when in the year behind the demo: people who try the clinic, come back while it does them good, and stop.

Pure but for the given chance. Times are local wall-clock minutes of a day.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

GRID = 15
TURNOVER = 15
# New people in a week, by month: slow summers and Januaries, full autumns.
NEW_EACH_WEEK = (10, 11, 12, 12, 12, 10, 8, 7, 12, 13, 13, 11)
# Those who come all year, every other week or so.
REGULARS = 30
COMES_BACK = {"completed": 0.8, "no_show": 0.4, "cancelled": 0.8}
STATES = (*["completed"] * 90, *["no_show"] * 3, *["cancelled"] * 7)
DAYS_BETWEEN = (14, 21, 21, 28, 28, 35, 42)
DAYS_AHEAD = (0, 0, 1, 1, 2, 3, 4, 6, 8, 12, 20)
# How far ahead of the visit a cancelled one was called off, in hours.
CALLED_OFF_HOURS = (3, 12, 20, 30, 48, 72, 90)

Span = tuple[int, int]


@dataclass(frozen=True)
class Offer:
    """A treatment of a length (minutes), by its row's number."""

    length_id: int
    minutes: int
    therapist_ids: frozenset[int]


@dataclass
class Guest:
    """Somebody, and what they usually have. `goes_on` is the chance to come back after a visit that did them good."""

    number: int
    since: date
    offer: Offer
    therapist_id: int
    goes_on: float


@dataclass(frozen=True)
class PastVisit:
    guest: Guest
    day: date
    start: int
    therapist_id: int
    room_id: int
    state: str
    booked_days_ahead: int
    called_off_hours: int


@dataclass(frozen=True)
class Place:
    """`hours` are a therapist's by id and ISO weekday."""

    hours: Mapping[tuple[int, int], Sequence[Span]]
    rooms: Sequence[int]


@dataclass
class Day:
    """What is taken on a day, by therapist and by room."""

    taken: dict[tuple[str, int], list[Span]] = field(default_factory=lambda: defaultdict(list))

    def find(self, spans: Sequence[Span], therapist_id: int, rooms: Sequence[int], minutes: int) -> Iterator[Span]:
        """Each start that is free, with its room."""
        for opens, closes in spans:
            for start in range(opens, closes - minutes + 1, GRID):
                if self._is_free(("therapist", therapist_id), start, minutes):
                    room = next((room for room in rooms if self._is_free(("room", room), start, minutes)), None)
                    if room is not None:
                        yield start, room

    def take(self, start: int, therapist_id: int, room_id: int, minutes: int) -> None:
        for key in (("therapist", therapist_id), ("room", room_id)):
            self.taken[key].append((start, start + minutes + TURNOVER))

    def _is_free(self, key: tuple[str, int], start: int, minutes: int) -> bool:
        return all(until <= start or start + minutes + TURNOVER <= since for since, until in self.taken[key])


def plan_year(
    days: Mapping[date, Day], *, place: Place, offers: Sequence[Offer], chance: random.Random
) -> list[PastVisit]:
    """What happened on `days` (rising), beside what is taken on each."""
    guests = _guests(list(days), offers, chance)
    due: dict[date, list[Guest]] = defaultdict(list)
    for guest in guests:
        due[guest.since].append(guest)
    visits: list[PastVisit] = []
    for today, day in days.items():
        seen = set[int]()
        for guest in sorted(due.pop(today, []), key=lambda _guest: chance.random()):
            if guest.number in seen:
                continue
            visit = _visit(guest, today, day, place, chance)
            if visit is None:
                due[today + timedelta(days=1)].append(guest)
                continue
            seen.add(guest.number)
            visits.append(visit)
            if chance.random() < min(guest.goes_on, COMES_BACK[visit.state] + (guest.goes_on > 0.9)):
                gap = chance.choice(DAYS_BETWEEN) + chance.randrange(-2, 3)
                due[today + timedelta(days=gap)].append(guest)
    return visits


def _guests(days: Sequence[date], offers: Sequence[Offer], chance: random.Random) -> list[Guest]:
    guests: list[Guest] = []

    def add(since: date, goes_on: float) -> None:
        offer = chance.choice(offers)
        therapist_id = chance.choice(sorted(offer.therapist_ids))
        guests.append(Guest(len(guests), since, offer, therapist_id, goes_on))

    if days:
        for _ in range(REGULARS):
            add(days[0] + timedelta(days=chance.randrange(14)), 0.99)
        # Those who began before: they are halfway through already.
        for _ in range(NEW_EACH_WEEK[days[0].month - 1] * 9):
            add(days[0] + timedelta(days=chance.randrange(28)), 0.8)
    for day in days:
        a_day = NEW_EACH_WEEK[day.month - 1] / 7
        for _ in range(int(a_day) + (chance.random() < a_day % 1)):
            add(day, 0.8)
    return guests


def _visit(guest: Guest, today: date, day: Day, place: Place, chance: random.Random) -> PastVisit | None:
    """With their own therapist, else now and then with another; None where nothing is free."""
    others = sorted(guest.offer.therapist_ids - {guest.therapist_id}, key=lambda _pk: chance.random())
    for therapist_id in [guest.therapist_id, *(others if chance.random() < 0.5 else [])]:
        spans = place.hours.get((therapist_id, today.isoweekday()), ())
        free = list(day.find(spans, therapist_id, place.rooms, guest.offer.minutes))
        if free:
            start, room_id = chance.choice(free)
            day.take(start, therapist_id, room_id, guest.offer.minutes)
            return PastVisit(
                guest=guest,
                day=today,
                start=start,
                therapist_id=therapist_id,
                room_id=room_id,
                state=chance.choice(STATES),
                booked_days_ahead=chance.choice(DAYS_AHEAD),
                called_off_hours=chance.choice(CALLED_OFF_HOURS),
            )
    return None
