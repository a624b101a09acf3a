"""The day board: what a location's day looks like, laid out on five-minute rows. Loads in a fixed number of statements.

Rows count from the first row of the board, one for five minutes of elapsed time, so that a day on which the clocks
change is an hour shorter or longer and every visit keeps its true length.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from booking.intake.findings import Findings
from booking.intake.stops import Stop, find_stops
from booking.models import Appointment, Case, FormerPlace, State
from booking.rules.conditions import FORM_MISSING
from booking.rules.levels import Level
from booking.scheduling import availability, stranding
from booking.scheduling.starts import list_gaps
from booking.scheduling.states import MOVABLE, OCCUPYING, OPEN, UNTREATED, overdue
from booking.wording.times import Wall, format_full_hour, format_span, format_time, promised_time
from clinic.panel.door.rights import Member, Reach, Right
from clinic.panel.stranded import say_why
from clinic.panel.visit.words import STOP_BADGES
from services import catalogue, rota
from services.hours import local_day
from services.intervals import Interval, subtract
from services.models import Location, Therapist, TimeOff, WorkingHours

ROW = timedelta(minutes=5)
ROWS_PER_HOUR = 12
MOST_ROWS = 27 * ROWS_PER_HOUR  # the longest local day there is
MOST_COLUMNS = 100
# Later the treatment has begun, or the doors have said no.
LEAST_BOARD = (timedelta(hours=9), timedelta(hours=17))  # shown even on a day without hours


@dataclass(frozen=True)
class Place:
    """Where something stands in its column: the first row (from 1) and how many rows."""

    row: int
    rows: int


@dataclass(frozen=True)
class Badge:
    """Something that needs attention, in words. `kind` is careful, form or plain."""

    kind: str
    word: str


@dataclass(frozen=True)
class VisitBlock:
    place: Place
    turnover: Place | None
    reference: str
    starts_at: datetime
    last_event: int | None
    state: str
    state_word: str
    time: str
    span: str
    name: str
    treatment: str
    minutes: int
    room: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class Block:
    """Off shift, a break, or time off with its reason."""

    place: Place
    kind: str
    word: str


@dataclass(frozen=True)
class Gap:
    """Free time of a therapist and a room together, which begins with a start that can be booked."""

    place: Place
    span: str
    starts_at: datetime
    room: str


@dataclass(frozen=True)
class Column:
    therapist_id: int
    name: str
    hours: str
    visits: tuple[VisitBlock, ...]
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Hour:
    place: Place
    label: str


@dataclass(frozen=True)
class Counts:
    booked: int = 0
    arrived: int = 0
    form_missing: int = 0
    careful: int = 0
    gaps: int = 0
    cases: int = 0
    new_times: int = 0


@dataclass(frozen=True)
class Board:
    location: Location
    day: date
    rows: int
    hours: tuple[Hour, ...]
    columns: tuple[Column, ...]
    counts: Counts
    now_row: int | None
    now_label: str
    visits: tuple[tuple[VisitBlock, str], ...] = field(default=())


@dataclass(frozen=True)
class _Frame:
    """What all columns of one board share: the time that is shown, and for whom."""

    shown: Interval
    wall: Wall
    now: datetime
    room_id: int | None
    room_names: Mapping[int, str]
    stops: Mapping[int, Stop]
    stranded: Mapping[int, str]


@dataclass(frozen=True)
class _TherapistDay:
    """What one column is made of. `roomless`: free, but without a room to be booked in. `former`: moved from there."""

    visits: Sequence[Appointment]
    opened: Sequence[Interval]
    absences: Sequence[TimeOff]
    gaps: Sequence[availability.Gap]
    roomless: Sequence[Interval]
    former: Sequence[FormerPlace]


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
    shown = _window(span, hours.values(), [*visits, *former])
    stops = find_stops(visits=[visit for visit in visits if visit.state in UNTREATED], now=now)
    waiting = dict(stranding.waiting(now=now).order_by().values_list("appointment_id", "why"))
    frame = _Frame(shown, wall, now, room_id, catalogue.room_names(location=location), stops, waiting)
    gaps, roomless = list_gaps(location=location, day=day, now=now)
    columns = tuple(
        _column(
            one,
            _TherapistDay(
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
        rows=_rows(shown.length),
        hours=_hours(shown, wall),
        columns=columns,
        counts=_count(columns, member, new_times=len(waiting)),
        now_row=_row(shown, now) if shown.start <= now < shown.end else None,
        now_label=format_time(now, wall),
        visits=tuple(
            sorted(
                ((visit, column.name) for column in columns for visit in column.visits),
                key=lambda pair: pair[0].place.row,
            )
        ),
    )


def grid_css() -> str:
    """The file static/panel-grid.css: a class for each row and each span, because inline styles are banned."""
    rows = [f".r{number}{{grid-row-start:{number}}}" for number in range(1, MOST_ROWS + 1)]
    spans = [f".n{number}{{grid-row-end:span {number}}}" for number in range(1, MOST_ROWS + 1)]
    heights = [f".rows-{number}{{grid-template-rows:repeat({number},0.5rem)}}" for number in range(1, MOST_ROWS + 1)]
    columns = [
        f".cols-{number}{{grid-template-columns:3.75rem repeat({number},minmax(9.75rem,1fr))}}"
        for number in range(1, MOST_COLUMNS + 1)
    ]
    head = "/* Generated by `manage.py write_docs`: places on the day board. */"
    return "\n".join([head, *rows, *spans, *heights, *columns]) + "\n"


def careful_count(visit: Appointment) -> int:
    """How many things there are to be careful about, by the latest decision on the visit's form."""
    if visit.intake is None:
        return 0
    decision = next(iter(visit.intake.decisions.all()), None)
    if decision is None:
        return 0
    return sum(reason.level == Level.CAUTION for reason in Findings.of(decision).reasons)


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


