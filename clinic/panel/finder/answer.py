"""The times that answer a choice: by day, on each day first the one that leaves no unusable rest; else what comes near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from booking.models import Appointment, Client
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.rests import Shortest, unusable_rest
from booking.scheduling.search import Search
from booking.scheduling.starts import look_up
from booking.wording.times import local_date
from clinic.panel.finder.choice import DAYS_SHOWN, Choice, Gap
from services import catalogue

NEAREST = 3
# How far to look for what comes near: a missed week is named, too.
DAYS_AROUND = 2 * DAYS_SHOWN


class Miss(StrEnum):
    """The one wish that a near time misses."""

    WHO = "who"
    DAY = "day"
    HOURS = "hours"
    LATER = "later"


@dataclass(frozen=True)
class DayOfTimes:
    day: date
    starts: tuple[StartOnOffer, ...]


@dataclass(frozen=True)
class Near:
    start: StartOnOffer
    miss: Miss


@dataclass(frozen=True)
class Answer:
    """`near` only where no day has a time."""

    days: tuple[DayOfTimes, ...]
    near: tuple[Near, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(one.starts) for one in self.days)


def find_answer(
    choice: Choice,
    *,
    now: datetime,
    client: Client | None = None,
    own: Appointment | None = None,
    without: Gap | None = None,
) -> Answer:
    """The starts on offer that fit the choice. `own`: the visit that moves, or the start that is kept, counts as free.

    `without`: where the visit that moves is already; that is no time to offer.

    A fixed number of statements; some more where nothing fits.
    """
    search = Search(choice.wish, now, moving=own, client=client, by_staff=True)
    listing = look_up(search=search, first_date=choice.first, days=DAYS_SHOWN, among=choice.among)
    by_day: dict[date, list[StartOnOffer]] = {}
    for start in listing.starts():
        if _is_there(start, without):
            continue
        if choice.admits_day(start.starts_at) and choice.admits_hours(start.starts_at, start.ends_at):
            by_day.setdefault(local_date(start.starts_at, choice.wish.zone), []).append(start)
    if not by_day:
        return Answer((), find_near(choice, search, without=without))
    shortest = _shortest(choice)

    def tidiest_first(starts: Sequence[StartOnOffer]) -> tuple[StartOnOffer, ...]:
        first = min(starts, key=lambda one: (unusable_rest(one, listing.question, shortest), one.starts_at))
        return (first, *(one for one in starts if one != first))

    return Answer(tuple(DayOfTimes(day, tidiest_first(starts)) for day, starts in by_day.items()))


def find_near(choice: Choice, search: Search, *, without: Gap | None = None) -> tuple[Near, ...]:
    """The soonest times that miss one wish only: one for each such wish, then more of them."""
    listing = look_up(search=search, first_date=choice.first, days=DAYS_AROUND, each_therapist=True)
    starts = [start for start in listing.starts() if not _is_there(start, without)]
    near = [Near(start, misses[0]) for start in starts if len(misses := _misses(start, choice)) == 1]
    first_of = {one.miss: one for one in reversed(near)}
    chosen = sorted(first_of.values(), key=lambda one: one.start)[:NEAREST]
    chosen += [one for one in near if one not in chosen][: NEAREST - len(chosen)]
    return tuple(sorted(chosen, key=lambda one: one.start))


def _is_there(start: StartOnOffer, place: Gap | None) -> bool:
    return place is not None and place.as_pair() == (start.starts_at, start.therapist_id)


def _misses(start: StartOnOffer, choice: Choice) -> list[Miss]:
    is_missed = {
        Miss.WHO: choice.among is not None and start.therapist_id not in choice.among,
        Miss.DAY: not choice.admits_day(start.starts_at),
        Miss.HOURS: not choice.admits_hours(start.starts_at, start.ends_at),
        Miss.LATER: local_date(start.starts_at, choice.wish.zone) > choice.last,
    }
    return [miss for miss, missed in is_missed.items() if missed]


def _shortest(choice: Choice) -> Shortest:
    """The shortest visit on offer, turnover included; what is looked for, where the list has nothing any more."""
    wish = choice.wish
    looked_for = Shortest(timedelta(minutes=wish.minutes), catalogue.turnover(wish.treatment, minutes=wish.minutes))
    lengths = [
        Shortest(timedelta(minutes=minutes), catalogue.turnover(offer.treatment, minutes=minutes))
        for offer in catalogue.treatments_on_offer(on=choice.first)
        for minutes in [offer.shortest.minutes]
    ]
    return min(lengths, key=lambda one: one.length + one.turnover, default=looked_for)
