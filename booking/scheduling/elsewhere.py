"""Where visits that need a new time could go on their own day: the start nearest to the hour that they have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from booking.models import Appointment
from booking.scheduling.availability import Question, StartOnOffer, find_offered, list_offered
from booking.scheduling.diaries import load_diaries
from booking.scheduling.search import Search, wish_of
from booking.wording.times import local_date
from services.cells import CELL, mask, span_around
from services.hours import local_day
from services.intervals import Interval

# How many days from the soonest visit of a place on are looked at: what is further off does not need an answer at once.
DAYS = 14


def find_elsewhere(visits: Sequence[Appointment], *, now: datetime) -> dict[int, StartOnOffer]:
    """For each visit, by id, the start of its day nearest to its own, its own therapist's first; absent where none is free.

    The client's other visits are looked at only by the move itself. Each visit's treatment and place must be
    loaded. A fixed number of statements for each place. `now` in UTC.
    """
    by_place: dict[int, list[Appointment]] = defaultdict(list)
    for visit in visits:
        by_place[visit.location_id].append(visit)
    found: dict[int, StartOnOffer] = {}
    for there in by_place.values():
        first = min(_day(visit) for visit in there)
        near = [visit for visit in there if (_day(visit) - first).days < DAYS]
        searches = [Search(wish_of(visit), now, by_staff=True) for visit in near]
        days = (max(_day(visit) for visit in near) - first).days + 1
        for visit, diaries in zip(near, load_diaries(searches=searches, first_date=first, days=days), strict=True):
            question = _on_its_day(_without(diaries.question, visit), visit)
            starts = list_offered(find_offered(question), question)
            if starts:
                found[visit.pk] = min(starts, key=lambda start: _distance(start, visit))
    return found


def _day(visit: Appointment) -> date:
    return local_date(visit.starts_at, visit.location.zone)


def _distance(start: StartOnOffer, visit: Appointment) -> tuple[timedelta, bool, datetime, int]:
    is_other = start.therapist_id != visit.therapist_id
    return abs(start.starts_at - visit.starts_at), is_other, start.starts_at, start.therapist_id


def _without(question: Question, visit: Appointment) -> Question:
    """What the visit itself takes of its therapist and its room counts as free."""
    first, last = span_around(Interval(visit.starts_at, visit.busy_until))
    free = ~mask(max(first - question.origin, 0), last - question.origin)
    return replace(
        question,
        diaries=[
            replace(one, busy=one.busy & free) if one.therapist_id == visit.therapist_id else one
            for one in question.diaries
        ],
        rooms=question.rooms
        and [replace(one, busy=one.busy & free) if one.room_id == visit.room_id else one for one in question.rooms],
    )


def _on_its_day(question: Question, visit: Appointment) -> Question:
    day, limits = local_day(date=_day(visit), zone=visit.location.zone), question.limits
    earliest, latest = max(limits.earliest, day.start), min(limits.latest, day.end - CELL)
    return replace(question, limits=replace(limits, earliest=earliest, latest=latest))
