"""What availability needs from the database, loaded in bulk: the same few statements for one day or for thirty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Value

from booking.models import OCCUPYING, Appointment, Client, Draft, FormerPlace
from booking.scheduling.availability import (
    Diary,
    Gap,
    Limits,
    Question,
    Reason,
    RoomDiary,
    StartOnOffer,
    choose_for_anyone,
    find_gaps,
    find_roomless,
    find_starts,
    why_not,
)
from booking.scheduling.states import LAPSING
from services import catalogue, rota
from services.catalogue import turnover
from services.hours import local_day
from services.intervals import Interval
from services.models import ClinicPolicy, Location, Treatment

# No visit with its turnover is longer (by constraint), so nothing that began earlier can reach into a day.
LONGEST_SPAN = timedelta(hours=10)
# How far ahead staff may book, whatever the horizon for clients.
STAFF_HORIZON = timedelta(days=730)
# How far to look for the earliest start: most often the first few days have one, and a year costs a hundred times more.
WINDOWS = (3, 14)
# States that end by themselves at their deadline; from then on nobody has to wait for the sweep.


@dataclass(frozen=True)
class Wish:
    """What is to be booked. `therapist_id` None means anyone."""

    treatment: Treatment
    minutes: int
    location: Location
    therapist_id: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.location.time_zone)


@dataclass(frozen=True)
class Taken:
    """One span in which a therapist, and perhaps a room, is taken."""

    appointment_id: int
    therapist_id: int
    room_id: int | None
    span: Interval
    minutes: int


@dataclass(frozen=True)
class Diaries:
    """Everything that decides about starts over some days."""

    therapists: Sequence[Diary]
    rooms: Sequence[RoomDiary] | None
    minutes_booked: Mapping[tuple[int, date], int]


def overdue(now: datetime) -> Q:
    """Rows whose deadline has passed: they stand in nobody's way."""
    return Q(state__in=LAPSING, deadline_at__lte=now)


def is_overdue(appointment: Appointment, *, now: datetime) -> bool:
    """The same question about one row."""
    return appointment.state in LAPSING and appointment.deadline_at is not None and appointment.deadline_at <= now


