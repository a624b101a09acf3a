"""Loads the board of a location's day, in a fixed number of statements."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils.formats import date_format

from booking.intake.stops import Shelf, find_stops
from booking.models import Appointment, AppointmentEvent, Condition, DeskLine, FormerPlace, State
from booking.rules.conditions import FORM_MISSING
from booking.scheduling import stranding
from booking.scheduling.starts import list_gaps
from booking.scheduling.states import OCCUPYING, OPEN, STEPS, UNTREATED, overdue
from booking.wording.times import Wall, format_time
from clinic.panel.day.cards import Clock, Known
from clinic.panel.day.holding import find_holds_until
from clinic.panel.day.layout import (
    Frame,
    Head,
    Theirs,
    count_rows,
    hour_marks,
    lay_out_column,
    row_at,
    window,
)
from clinic.panel.day.shown import Board, Column, Counts
from clinic.panel.door.rights import Member, Reach, Right
from services import rota
from services.facts import Facts, current
from services.hours import local_day
from services.intervals import Interval
from services.models import Location, Room, Therapist, TimeOff, Treatment

# What the board shows of a visit, and what is asked of it to find that.
COLUMNS = (
    *("reference", "state", "client", "treatment", "minutes", "therapist", "room", "location", "intake"),
    *("starts_at", "ends_at", "busy_until", "wall_time", "time_zone", "wall_time_lost_at"),
    *("cancelled_from", "deadline_at", "confirmed_at", "booker_phone", "client__name"),
)

# Forward: somebody who is stepped back to this state arrived before.
ARRIVING = [step.verb for step in STEPS if step.source == State.BOOKED and step.target == State.ARRIVED]


def load_board(
    *,
    location: Location,
    day: date,
    member: Member,
    now: datetime,
    room_id: int | None = None,
    week_of: Therapist | None = None,
) -> Board:
    """The board of a local day, as `member` may see it: therapists see their own column only.

    With `room_id` the visits of other rooms are only told as taken time, so that gaps stay true. With
    `week_of` the seven days, from a Monday on, that `day` is one of; the caller has asked whether `member` may see them.
    """
    days = _week(day) if week_of else [day]
    wall = Wall.of_place(location)
    spans = [local_day(date=one, zone=wall.zone) for one in days]
    whole = Interval(spans[0].start, spans[-1].end)
    visits = _load_visits(location, whole, now, week_of)
    facts = current()
    _put_names(visits, location, facts)
    therapists = [week_of] if week_of else _on_shift(location, day, visits, member, facts)
    hours = rota.open_hours(
        therapist_ids=[one.pk for one in therapists], location=location, first_date=days[0], days=len(days)
    )
    away = _load_time_off(location, therapists, whole)
    former = [
        one for one in _load_former_places(location, whole, now) if week_of is None or week_of.pk == one.therapist_id
    ]
    placed: list[Appointment | FormerPlace] = [*visits, *former]
    busy = [Interval(one.starts_at, one.busy_until) for one in placed]
    windows = _windows(spans, [*busy, *(one for opened in hours.values() for one in opened)])
    shelf = _put_intakes(visits)
    stops = find_stops(visits=[visit for visit in visits if visit.state in UNTREATED], now=now, shelf=shelf)
    known = Known(
        clock=Clock(wall),
        now=now,
        stops=stops,
        shelf=shelf,
        therapists={one.pk: one.first_name for one in facts.all_of(Therapist)},
        sees_contacts=member.reach(Right.SEE_CONTACTS) is Reach.ALL,
    )
    names = facts.names(Room, location_id=location.pk)
    gaps, roomless = list_gaps(location=location, day=days[0], days=len(days), now=now)
    theirs = Theirs(visits, away, gaps, roomless, former)
    columns = tuple(
        lay_out_column(
            therapist,
            _head(therapist, one, location, is_week=bool(week_of)),
            theirs.day_of(therapist.pk, day=span, opened=hours[therapist.pk]),
            Frame(location.pk, shown, known, room_id, names),
        )
        for therapist in therapists
        for one, span, shown in zip(days, spans, windows, strict=True)
    )
    shown = next((one for one in windows if one.start <= now < one.end), windows[0])
    return Board(
        location=location,
        day=day,
        begins_at=shown.start,
        holds_until=find_holds_until(
            location=location,
            shown=Interval(windows[0].start, windows[-1].end) if week_of else shown,
            visits=visits,
            free=[gap.span for gap in (*gaps, *roomless)],
            now=now,
        ),
        rows=count_rows(shown.length),
        hours=hour_marks(shown, wall),
        columns=columns,
        counts=_count(columns),
        now_row=row_at(shown, now) if shown.start <= now < shown.end else None,
        now_label=format_time(now, wall),
        visits=tuple(
            sorted(
                ((visit, column.name) for column in columns for visit in column.visits),
                key=lambda pair: pair[0].starts_at,
            )
        ),
        week_of=week_of,
    )


def _week(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def _windows(days: Sequence[Interval], used: Sequence[Interval]) -> list[Interval]:
    """What is shown of each day: the same hours of all of them, whatever the clocks do at night."""
    first = days[0]
    if len(days) == 1:
        return [window(first, used)]
    later = [day.end - first.end for day in days]
    moved = [
        Interval(one.start - shift, one.end - shift)
        for one in used
        for day, shift in zip(days, later, strict=True)
        if day.start <= one.start < day.end
    ]
    shown = window(first, moved)
    return [Interval(shown.start + shift, shown.end + shift) for shift in later]


def _head(therapist: Therapist, day: date, location: Location, *, is_week: bool) -> Head:
    asked = {"date": day.isoformat(), "location": location.pk}
    if is_week:
        return Head(key=day.isoformat(), name=date_format(day, "D j F"), link=f"?{urlencode(asked)}")
    return Head(key=str(therapist.pk), name=therapist.name, link=f"?{urlencode(asked | {'therapist': therapist.pk})}")


def _load_visits(location: Location, span: Interval, now: datetime, therapist: Therapist | None) -> list[Appointment]:
    """In one statement; with the names that are shown, but without the intake: see `_put_intakes`."""
    open_points = Condition.objects.filter(appointment=OuterRef("pk"), settled_at=None).exclude(kind=FORM_MISSING)
    events = AppointmentEvent.objects.filter(appointment=OuterRef("pk")).order_by("-pk")
    # By the index of the client, a handful of rows each: nothing here grows with the clinic's history.
    before = Appointment.objects.filter(
        client=OuterRef("client"), state=State.COMPLETED, starts_at__lt=OuterRef("starts_at")
    ).order_by("-starts_at")
    count = before.order_by().values("client").annotate(number=Count("pk")).values("number")
    rows = (
        Appointment.objects.filter(
            location=location, state__in=OCCUPYING, starts_at__gte=span.start, starts_at__lt=span.end
        )
        .exclude(overdue(now))
        .select_related("client")
        .only(*COLUMNS)
        .annotate(
            last_event=Subquery(events.values("pk")[:1]),
            has_open_points=Exists(open_points),
            stranded=stranding.why_waiting(),
            has_lines=Exists(DeskLine.objects.filter(client=OuterRef("client"), struck_at=None)),
            arrived_at=Subquery(events.filter(state=State.ARRIVED, verb__in=ARRIVING).values("at")[:1]),
            was_asked=stranding.was_asked(),
            earlier=Subquery(count),
            last_at=Subquery(before.values("starts_at")[:1]),
            last_with=Subquery(before.values("therapist_id")[:1]),
        )
        .order_by("starts_at", "id")
    )
    return list(rows.filter(therapist=therapist) if therapist else rows)


def _put_names(visits: Sequence[Appointment], location: Location, facts: Facts) -> None:
    """Each visit has its treatment, therapist, place and room then."""
    treatments = {one.pk: one for one in facts.all_of(Treatment)}
    therapists = {one.pk: one for one in facts.all_of(Therapist)}
    rooms = {one.pk: one for one in facts.all_of(Room)}
    for visit in visits:
        visit.treatment, visit.therapist = treatments[visit.treatment_id], therapists[visit.therapist_id]
        visit.location, visit.room = location, rooms[visit.room_id] if visit.room_id else None


def _put_intakes(visits: Sequence[Appointment]) -> Shelf:
    """What was said for the visits, and by their people since; each visit has its intake then. Three statements."""
    shelf = Shelf.of(visits)
    for visit in visits:
        visit.intake = shelf.intakes[visit.intake_id] if visit.intake_id else None
    return shelf


def _load_former_places(location: Location, span: Interval, now: datetime) -> list[FormerPlace]:
    rows = FormerPlace.objects.filter(appointment__location=location, kept_until__gt=now)
    return list(rows.filter(starts_at__gte=span.start, starts_at__lt=span.end).order_by("starts_at", "pk"))


def _on_shift(
    location: Location, day: date, visits: Sequence[Appointment], member: Member, facts: Facts
) -> list[Therapist]:
    """Who has hours at the location that weekday, or a visit that day; therapists see themselves only."""
    with_visits = {visit.therapist_id for visit in visits}
    working = {
        therapist_id
        for (therapist_id, location_id), spans in facts.hours.items()
        if location_id == location.pk and any(span.weekday == day.isoweekday() for span in spans)
    }
    is_own = member.reach(Right.SEE_BOARD) is Reach.OWN
    people = sorted(facts.all_of(Therapist), key=lambda one: one.pk)
    return [
        one
        for one in people
        if (one.pk in with_visits or (one.pk in working and one.is_active))
        and (not is_own or one.pk == member.therapist_id)
    ]


def _load_time_off(location: Location, therapists: Sequence[Therapist], span: Interval) -> list[TimeOff]:
    rows = TimeOff.objects.filter(starts_at__lt=span.end, ends_at__gt=span.start)
    return list(rows.filter(therapist__in=therapists) | rows.filter(location=location))


def _count(columns: Sequence[Column]) -> Counts:
    visits = [visit for column in columns for visit in column.visits]
    words = Counter(badge.kind for visit in visits for badge in visit.badges)
    return Counts(
        booked=sum(visit.state in OPEN for visit in visits),
        arrived=sum(visit.state == State.ARRIVED for visit in visits),
        form_missing=words["form"],
        careful=words["careful"],
        stranded=words["new-time"],
        gaps=sum(len(column.gaps) for column in columns),
    )