def _window(
    span: Interval, hours: Iterable[Sequence[Interval]], visits: Sequence[Appointment | FormerPlace]
) -> Interval:
    """What the board shows: from the first hour that anything happens in to the last."""
    starts = [interval.start for opened in hours for interval in opened] + [visit.starts_at for visit in visits]
    ends = [interval.end for opened in hours for interval in opened] + [visit.busy_until for visit in visits]
    first = min(starts, default=span.start + LEAST_BOARD[0])
    last = max(ends, default=span.start + LEAST_BOARD[1])
    hour = timedelta(hours=1)
    return Interval(first - (first - span.start) % hour, last + (span.start - last) % hour)


def _rows(length: timedelta) -> int:
    return length // ROW


def _row(shown: Interval, moment: datetime) -> int:
    return (moment - shown.start) // ROW + 1


def _place(shown: Interval, interval: Interval) -> Place:
    start, end = max(interval.start, shown.start), min(interval.end, shown.end)
    return Place(row=_row(shown, start), rows=max(_rows(end - start), 0))


def _hours(shown: Interval, wall: Wall) -> tuple[Hour, ...]:
    hours = []
    moment = shown.start
    while moment < shown.end:
        hours.append(Hour(Place(_row(shown, moment), ROWS_PER_HOUR), format_full_hour(moment, wall)))
        moment += timedelta(hours=1)
    return tuple(hours)


def _column(therapist: Therapist, day: _TherapistDay, frame: _Frame) -> Column:
    here = [visit for visit in day.visits if frame.room_id in (None, visit.room_id)]
    opened = day.opened
    return Column(
        therapist_id=therapist.pk,
        name=therapist.name,
        hours=format_span(opened[0].start, opened[-1].end, frame.wall) if opened else "",
        visits=tuple(_visit(visit, frame) for visit in here),
        blocks=(
            *_blocks(opened, day.absences, frame.shown, frame.wall),
            *(_elsewhere(visit, frame.shown) for visit in day.visits if visit not in here),
            *(_roomless(span, frame) for span in day.roomless),
            *(_former(place, frame) for place in day.former),
        ),
        gaps=tuple(_gap(gap, frame) for gap in day.gaps),
    )


def _roomless(span: Interval, frame: _Frame) -> Block:
    words = _("No room free, %(span)s") % {"span": format_span(span.start, span.end, frame.wall)}
    return Block(_place(frame.shown, span), "roomless", words)


