"""Where everything stands on the board of a day: on rows of five minutes, in one column for each therapist.

Rows count from the first row of the board, one for five minutes of elapsed time, so that a day on which the clocks
change is an hour shorter or longer and every visit keeps its true length.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.intake.findings import Findings
from booking.intake.stops import Shelf, Stop
from booking.models import Appointment, FormerPlace, State
from booking.rules.levels import Level
from booking.scheduling import availability
from booking.scheduling.states import MOVABLE
from booking.scheduling.stranding import is_waiting
from booking.wording.times import Wall, format_full_hour, format_time, promised_time
from clinic.panel.day.shown import Badge, Block, Column, Gap, Hour, Place, VisitBlock
from clinic.panel.stranded import say_why
from clinic.panel.visit.words import STOP_BADGES
from services.intervals import Interval, subtract
from services.models import Therapist, TimeOff

ROW = timedelta(minutes=5)
ROWS_PER_HOUR = 12
MOST_ROWS = 27 * ROWS_PER_HOUR  # the longest local day there is
MOST_COLUMNS = 100
LEAST_BOARD = (timedelta(hours=9), timedelta(hours=17))  # shown even on a day without hours


class Clock:
    """The times of a day in words. Many visits begin and end together, so each is worked out once."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.time = cache(partial(format_time, wall=wall))
        self.span = cache(
            lambda start, end: _("%(start)s to %(end)s") % {"start": self.time(start), "end": self.time(end)}
        )


@dataclass(frozen=True)
class Frame:
    """What all columns of one board share: the time that is shown, and for whom."""

    location_id: int
    shown: Interval
    clock: Clock
    now: datetime
    room_id: int | None
    room_names: Mapping[int, str]
    stops: Mapping[int, Stop]
    shelf: Shelf


@dataclass(frozen=True)
class TherapistDay:
    """What one column is made of. `roomless`: free, but without a room to be booked in. `former`: moved from there."""

    visits: Sequence[Appointment]
    opened: Sequence[Interval]
    absences: Sequence[TimeOff]
    gaps: Sequence[availability.Gap]
    roomless: Sequence[Interval]
    former: Sequence[FormerPlace]


class Theirs:
    """What happens on a day, by therapist."""

    def __init__(
        self,
        visits: Iterable[Appointment],
        absences: Iterable[TimeOff],
        gaps: Iterable[availability.Gap],
        roomless: Iterable[availability.Gap],
        former: Iterable[FormerPlace],
    ) -> None:
        self._visits, self._absences, self._gaps = _by_therapist(visits), _by_therapist(absences), _by_therapist(gaps)
        self._roomless, self._former = _by_therapist(roomless), _by_therapist(former)

    def day_of(self, therapist_id: int, *, opened: Sequence[Interval]) -> TherapistDay:
        return TherapistDay(
            visits=self._visits[therapist_id],
            opened=opened,
            absences=sorted(self._absences[None] + self._absences[therapist_id], key=lambda row: row.pk),
            gaps=self._gaps[therapist_id],
            roomless=[gap.span for gap in self._roomless[therapist_id]],
            former=self._former[therapist_id],
        )


def _by_therapist(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.therapist_id].append(row)
    return found


def window(
    span: Interval, hours: Iterable[Sequence[Interval]], visits: Sequence[Appointment | FormerPlace]
) -> Interval:
    """What the board shows: from the first hour that anything happens in to the last."""
    starts = [interval.start for opened in hours for interval in opened] + [visit.starts_at for visit in visits]
    ends = [interval.end for opened in hours for interval in opened] + [visit.busy_until for visit in visits]
    first = min(starts, default=span.start + LEAST_BOARD[0])
    last = max(ends, default=span.start + LEAST_BOARD[1])
    hour = timedelta(hours=1)
    return Interval(first - (first - span.start) % hour, last + (span.start - last) % hour)


def count_rows(length: timedelta) -> int:
    return length // ROW


def row_at(shown: Interval, moment: datetime) -> int:
    return (moment - shown.start) // ROW + 1


def _place(shown: Interval, interval: Interval) -> Place:
    start, end = max(interval.start, shown.start), min(interval.end, shown.end)
    return Place(row=row_at(shown, start), rows=max(count_rows(end - start), 0))


def hour_marks(shown: Interval, wall: Wall) -> tuple[Hour, ...]:
    hours = []
    moment = shown.start
    while moment < shown.end:
        hours.append(Hour(Place(row_at(shown, moment), ROWS_PER_HOUR), format_full_hour(moment, wall)))
        moment += timedelta(hours=1)
    return tuple(hours)


def lay_out_column(therapist: Therapist, day: TherapistDay, frame: Frame) -> Column:
    here = [visit for visit in day.visits if frame.room_id in (None, visit.room_id)]
    others = [visit for visit in day.visits if frame.room_id not in (None, visit.room_id)]
    opened = day.opened
    return Column(
        therapist_id=therapist.pk,
        name=therapist.name,
        hours=frame.clock.span(opened[0].start, opened[-1].end) if opened else "",
        visits=tuple(_visit(visit, frame) for visit in here),
        blocks=(
            *_blocks(opened, day.absences, frame.shown, frame.clock),
            *(_elsewhere(visit, frame.shown) for visit in others),
            *(_roomless(span, frame) for span in day.roomless),
            *(_former(place, frame) for place in day.former),
        ),
        gaps=tuple(_gap(gap, frame) for gap in day.gaps),
    )


