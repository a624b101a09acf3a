"""Which starts are on offer, and why another is not: the listing, the board's gaps and the commit all ask here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.scheduling.availability import (
    Gap,
    Question,
    Reason,
    StartOnOffer,
    choose_for_anyone,
    find_gaps,
    find_roomless,
    find_starts,
    why_not,
)
from booking.scheduling.diaries import client_busy, load_diaries
from booking.scheduling.search import Search, Wish
from services import catalogue
from services.models import ClinicPolicy, Location

# How far to look for the earliest start: most often the first few days have one, and a year costs a hundred times more.
WINDOWS = (3, 14)


def list_starts(*, search: Search, first_date: date, days: int, each_therapist: bool = False) -> list[StartOnOffer]:
    """The starts on offer on `days` local dates from `first_date`, in order of time.

    Anyone gives one row per time, unless `each_therapist`.
    """
    wish, policy = search.wish, ClinicPolicy.current()
    (diaries,) = load_diaries(searches=[search], first_date=first_date, days=days)
    starts = find_starts(
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=search.limits(policy),
        client_busy=client_busy(search=search, first_date=first_date, days=days),
    )
    if wish.therapist_id is None and not each_therapist:
        return choose_for_anyone(starts, minutes_booked=diaries.minutes_booked, zone=wish.zone)
    return starts


def earliest_starts(*, wishes: Sequence[Wish], now: datetime) -> list[datetime | None]:
    """The first start of each wish, None where nothing is free up to the horizon. The wishes share a location.

    The first of what `list_starts` gives, for all of them together: as many statements as for one.
    """
    policy = ClinicPolicy.current()
    found: dict[int, datetime] = {}
    for days in sorted({*(min(days, policy.horizon_days + 1) for days in WINDOWS), policy.horizon_days + 1}):
        missing = {number: Search(wish, now) for number, wish in enumerate(wishes) if number not in found}
        if not missing:
            break
        searches = list(missing.values())
        today = now.astimezone(searches[0].wish.zone).date()
        all_diaries = load_diaries(searches=searches, first_date=today, days=days)
        for (number, search), diaries in zip(missing.items(), all_diaries, strict=True):
            starts = find_starts(diaries=diaries.therapists, rooms=diaries.rooms, limits=search.limits(policy))
            if starts:
                found[number] = starts[0].starts_at
    return [found.get(number) for number in range(len(wishes))]


def find_start(*, search: Search, starts_at: datetime) -> StartOnOffer | None:
    """The start at `starts_at` if it is on offer: the same answer as the listing, for one moment."""
    starts = list_starts(search=search, first_date=starts_at.astimezone(search.wish.zone).date(), days=1)
    return next((start for start in starts if start.starts_at == starts_at), None)


def why_not_offered(*, search: Search, starts_at: datetime) -> Reason | None:
    """Why `find_start` finds nothing at `starts_at`, by the same facts; None where it would."""
    wish, day = search.wish, starts_at.astimezone(search.wish.zone).date()
    (diaries,) = load_diaries(searches=[search], first_date=day, days=1)
    reason = why_not(
        starts_at=starts_at,
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=search.limits(ClinicPolicy.current()),
        now=search.now,
        client_busy=client_busy(search=search, first_date=day, days=1),
    )
    # Whoever gives the treatment has the skill, even without hours here.
    is_skilled = wish.therapist_id is not None and catalogue.can_give(
        therapist_id=wish.therapist_id, treatment=wish.treatment
    )
    return Reason.OFF_SHIFT if reason is Reason.WRONG_SKILL and is_skilled else reason


def list_gaps(*, location: Location, day: date, now: datetime) -> tuple[list[Gap], list[Gap]]:
    """The free time of a local day at `location` that staff can book, and the time that lacks only a room.

    Asked with the shortest length of each treatment on offer: what begins a gap can be booked.
    """
    policy = ClinicPolicy.current()
    searches = [
        Search(Wish(offer.treatment, offer.lengths[0].minutes, location), now, by_staff=True)
        for offer in catalogue.treatments_on_offer()
    ]
    if not searches:
        return [], []
    questions = [
        Question(diaries=diaries.therapists, rooms=diaries.rooms, limits=search.limits(policy))
        for search, diaries in zip(searches, load_diaries(searches=searches, first_date=day, days=1), strict=True)
    ]
    return find_gaps(questions), find_roomless(questions)


def nearest_starts(*, search: Search, around: datetime, count: int = 3) -> list[StartOnOffer]:
    """The `count` starts nearest to `around`, looking three days either way, in order of time."""
    first_date = (around - timedelta(days=3)).astimezone(search.wish.zone).date()
    starts = list_starts(search=search, first_date=first_date, days=7)
    return sorted(sorted(starts, key=lambda start: abs(start.starts_at - around))[:count])


def count_by_date(starts: Sequence[StartOnOffer], zone: ZoneInfo) -> dict[date, int]:
    """How many starts each local date has; dates without one are absent."""
    counts: dict[date, int] = {}
    for start in starts:
        day = start.starts_at.astimezone(zone).date()
        counts[day] = counts.get(day, 0) + 1
    return counts