def list_starts(
    *,
    wish: Wish,
    first_date: date,
    days: int,
    now: datetime,
    draft: Draft | None = None,
    moving: Appointment | None = None,
    client: Client | None = None,
    each_therapist: bool = False,
    notice_from: datetime | None = None,
    by_staff: bool = False,
) -> list[StartOnOffer]:
    """The starts on offer on `days` local dates from `first_date`, in order of time.

    The visit kept by `draft`, or the one that is `moving`, counts as free. Anyone gives one row per time, unless
    `each_therapist`. `notice_from` is when the notice began to count (a kept start was in time when it was kept).
    Staff may book at short notice and beyond the horizon, but never into the past.
    """
    policy = ClinicPolicy.current()
    (diaries,) = load_diaries(wishes=[wish], first_date=first_date, days=days, now=now, draft=draft, moving=moving)
    starts = find_starts(
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=_limits(wish=wish, policy=policy, now=now, notice_from=notice_from or now, by_staff=by_staff),
        client_busy=_client_busy(
            client=client, first_date=first_date, days=days, location=wish.location, now=now, moving=moving
        ),
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
        missing = [number for number in range(len(wishes)) if number not in found]
        if not missing:
            break
        open_wishes = [wishes[number] for number in missing]
        today = now.astimezone(open_wishes[0].zone).date()
        all_diaries = load_diaries(wishes=open_wishes, first_date=today, days=days, now=now)
        for number, wish, diaries in zip(missing, open_wishes, all_diaries, strict=True):
            limits = _limits(wish=wish, policy=policy, now=now, notice_from=now, by_staff=False)
            starts = find_starts(diaries=diaries.therapists, rooms=diaries.rooms, limits=limits)
            if starts:
                found[number] = starts[0].starts_at
    return [found.get(number) for number in range(len(wishes))]


def find_start(
    *,
    wish: Wish,
    starts_at: datetime,
    now: datetime,
    draft: Draft | None = None,
    moving: Appointment | None = None,
    client: Client | None = None,
    notice_from: datetime | None = None,
    by_staff: bool = False,
) -> StartOnOffer | None:
    """The start at `starts_at` if it is on offer: the same answer as the listing, for one moment."""
    starts = list_starts(
        wish=wish,
        first_date=starts_at.astimezone(wish.zone).date(),
        days=1,
        now=now,
        draft=draft,
        moving=moving,
        client=client,
        notice_from=notice_from,
        by_staff=by_staff,
    )
    return next((start for start in starts if start.starts_at == starts_at), None)


def why_not_offered(
    *,
    wish: Wish,
    starts_at: datetime,
    now: datetime,
    draft: Draft | None = None,
    moving: Appointment | None = None,
    client: Client | None = None,
    notice_from: datetime | None = None,
    by_staff: bool = False,
) -> Reason | None:
    """Why `find_start` finds nothing at `starts_at`, by the same facts; None where it would."""
    day = starts_at.astimezone(wish.zone).date()
    (diaries,) = load_diaries(wishes=[wish], first_date=day, days=1, now=now, draft=draft, moving=moving)
    reason = why_not(
        starts_at=starts_at,
        diaries=diaries.therapists,
        rooms=diaries.rooms,
        limits=_limits(
            wish=wish, policy=ClinicPolicy.current(), now=now, notice_from=notice_from or now, by_staff=by_staff
        ),
        now=now,
        client_busy=_client_busy(client=client, first_date=day, days=1, location=wish.location, now=now, moving=moving),
    )
    # Somebody who gives the treatment, but has no hours here, lacks no skill.
    is_skilled = wish.therapist_id is not None and catalogue.can_give(
        therapist_id=wish.therapist_id, treatment=wish.treatment
    )
    return Reason.OFF_SHIFT if reason is Reason.WRONG_SKILL and is_skilled else reason


def list_gaps(*, location: Location, day: date, now: datetime) -> tuple[list[Gap], list[Gap]]:
    """The free time of a local day at `location` that staff can book, and the time that lacks only a room.

    Asked with the shortest length of each treatment on offer: what begins a gap can be booked.
    """
    policy = ClinicPolicy.current()
    wishes = [Wish(offer.treatment, offer.lengths[0].minutes, location) for offer in catalogue.treatments_on_offer()]
    if not wishes:
        return [], []
    questions = [
        Question(
            diaries=diaries.therapists,
            rooms=diaries.rooms,
            limits=_limits(wish=wish, policy=policy, now=now, notice_from=now, by_staff=True),
        )
        for wish, diaries in zip(wishes, load_diaries(wishes=wishes, first_date=day, days=1, now=now), strict=True)
    ]
    return find_gaps(questions), find_roomless(questions)


def nearest_starts(
    *,
    wish: Wish,
    around: datetime,
    now: datetime,
    draft: Draft | None = None,
    count: int = 3,
    by_staff: bool = False,
) -> list[StartOnOffer]:
    """The `count` starts nearest to `around`, looking three days either way, in order of time."""
    first_date = (around - timedelta(days=3)).astimezone(wish.zone).date()
    starts = list_starts(wish=wish, first_date=first_date, days=7, now=now, draft=draft, by_staff=by_staff)
    return sorted(sorted(starts, key=lambda start: abs(start.starts_at - around))[:count])


def next_free_day(*, wish: Wish, after_date: date, now: datetime, draft: Draft | None = None) -> date | None:
    """The first local date after `after_date` that has a start, within the horizon."""
    horizon = (now + timedelta(days=ClinicPolicy.current().horizon_days)).astimezone(wish.zone).date()
    first_date = after_date + timedelta(days=1)
    days = (horizon - first_date).days + 1
    if days < 1:
        return None
    starts = list_starts(wish=wish, first_date=first_date, days=days, now=now, draft=draft)
    return starts[0].starts_at.astimezone(wish.zone).date() if starts else None


def count_by_date(starts: Sequence[StartOnOffer], zone: ZoneInfo) -> dict[date, int]:
    """How many starts each local date has; dates without one are absent."""
    counts: dict[date, int] = {}
    for start in starts:
        day = start.starts_at.astimezone(zone).date()
        counts[day] = counts.get(day, 0) + 1
    return counts


def load_diaries(
    *,
    wishes: Sequence[Wish],
    first_date: date,
    days: int,
    now: datetime,
    draft: Draft | None = None,
    moving: Appointment | None = None,
) -> list[Diaries]:
    """For each wish, all at one location, the open and taken time of everybody who could give it.

    A fixed number of statements, however many wishes.
    """
    location = wishes[0].location
    therapist_ids = _therapist_ids(wishes)
    everybody = sorted({pk for ids in therapist_ids for pk in ids})
    hours = rota.open_hours(therapist_ids=everybody, location=location, first_date=first_date, days=days)
    taken = _taken(
        therapist_ids=everybody,
        location=location,
        first_date=first_date,
        days=days,
        now=now,
        draft=draft,
        moving=moving,
    )
    rooms = catalogue.room_ids_by_treatment(treatments=[wish.treatment for wish in wishes], location=location)
    needs_room = any(rooms.values()) or catalogue.has_rooms(location=location)
    return [
        Diaries(
            therapists=[
                Diary(
                    therapist_id=pk,
                    open=hours.get(pk, []),
                    busy=[row.span for row in taken if row.therapist_id == pk],
                )
                for pk in ids
            ],
            rooms=_room_diaries(rooms[wish.treatment.pk], taken=taken) if needs_room else None,
            minutes_booked=_minutes_booked(taken, wish.zone),
        )
        for wish, ids in zip(wishes, therapist_ids, strict=True)
    ]


def _therapist_ids(wishes: Sequence[Wish]) -> list[list[int]]:
    """Who could give each wish; lowest id first. One statement."""
    able = catalogue.therapist_ids_by_treatment(
        treatments=[wish.treatment for wish in wishes], location=wishes[0].location
    )
    return [
        [pk for pk in able[wish.treatment.pk] if wish.therapist_id is None or pk == wish.therapist_id]
        for wish in wishes
    ]


def _span_of_days(first_date: date, days: int, zone: ZoneInfo) -> Interval:
    last_date = first_date + timedelta(days=days - 1)
    return Interval(local_day(date=first_date, zone=zone).start, local_day(date=last_date, zone=zone).end)


def _taken(
    *,
    therapist_ids: Sequence[int],
    location: Location,
    first_date: date,
    days: int,
    now: datetime,
    draft: Draft | None,
    moving: Appointment | None,
) -> list[Taken]:
    span = _span_of_days(first_date, days, ZoneInfo(location.time_zone))
    rows = (
        Appointment.objects.filter(state__in=OCCUPYING)
        .filter(Q(therapist_id__in=therapist_ids) | Q(location=location))
        # A visit at the end of the last day runs into the next one, turnover included.
        .filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
        .exclude(overdue(now))
    )
    if draft is not None:
        rows = rows.exclude(hold__draft=draft)
    if moving is not None:
        rows = rows.exclude(pk=moving.pk)
    former = _former_places(span, moving=moving).filter(kept_until__gt=now)
    former = former.filter(Q(therapist_id__in=therapist_ids) | Q(appointment__location=location))
    columns = rows.values_list("pk", "therapist_id", "room_id", "starts_at", "busy_until", "minutes")
    # Nobody is treated in a former place: it adds no minutes to the therapist's day.
    of_former = former.values_list("appointment_id", "therapist_id", "room_id", "starts_at", "busy_until", Value(0))
    return [
        Taken(pk, therapist, room, Interval(start, end), minutes)
        for pk, therapist, room, start, end, minutes in columns.order_by().union(of_former, all=True)
    ]


def _former_places(span: Interval, *, moving: Appointment | None) -> QuerySet[FormerPlace]:
    """Where visits were before they were moved."""
    rows = FormerPlace.objects.filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
    return rows.exclude(appointment=moving) if moving is not None else rows


def _room_diaries(room_ids: Sequence[int], *, taken: Sequence[Taken]) -> list[RoomDiary]:
    return [RoomDiary(room_id=pk, busy=[row.span for row in taken if row.room_id == pk]) for pk in room_ids]


def _minutes_booked(taken: Sequence[Taken], zone: ZoneInfo) -> dict[tuple[int, date], int]:
    minutes: dict[tuple[int, date], int] = {}
    for row in taken:
        key = (row.therapist_id, row.span.start.astimezone(zone).date())
        minutes[key] = minutes.get(key, 0) + row.minutes
    return minutes


def _limits(*, wish: Wish, policy: ClinicPolicy, now: datetime, notice_from: datetime, by_staff: bool) -> Limits:
    notice = timedelta(0) if by_staff else timedelta(minutes=policy.notice_minutes)
    return Limits(
        length=timedelta(minutes=wish.minutes),
        turnover=turnover(wish.treatment, minutes=wish.minutes),
        grid=timedelta(minutes=policy.grid_minutes),
        # A start that was kept in time is still on offer inside the notice, but not once it has begun.
        earliest=max(notice_from + notice, now),
        latest=now + (STAFF_HORIZON if by_staff else timedelta(days=policy.horizon_days)),
    )


def _client_busy(
    *, client: Client | None, first_date: date, days: int, location: Location, now: datetime, moving: Appointment | None
) -> list[Interval]:
    """The client's visits. One that is overdue elsewhere counts until the sweep: who books here has not locked it."""
    if client is None:
        return []
    span = _span_of_days(first_date, days, ZoneInfo(location.time_zone))
    rows = (
        Appointment.objects.filter(client=client, state__in=OCCUPYING)
        .filter(starts_at__gte=span.start - LONGEST_SPAN, starts_at__lt=span.end + LONGEST_SPAN)
        .exclude(overdue(now) & Q(location=location))
    )
    if moving is not None:
        rows = rows.exclude(pk=moving.pk)
    former = _former_places(span, moving=moving).filter(appointment__client=client)
    former = former.exclude(kept_until__lte=now, appointment__location=location)
    spans = rows.order_by().values_list("starts_at", "ends_at").union(former.values_list("starts_at", "ends_at"))
    return [Interval(start, end) for start, end in spans]
