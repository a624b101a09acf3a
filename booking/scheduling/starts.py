"""Which starts are on offer, and why another is not: the listing, the board's gaps and the commit all ask here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking.scheduling.availability import (
    Gap,
    Offered,
    Question,
    Reason,
    StartOnOffer,
    any_of,
    choose_for_anyone,
    count_by_day,
    find_gaps,
    find_offered,
    find_roomless,
    list_offered,
    why_not,
)
from booking.scheduling.diaries import Diaries, load_diaries
from booking.scheduling.search import Search, Wish
from services import catalogue
from services.hours import DayPiece
from services.intervals import Interval
from services.models import ClinicPolicy, Location

# How far to look for the earliest start: most often the first few days have one, and a year costs a hundred times more.
WINDOWS = (3, 14)


@dataclass(frozen=True)
class Listing:
    """The starts on offer as masks, from which lists and counts are made; `days` are the local dates asked about."""

    question: Question
    offered: Offered
    days: Sequence[DayPiece]

    def starts(self) -> list[StartOnOffer]:
        """In order of time and therapist."""
        return list_offered(self.offered, self.question)

    def count_by_day(self) -> dict[date, int]:
        """How many starts each local date has; dates without one are absent."""
        return count_by_day(self.offered.values(), origin=self.question.origin, days=self.days)


def look_up(
    *,
    search: Search,
    first_date: date,
    days: int,
    each_therapist: bool = False,
    among: Collection[int] | None = None,
) -> Listing:
    """The starts on offer on `days` local dates from `first_date`. Anyone gives one for each time, unless `each_therapist`.

    With `among` anyone is anyone of these.
    """
    (diaries,) = load_diaries(searches=[search], first_date=first_date, days=days)
    return _choose(search, diaries, each_therapist=each_therapist, among=among)


def count_starts(*, search: Search, first_date: date, days: int, each_therapist: bool = False) -> dict[date, int]:
    """How many starts `look_up` gives each local date; dates without one are absent. Who would get them is not settled."""
    (diaries,) = load_diaries(searches=[search], first_date=first_date, days=days)
    offered = find_offered(diaries.question)
    rows = offered.values() if each_therapist else [any_of(offered)]
    return count_by_day(rows, origin=diaries.question.origin, days=diaries.days)


def list_starts(
    *,
    search: Search,
    first_date: date,
    days: int,
    each_therapist: bool = False,
    among: Collection[int] | None = None,
) -> list[StartOnOffer]:
    """The starts of `look_up`, in order of time and therapist."""
    listing = look_up(search=search, first_date=first_date, days=days, each_therapist=each_therapist, among=among)
    return listing.starts()


def next_starts(*, wishes: Sequence[Wish], now: datetime, count: int) -> list[list[StartOnOffer]]:
    """The first `count` starts of each wish, fewer where no more are free up to the horizon. The wishes share a location.

    What `list_starts` begins with, for all of them together: as many statements as for one.
    """
    horizon = ClinicPolicy.current().horizon_days + 1
    found: dict[int, list[StartOnOffer]] = {}
    for days in sorted({*(min(days, horizon) for days in WINDOWS), horizon}):
        missing = {
            number: Search(wish, now) for number, wish in enumerate(wishes) if len(found.get(number, ())) < count
        }
        if not missing:
            break
        searches = list(missing.values())
        today = now.astimezone(searches[0].wish.zone).date()
        all_diaries = load_diaries(searches=searches, first_date=today, days=days)
        for (number, search), diaries in zip(missing.items(), all_diaries, strict=True):
            found[number] = _choose(search, diaries).starts()[:count]
    return [found.get(number, []) for number in range(len(wishes))]


def find_start(*, search: Search, starts_at: datetime) -> StartOnOffer | None:
    """The start at `starts_at` if it is on offer: the same answer as the listing, for one moment."""
    # Who of all gets it depends on what they do all day.
    visit = None if search.wish.therapist_id is None else search.span_from(starts_at)
    diaries = _load_around(search, starts_at, visit)
    limits = diaries.question.limits
    only = replace(limits, earliest=max(limits.earliest, starts_at), latest=min(limits.latest, starts_at))
    listing = _choose(search, replace(diaries, question=replace(diaries.question, limits=only)))
    return next(iter(listing.starts()), None)


def why_not_offered(*, search: Search, starts_at: datetime) -> Reason | None:
    """Why `find_start` finds nothing at `starts_at`, by the same facts; None where it would."""
    wish, day = search.wish, starts_at.astimezone(search.wish.zone).date()
    if day in search.days_without([day]):
        return Reason.NOT_OFFERED
    diaries = _load_around(search, starts_at, search.span_from(starts_at))
    reason = why_not(diaries.question, starts_at=starts_at, now=search.now)
    # Whoever gives the treatment has the skill, even without hours here.
    is_skilled = wish.therapist_id is not None and catalogue.can_give(
        therapist_id=wish.therapist_id, treatment=wish.treatment
    )
    return Reason.OFF_SHIFT if reason is Reason.WRONG_SKILL and is_skilled else reason


def list_gaps(*, location: Location, day: date, now: datetime, days: int = 1) -> tuple[list[Gap], list[Gap]]:
    """The free time of `days` local days at `location` that staff can book, and the time that lacks only a room.

    As many statements for a week as for a day. Asked with the shortest length of each treatment on offer: what begins a gap can be booked.
    """
    searches = [
        Search(Wish(offer.treatment, offer.shortest.minutes, location), now, by_staff=True)
        for offer in catalogue.treatments_on_offer(on=day)
    ]
    if not searches:
        return [], []
    questions = [diaries.question for diaries in load_diaries(searches=searches, first_date=day, days=days)]
    return find_gaps(questions), find_roomless(questions)


def nearest_starts(*, search: Search, around: datetime, count: int = 3) -> list[StartOnOffer]:
    """The `count` starts nearest to `around`, looking three days either way, in order of time."""
    first_date = (around - timedelta(days=3)).astimezone(search.wish.zone).date()
    starts = list_starts(search=search, first_date=first_date, days=7)
    return sorted(sorted(starts, key=lambda start: abs(start.starts_at - around))[:count])


def _load_around(search: Search, starts_at: datetime, visit: Interval | None) -> Diaries:
    day = starts_at.astimezone(search.wish.zone).date()
    (diaries,) = load_diaries(searches=[search], first_date=day, days=1, visit=visit)
    return diaries


def _choose(
    search: Search, diaries: Diaries, *, each_therapist: bool = False, among: Collection[int] | None = None
) -> Listing:
    question = diaries.question
    offered = find_offered(question)
    if among is not None:
        offered = {pk: cells for pk, cells in offered.items() if pk in among}
    if search.wish.therapist_id is None and not each_therapist:
        offered = choose_for_anyone(
            offered, origin=question.origin, minutes_booked=diaries.minutes_booked(), days=diaries.days
        )
    return Listing(question, offered, diaries.days)