def _former(place: FormerPlace, frame: _Frame) -> Block:
    """Nobody is treated there, and nobody can be booked there yet."""
    words = _("Moved; taken until %(time)s") % {"time": format_time(place.kept_until, frame.wall)}
    return Block(_place(frame.shown, Interval(place.starts_at, place.busy_until)), "elsewhere", words)


def _gap(gap: availability.Gap, frame: _Frame) -> Gap:
    return Gap(
        place=_place(frame.shown, gap.span),
        span=format_span(gap.span.start, gap.span.end, frame.wall),
        starts_at=gap.span.start,
        room=frame.room_names[gap.room_id] if gap.room_id else "",
    )


def _elsewhere(visit: Appointment, shown: Interval) -> Block:
    return Block(_place(shown, Interval(visit.starts_at, visit.busy_until)), "elsewhere", _("In another room"))


def _visit(visit: Appointment, frame: _Frame) -> VisitBlock:
    shown, wall = frame.shown, frame.wall
    turnover = Interval(visit.ends_at, visit.busy_until)
    return VisitBlock(
        place=_place(shown, Interval(visit.starts_at, visit.ends_at)),
        turnover=_place(shown, turnover) if turnover.length else None,
        reference=visit.reference,
        starts_at=visit.starts_at,
        last_event=visit.last_event,  # type: ignore[attr-defined]  # annotated by the loader
        state=visit.state,
        state_word=_state_word(visit, wall),
        time=format_time(visit.starts_at, wall),
        span=format_span(visit.starts_at, visit.ends_at, wall),
        name=visit.client.name if visit.client else "",
        treatment=visit.treatment.name_for_staff,
        minutes=visit.minutes,
        room=visit.room.name if visit.room else "",
        badges=tuple(_badges(visit, frame)),
    )


def _state_word(visit: Appointment, wall: Wall) -> str:
    if visit.state == State.BOOKED:
        return ""
    if visit.state == State.CANCELLING and visit.deadline_at is not None:
        return _("Cancelling until %(time)s") % {"time": format_time(visit.deadline_at, wall)}
    return {State.COMPLETED: _("Done"), State.NO_SHOW: _("No-show")}.get(
        State(visit.state), str(visit.get_state_display()).capitalize()
    )


def _badges(visit: Appointment, frame: _Frame) -> Iterable[Badge]:
    if visit.wall_time_lost_at is not None and visit.state in MOVABLE:
        yield Badge("stop", _("Promised for %(time)s") % {"time": promised_time(visit)})
    if why := frame.stranded.get(visit.pk):
        yield Badge("stop", _("Needs a new time: %(why)s") % {"why": say_why(why, visit)})
    if stop := frame.stops.get(visit.pk):
        yield Badge("stop", str(STOP_BADGES[stop]))
    careful = careful_count(visit)
    if careful:
        yield Badge("careful", _("Careful: %(count)s") % {"count": careful})
    open_conditions = {condition.kind for condition in visit.conditions.all() if condition.settled_at is None}
    if visit.intake is None and visit.state != State.HELD:
        yield Badge("form", _("Form missing"))
    if open_conditions - {FORM_MISSING}:
        yield Badge("plain", _("To settle first"))
    if visit.state == State.BOOKED and visit.starts_at < frame.now:
        yield Badge("plain", _("Late"))
    if visit.confirmed_at:
        yield Badge("plain", _("Confirmed"))


def _blocks(opened: Sequence[Interval], absences: Sequence[TimeOff], shown: Interval, wall: Wall) -> Iterable[Block]:
    """What is not working time: time off with its reason, breaks within the shift, and off shift around it."""
    away = [Interval(max(row.starts_at, shown.start), min(row.ends_at, shown.end)) for row in absences]
    for row, interval in zip(absences, away, strict=True):
        what = _("Closed") if row.therapist_id is None else _("Time off")
        yield Block(_place(shown, interval), "away", f"{what}: {row.reason}" if row.reason else what)
    for closed in subtract(subtract([shown], opened), away):
        is_break = bool(opened) and opened[0].start < closed.start and closed.end < opened[-1].end
        if is_break:
            span = format_span(closed.start, closed.end, wall)
            yield Block(_place(shown, closed), "break", _("Break %(span)s") % {"span": span})
        else:
            yield Block(_place(shown, closed), "off", _("Off shift"))


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
