"""Where visits that need a new time could go on their own day: the start nearest to the hour that they have."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking.models import Appointment
from booking.scheduling.availability import Question, StartOnOffer, find_offered, list_offered
from booking.scheduling.diaries import load_diaries
from booking.scheduling.search import Search, wish_of
from booking.scheduling.states import MOVABLE, OCCUPYING
from booking.scheduling.taken import LONGEST_SPAN
from booking.wording.times import local_date
from services.cells import CELL, Span, mask, span_around
from services.hours import local_day
from services.intervals import Interval

# How many days from the soonest visit of a place on are looked at: what is further off does not need an answer at once.
DAYS = 14


@dataclass(frozen=True)
class _Given:
    """What a start would take, once a visit of `client_id` is there: `busy` with its turnover, in cells since the epoch."""

    start: StartOnOffer
    client_id: int | None
    busy: Span


def find_elsewhere(
    visits: Sequence[Appointment], *, now: datetime, all_at_once: bool = False
) -> dict[int, StartOnOffer]:
    """For each visit, by id, the start of its day nearest to its own, its own therapist's first; absent where none is free.

    `all_at_once`: what one of them is given is not offered to the next, so that all can go. Each visit's treatment and
    place must be loaded. A fixed number of statements for each place. `now` in UTC.
    """
    by_place: dict[int, list[Appointment]] = defaultdict(list)
    for visit in visits:
        if could_move(visit):
            by_place[visit.location_id].append(visit)
    found: dict[int, StartOnOffer] = {}
    given: list[_Given] = []
    treated = _when_treated(visits)
    for there in by_place.values():
        first = min(_day(visit) for visit in there)
        near = [visit for visit in there if (_day(visit) - first).days < DAYS]
        searches = [Search(wish_of(visit), now, by_staff=True) for visit in near]
        days = (max(_day(visit) for visit in near) - first).days + 1
        for visit, diaries in zip(near, load_diaries(searches=searches, first_date=first, days=days), strict=True):
            question = _on_its_day(_without(diaries.question, visit), visit)
            others = [span for pk, span in treated.get(visit.client_id, ()) if pk != visit.pk]
            question = _past(question, visit, given, treated=others)
            starts = list_offered(find_offered(question), question)
            if starts:
                start = found[visit.pk] = min(starts, key=lambda start: _distance(start, visit))
                if all_at_once:
                    until = start.ends_at + question.limits.turnover
                    given.append(_Given(start, visit.client_id, span_around(Interval(start.starts_at, until))))
    return found


def could_move(visit: Appointment) -> bool:
    """Whether another time of its day could help at all: not where its treatment or its whole place is given up."""
    return visit.state in MOVABLE and visit.treatment.is_active and visit.location.is_active


def _when_treated(visits: Sequence[Appointment]) -> dict[int | None, list[tuple[int, Span]]]:
    """By client: each visit of theirs around these, with its cells since the epoch. One statement."""
    found: dict[int | None, list[tuple[int, Span]]] = defaultdict(list)
    clients = {visit.client_id for visit in visits if visit.client_id is not None}
    if clients:
        first, last = min(visit.starts_at for visit in visits), max(visit.starts_at for visit in visits)
        rows = Appointment.objects.filter(
            client__in=clients,
            state__in=OCCUPYING,
            starts_at__gte=first - timedelta(days=1) - LONGEST_SPAN,
            starts_at__lt=min(last, first + timedelta(days=DAYS)) + timedelta(days=1),
        )
        for pk, client_id, starts_at, ends_at in rows.order_by().values_list("pk", "client", "starts_at", "ends_at"):
            found[client_id].append((pk, span_around(Interval(starts_at, ends_at))))
    return found


def _past(question: Question, visit: Appointment, given: Iterable[_Given], *, treated: Iterable[Span]) -> Question:
    """With what was given to others taken, and the client busy while `treated` elsewhere."""
    busy: dict[int, int] = defaultdict(int)
    rooms: dict[int, int] = defaultdict(int)
    client = question.client_busy
    for first, last in treated:
        client |= mask(first - question.origin, last - question.origin)
    for one in given:
        cells = mask(one.busy[0] - question.origin, one.busy[1] - question.origin)
        busy[one.start.therapist_id] |= cells
        if one.start.room_id is not None:
            rooms[one.start.room_id] |= cells
        if one.client_id is not None and one.client_id == visit.client_id:
            client |= cells
    return replace(
        question,
        diaries=[replace(one, busy=one.busy | busy[one.therapist_id]) for one in question.diaries],
        rooms=question.rooms and [replace(one, busy=one.busy | rooms[one.room_id]) for one in question.rooms],
        client_busy=client,
    )


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
