"""Loads the board of a location's day, in a fixed number of statements."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Subquery

from booking.intake.stops import Shelf, find_stops
from booking.models import Appointment, AppointmentEvent, Condition, FormerPlace, State
from booking.rules.conditions import FORM_MISSING
from booking.scheduling import stranding
from booking.scheduling.starts import list_gaps
from booking.scheduling.states import OCCUPYING, OPEN, UNTREATED, overdue
from booking.wording.times import Wall, format_time
from clinic.panel.day.holding import find_holds_until
from clinic.panel.day.layout import (
    Clock,
    Frame,
    Theirs,
    count_rows,
    hour_marks,
    lay_out_column,
    row_at,
    window,
)
from clinic.panel.day.shown import Board, Column, Counts
from clinic.panel.door.glance import Glance, take_glance
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
    *("cancelled_from", "deadline_at", "confirmed_at", "client__name"),
)


def load_board(
    *,
    location: Location,
    day: date,
    member: Member,
    now: datetime,
    glance: Glance | None = None,
    room_id: int | None = None,
) -> Board:
    """The board of a local day, as `member` may see it: therapists see their own column only.

    `glance` as it was taken already, else it is taken here. With `room_id` the visits of other rooms are only told as taken time, so that gaps stay true.
    """
    wall = Wall.of_place(location)
    span = local_day(date=day, zone=wall.zone)
    visits = _load_visits(location, span, now)
    facts = current()
    _put_names(visits, location, facts)
    therapists = _on_shift(location, day, visits, member, facts)
    hours = rota.open_hours(therapist_ids=[one.pk for one in therapists], location=location, first_date=day, days=1)
    away = _load_time_off(location, therapists, span)
    former = _load_former_places(location, span, now)
    shown = window(span, hours.values(), [*visits, *former])
    shelf = _put_intakes(visits)
    stops = find_stops(visits=[visit for visit in visits if visit.state in UNTREATED], now=now, shelf=shelf)
    names = facts.names(Room, location_id=location.pk)
    frame = Frame(location.pk, shown, Clock(wall), now, room_id, names, stops, shelf)
    gaps, roomless = list_gaps(location=location, day=day, now=now)
    theirs = Theirs(visits, away, gaps, roomless, former)
    columns = tuple(lay_out_column(one, theirs.day_of(one.pk, opened=hours[one.pk]), frame) for one in therapists)
    return Board(
        location=location,
        day=day,
        begins_at=shown.start,
        holds_until=find_holds_until(
            location=location, shown=shown, visits=visits, free=[gap.span for gap in (*gaps, *roomless)], now=now
        ),
        rows=count_rows(shown.length),
        hours=hour_marks(shown, wall),
        columns=columns,
        counts=_count(columns, glance or take_glance(member=member, now=now)),
        now_row=row_at(shown, now) if shown.start <= now < shown.end else None,
        now_label=format_time(now, wall),
        visits=tuple(
            sorted(
                ((visit, column.name) for column in columns for visit in column.visits),
                key=lambda pair: pair[0].place.row,
            )
        ),
    )


def _load_visits(location: Location, span: Interval, now: datetime) -> list[Appointment]:
    """In one statement; with the names that are shown, but without the intake: see `_put_intakes`."""
    open_points = Condition.objects.filter(appointment=OuterRef("pk"), settled_at=None).exclude(kind=FORM_MISSING)
    events = AppointmentEvent.objects.filter(appointment=OuterRef("pk")).order_by("-pk")
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
        )
        .order_by("starts_at", "id")
    )
    return list(rows)


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


def _count(columns: Sequence[Column], glance: Glance) -> Counts:
    visits = [visit for column in columns for visit in column.visits]
    words = Counter(badge.kind for visit in visits for badge in visit.badges)
    return Counts(
        booked=sum(visit.state in OPEN for visit in visits),
        arrived=sum(visit.state == State.ARRIVED for visit in visits),
        form_missing=words["form"],
        careful=words["careful"],
        gaps=sum(len(column.gaps) for column in columns),
        cases=glance.cases,
        new_times=glance.new_times,
    )
