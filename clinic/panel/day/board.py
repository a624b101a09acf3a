"""Loads the board of a location's day, in a fixed number of statements."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max

from booking.intake.stops import find_stops
from booking.models import Appointment, Case, FormerPlace, State
from booking.scheduling import stranding
from booking.scheduling.starts import list_gaps
from booking.scheduling.states import OCCUPYING, OPEN, UNTREATED, overdue
from booking.wording.times import Wall, format_time
from clinic.panel.day.layout import Frame, TherapistDay, count_rows, hour_marks, lay_out_column, row_at, window
from clinic.panel.day.shown import Board, Column, Counts
from clinic.panel.door.rights import Member, Reach, Right
from services import catalogue, rota
from services.hours import local_day
from services.intervals import Interval
from services.models import Location, Therapist, TimeOff, WorkingHours


def load_board(*, location: Location, day: date, member: Member, now: datetime, room_id: int | None = None) -> Board:
    """The board of a local day, as `member` may see it: therapists see their own column only.

    With `room_id` the visits of other rooms are only told as taken time, so that gaps stay true.
    """
    wall = Wall.of_place(location)
    span = local_day(date=day, zone=wall.zone)
    visits = _load_visits(location, span, now)
    therapists = _on_shift(location, day, visits, member)
    hours = rota.open_hours(therapist_ids=[one.pk for one in therapists], location=location, first_date=day, days=1)
    away = _load_time_off(location, therapists, span)
    former = _load_former_places(location, span, now)
    shown = window(span, hours.values(), [*visits, *former])
    stops = find_stops(visits=[visit for visit in visits if visit.state in UNTREATED], now=now)
    waiting = dict(stranding.waiting(now=now).order_by().values_list("appointment_id", "why"))
    frame = Frame(location.pk, shown, wall, now, room_id, catalogue.room_names(location=location), stops, waiting)
    gaps, roomless = list_gaps(location=location, day=day, now=now)
    columns = tuple(
        lay_out_column(
            one,
            TherapistDay(
                visits=[visit for visit in visits if visit.therapist_id == one.pk],
                opened=hours[one.pk],
                absences=[row for row in away if row.therapist_id in (None, one.pk)],
                gaps=[gap for gap in gaps if gap.therapist_id == one.pk],
                roomless=[gap.span for gap in roomless if gap.therapist_id == one.pk],
                former=[place for place in former if place.therapist_id == one.pk],
            ),
            frame,
        )
        for one in therapists
    )
    return Board(
        location=location,
        day=day,
        rows=count_rows(shown.length),
        hours=hour_marks(shown, wall),
        columns=columns,
        counts=_count(columns, member, new_times=len(waiting)),
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
    rows = (
        Appointment.objects.filter(
            location=location, state__in=OCCUPYING, starts_at__gte=span.start, starts_at__lt=span.end
        )
        .exclude(overdue(now))
        .select_related("client", "treatment", "therapist", "location", "room", "intake")
        .prefetch_related("conditions", "intake__decisions")
        .annotate(last_event=Max("events__pk"))
        .order_by("starts_at", "id")
    )
    return list(rows)


def _load_former_places(location: Location, span: Interval, now: datetime) -> list[FormerPlace]:
    rows = FormerPlace.objects.filter(appointment__location=location, kept_until__gt=now)
    return list(rows.filter(starts_at__gte=span.start, starts_at__lt=span.end).order_by("starts_at", "pk"))


def _on_shift(location: Location, day: date, visits: Sequence[Appointment], member: Member) -> list[Therapist]:
    """Who has hours at the location that weekday, or a visit that day; therapists see themselves only."""
    working = WorkingHours.objects.filter(location=location, weekday=day.isoweekday()).values("therapist_id")
    with_visits = {visit.therapist_id for visit in visits}
    people = Therapist.objects.filter(pk__in=with_visits) | Therapist.objects.filter(pk__in=working, is_active=True)
    if member.reach(Right.SEE_BOARD) is Reach.OWN:
        people = people.filter(pk=member.therapist_id or 0)
    return list(people.distinct().order_by("pk"))


def _load_time_off(location: Location, therapists: Sequence[Therapist], span: Interval) -> list[TimeOff]:
    rows = TimeOff.objects.filter(starts_at__lt=span.end, ends_at__gt=span.start)
    return list(rows.filter(therapist__in=therapists) | rows.filter(location=location))


def _count(columns: Sequence[Column], member: Member, *, new_times: int) -> Counts:
    visits = [visit for column in columns for visit in column.visits]
    words = [badge.kind for visit in visits for badge in visit.badges]
    sees_cases = member.reach(Right.WORK_CASES) is Reach.ALL
    return Counts(
        booked=sum(visit.state in OPEN for visit in visits),
        arrived=sum(visit.state == State.ARRIVED for visit in visits),
        form_missing=words.count("form"),
        careful=words.count("careful"),
        gaps=sum(len(column.gaps) for column in columns),
        cases=Case.objects.filter(state__in=Case.OPEN).count() if sees_cases else 0,
        new_times=new_times if sees_cases else 0,
    )