def _roomless(span: Interval, frame: Frame) -> Block:
    words = _("No room free, %(span)s") % {"span": frame.clock.span(span.start, span.end)}
    return Block(_place(frame.shown, span), "roomless", words)


def _former(place: FormerPlace, frame: Frame) -> Block:
    """Nobody is treated there, and nobody can be booked there yet."""
    words = _("Moved; taken until %(time)s") % {"time": frame.clock.time(place.kept_until)}
    return Block(_place(frame.shown, Interval(place.starts_at, place.busy_until)), "elsewhere", words)


def _gap(gap: availability.Gap, frame: Frame) -> Gap:
    return Gap(
        place=_place(frame.shown, gap.span),
        span=frame.clock.span(gap.span.start, gap.span.end),
        starts_at=gap.span.start,
        room=frame.room_names[gap.room_id] if gap.room_id else "",
        query=urlencode(
            {"location": frame.location_id, "therapist": gap.therapist_id, "start": gap.span.start.isoformat()}
        ),
    )


def _elsewhere(visit: Appointment, shown: Interval) -> Block:
    return Block(_place(shown, Interval(visit.starts_at, visit.busy_until)), "elsewhere", _("In another room"))


def _blocks(opened: Sequence[Interval], absences: Sequence[TimeOff], shown: Interval, clock: Clock) -> Iterable[Block]:
    """What is not working time: time off with its reason, breaks within the shift, and off shift around it."""
    away = [Interval(max(row.starts_at, shown.start), min(row.ends_at, shown.end)) for row in absences]
    for row, interval in zip(absences, away, strict=True):
        what = _("Closed") if row.therapist_id is None else _("Time off")
        yield Block(_place(shown, interval), "away", f"{what}: {row.reason}" if row.reason else what)
    for closed in subtract(subtract([shown], opened), away):
        is_break = bool(opened) and opened[0].start < closed.start and closed.end < opened[-1].end
        if is_break:
            span = clock.span(closed.start, closed.end)
            yield Block(_place(shown, closed), "break", _("Break %(span)s") % {"span": span})
        else:
            yield Block(_place(shown, closed), "off", _("Off shift"))


def _visit(visit: Appointment, frame: Frame) -> VisitBlock:
    shown, clock = frame.shown, frame.clock
    turnover = Interval(visit.ends_at, visit.busy_until)
    return VisitBlock(
        place=_place(shown, Interval(visit.starts_at, visit.ends_at)),
        turnover=_place(shown, turnover) if turnover.length else None,
        reference=visit.reference,
        starts_at=visit.starts_at,
        last_event=visit.last_event,  # type: ignore[attr-defined]  # annotated by the loader
        state=visit.state,
        state_word=_state_word(visit, clock),
        time=clock.time(visit.starts_at),
        span=clock.span(visit.starts_at, visit.ends_at),
        name=visit.client.name if visit.client else "",
        treatment=visit.treatment.name_for_staff,
        minutes=visit.minutes,
        room=visit.room.name if visit.room else "",
        badges=tuple(_badges(visit, frame)),
    )


def _state_word(visit: Appointment, clock: Clock) -> str:
    if visit.state == State.BOOKED:
        return ""
    if visit.state == State.CANCELLING and visit.deadline_at is not None:
        return _("Cancelling until %(time)s") % {"time": clock.time(visit.deadline_at)}
    return {State.COMPLETED: _("Done"), State.NO_SHOW: _("No-show")}.get(
        State(visit.state), str(visit.get_state_display()).capitalize()
    )


def _badges(visit: Appointment, frame: Frame) -> Iterable[Badge]:
    if visit.wall_time_lost_at is not None and visit.state in MOVABLE:
        yield Badge("stop", _("Promised for %(time)s") % {"time": promised_time(visit)})
    if (why := visit.stranded) and is_waiting(visit, now=frame.now):  # type: ignore[attr-defined]  # annotated, too
        yield Badge("stop", _("Needs a new time: %(why)s") % {"why": say_why(why, visit)})
    if stop := frame.stops.get(visit.pk):
        yield Badge("stop", str(STOP_BADGES[stop]))
    careful = careful_count(visit, frame.shelf)
    if careful:
        yield Badge("careful", _("Careful: %(count)s") % {"count": careful})
    if visit.intake is None and visit.state != State.HELD:
        yield Badge("form", _("Form missing"))
    if visit.has_open_points:  # type: ignore[attr-defined]  # annotated, too
        yield Badge("plain", _("To settle first"))
    if visit.state == State.BOOKED and visit.starts_at < frame.now:
        yield Badge("plain", _("Late"))
    if visit.confirmed_at:
        yield Badge("plain", _("Confirmed"))


def careful_count(visit: Appointment, shelf: Shelf) -> int:
    """How many things there are to be careful about, by the latest decision on the visit's form."""
    decision = shelf.decisions.get(visit.intake_id or 0)
    if decision is None:
        return 0
    return sum(reason.level == Level.CAUTION for reason in Findings.of(decision).reasons)


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
