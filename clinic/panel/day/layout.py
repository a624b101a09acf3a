"""Where everything stands on the board of a day: on rows of five minutes, in one column for each therapist.

Rows count from the first row of the board, one for five minutes of elapsed time, so that a day on which the clocks
change is an hour shorter or longer and every visit keeps its true length.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import TAKING_PLACE, Appointment, FormerPlace
from booking.scheduling import availability
from booking.scheduling.stranding import is_waiting
from booking.wording.times import Wall, format_full_hour
from clinic.panel.day.cards import Clock, Known, draw_card
from clinic.panel.day.shown import Block, Column, Gap, Hour, Place
from services.intervals import Interval, subtract
from services.models import Therapist, TimeOff

ROW = timedelta(minutes=5)
ROWS_PER_HOUR = 12
MOST_ROWS = 27 * ROWS_PER_HOUR  # the longest local day there is
MOST_COLUMNS = 100
LEAST_BOARD = (timedelta(hours=9), timedelta(hours=17))  # shown even on a day without hours


@dataclass(frozen=True)
class Frame:
    """What all columns of one board share: the time that is shown, and what is known of its visits."""

    location_id: int
    shown: Interval
    known: Known
    room_id: int | None
    room_names: Mapping[int, str]

    @property
    def clock(self) -> Clock:
        return self.known.clock


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

    def day_of(self, therapist_id: int, *, day: Interval, opened: Sequence[Interval]) -> TherapistDay:
        """What begins on the local `day`, and the time off that meets it."""
        absences = sorted(self._absences[None] + self._absences[therapist_id], key=lambda row: row.pk)
        return TherapistDay(
            visits=[one for one in self._visits[therapist_id] if day.start <= one.starts_at < day.end],
            opened=[one for one in opened if day.start <= one.start < day.end],
            absences=[one for one in absences if one.starts_at < day.end and one.ends_at > day.start],
            gaps=[one for one in self._gaps[therapist_id] if day.start <= one.span.start < day.end],
            roomless=[one.span for one in self._roomless[therapist_id] if day.start <= one.span.start < day.end],
            former=[one for one in self._former[therapist_id] if day.start <= one.starts_at < day.end],
        )


def _by_therapist(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.therapist_id].append(row)
    return found


def window(span: Interval, used: Iterable[Interval]) -> Interval:
    """What the board shows: from the first hour that anything happens in to the last."""
    within = list(used)
    first = min((one.start for one in within), default=span.start + LEAST_BOARD[0])
    last = max((one.end for one in within), default=span.start + LEAST_BOARD[1])
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


@dataclass(frozen=True)
class Head:
    """What stands above a column: see `Column`."""

    key: str
    name: str
    link: str


def lay_out_column(therapist: Therapist, head: Head, day: TherapistDay, frame: Frame) -> Column:
    here = [visit for visit in day.visits if frame.room_id in (None, visit.room_id)]
    others = [visit for visit in day.visits if frame.room_id not in (None, visit.room_id)]
    opened = day.opened
    hours = frame.clock.span(opened[0].start, opened[-1].end) if opened else ""
    homeless = sum(bool(visit.stranded) and is_waiting(visit, now=frame.known.now) for visit in day.visits)  # type: ignore[attr-defined]  # annotated by the loader
    count = sum(visit.state in TAKING_PLACE for visit in day.visits) - homeless
    counted = ngettext("%(count)s visit", "%(count)s visits", count) % {"count": count} if count else ""
    stranded = ngettext("%(count)s needs a new time", "%(count)s need a new time", homeless) % {"count": homeless}
    return Column(
        key=head.key,
        therapist_id=therapist.pk,
        name=head.name,
        link=head.link,
        begins_at=frame.shown.start,
        hours=hours,
        facts=" · ".join(one for one in (hours or _off(day.absences), counted, stranded if homeless else "") if one),
        needs_new_times=homeless > 0,
        has_now=frame.shown.start <= frame.known.now < frame.shown.end,
        visits=tuple(
            draw_card(
                visit,
                place=_place(frame.shown, Interval(visit.starts_at, visit.ends_at)),
                turnover=_turnover(visit, frame.shown),
                known=frame.known,
            )
            for visit in here
        ),
        blocks=(
            *_blocks(opened, day.absences, frame.shown, frame.clock),
            *(_elsewhere(visit, frame.shown) for visit in others),
            *(_roomless(span, frame) for span in day.roomless),
            *(_former(place, frame) for place in day.former),
        ),
        gaps=tuple(_gap(gap, frame) for gap in day.gaps),
    )


def _off(absences: Sequence[TimeOff]) -> str:
    """Why nobody works in a column without hours."""
    if not absences:
        return _("Off shift")
    theirs = [row for row in absences if row.therapist_id]
    return next((row.reason for row in theirs or absences if row.reason), _("Away") if theirs else _("Closed"))


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


def _turnover(visit: Appointment, shown: Interval) -> Place | None:
    turnover = Interval(visit.ends_at, visit.busy_until)
    return _place(shown, turnover) if turnover.length else None


def _elsewhere(visit: Appointment, shown: Interval) -> Block:
    return Block(_place(shown, Interval(visit.starts_at, visit.busy_until)), "elsewhere", _("In another room"))


def _blocks(opened: Sequence[Interval], absences: Sequence[TimeOff], shown: Interval, clock: Clock) -> Iterable[Block]:
    """What is not working time: time off with its reason, breaks within the shift, and off shift around it."""
    seen = [row for row in absences if row.starts_at < shown.end and row.ends_at > shown.start]
    away = [Interval(max(row.starts_at, shown.start), min(row.ends_at, shown.end)) for row in seen]
    for row, interval in zip(seen, away, strict=True):
        what = _("Closed") if row.therapist_id is None else _("Time off")
        yield Block(_place(shown, interval), "away", f"{what}: {row.reason}" if row.reason else what)
    for closed in subtract(subtract([shown], opened), away):
        is_break = bool(opened) and opened[0].start < closed.start and closed.end < opened[-1].end
        if is_break:
            span = clock.span(closed.start, closed.end)
            yield Block(_place(shown, closed), "break", _("Break %(span)s") % {"span": span})
        else:
            yield Block(_place(shown, closed), "off", _("Off shift"))


def grid_css() -> str:
    """The file static/panel-grid.css: a class for each row and each span, because inline styles are banned."""
    rows = [f".r{number}{{grid-row-start:{number}}}" for number in range(1, MOST_ROWS + 1)]
    spans = [f".n{number}{{grid-row-end:span {number}}}" for number in range(1, MOST_ROWS + 1)]
    heights = [f".rows-{number}{{--rows:{number}}}" for number in range(1, MOST_ROWS + 1)]
    columns = [
        f".cols-{number}{{grid-template-columns:3.75rem repeat({number},minmax(9.75rem,1fr))}}"
        for number in range(1, MOST_COLUMNS + 1)
    ]
    head = "/* Generated by `manage.py write_docs`: places on the day board. */"
    return "\n".join([head, *rows, *spans, *heights, *columns]) + "\n"
