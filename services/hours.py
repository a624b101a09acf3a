"""From wall clocks to instants: weekly spans, minus absences, in a time zone, give open intervals in UTC.

A span on a date is the set of instants at which a clock on the wall shows that date and a time in [opens, closes). So
an hour that the clocks skip is never open, an hour that they repeat is open twice, and every length is exact in UTC.
Nothing here assumes when clocks change, by how much, or that a date has one midnight, or exists.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.cells import Span, next_cell, span_within
from services.intervals import Interval, merge, subtract

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# Two months ahead, and some days that somebody leafs to.
_DAYS_REMEMBERED = 200


@dataclass(frozen=True)
class WeeklySpan:
    """Open from `opens` to `closes` by the wall clock, every ISO `weekday` (1 = Monday) from `first_date` to `last_date`.

    Both dates are included; None means without end on that side.
    """

    weekday: int
    opens: time
    closes: time
    first_date: date | None = None
    last_date: date | None = None

    def falls_on(self, day: date) -> bool:
        return (
            day.isoweekday() == self.weekday
            and (self.first_date is None or self.first_date <= day)
            and (self.last_date is None or day <= self.last_date)
        )


@dataclass(frozen=True)
class DayPiece:
    """The cells that begin while clocks show `day`. A day is one piece but where the clocks go back over midnight."""

    day: date
    span: Span


class Week:
    """Weekly spans in a zone. What they come to on a date is worked out once and remembered."""

    def __init__(self, spans: Sequence[WeeklySpan], zone: ZoneInfo) -> None:
        self._spans, self._zone = spans, zone
        self._open_on: dict[date, tuple[Span, ...]] = {}

    def open_cells(self, *, days: Iterable[date]) -> tuple[Span, ...]:
        """`open_intervals` on these dates without absences, in whole cells since the epoch."""
        opened: list[Span] = []
        for day in days:
            remembered = self._open_on.get(day)
            opened += self._remember(day) if remembered is None else remembered
        return tuple(sorted(opened))

    def _remember(self, day: date) -> tuple[Span, ...]:
        intervals = open_intervals(spans=self._spans, absences=(), zone=self._zone, first_date=day, days=1)
        found = tuple(span for span in map(span_within, intervals) if span[0] < span[1])
        # Several threads share this: what one of them forgets, another works out again.
        if len(self._open_on) >= _DAYS_REMEMBERED:
            self._open_on.clear()
        self._open_on[day] = found
        return found


@dataclass(frozen=True)
class _Stretch:
    """A while in which the clocks stand at one offset from UTC."""

    span: Interval
    offset: timedelta


def open_intervals(
    *, spans: Sequence[WeeklySpan], absences: Iterable[Interval], zone: ZoneInfo, first_date: date, days: int
) -> list[Interval]:
    """When `spans` are open on `days` local dates from `first_date`, without `absences`; rising and disjoint.

    Spans of one date are merged. What touches across midnight stays apart, so that a date looks the same whether it is
    asked for alone or in a row of thirty. Raises OverflowError in the years 1 and 9999.
    """
    opened: list[Interval] = []
    for day in (first_date + timedelta(days=number) for number in range(days)):
        opened += merge(
            piece
            for span in spans
            if span.falls_on(day)
            for piece in _pieces(
                day=day, opens=_since_midnight(span.opens), closes=_since_midnight(span.closes), zone=zone
            )
        )
    return subtract(sorted(opened), absences)


def day_pieces(*, first_date: date, days: int, zone: ZoneInfo) -> list[DayPiece]:
    """The pieces of `days` local dates from `first_date`, rising by date. A date that the zone skipped has none."""
    return [
        piece
        for day in (first_date + timedelta(days=number) for number in range(days))
        for piece in _pieces_of_day(zone, day)
    ]


def local_day(*, date: date, zone: ZoneInfo) -> Interval:
    """The instants of a local date: 23, 24 or 25 hours, or none where the zone skipped the date.

    Where the clocks go back over midnight by more than to midnight itself, the last minutes before it come twice and
    some minutes of the next date lie between: the interval runs from the first to the last of its date.
    """
    pieces = list(_pieces(day=date, opens=timedelta(0), closes=_DAY, zone=zone))
    if pieces:
        return Interval(pieces[0].start, pieces[-1].end)
    midnight = _wall(date)
    before = [stretch for stretch in _stretches(zone, date) if stretch.span.end + stretch.offset <= midnight]
    return Interval(before[-1].span.end, before[-1].span.end)


def spans_meet(a: WeeklySpan, b: WeeklySpan) -> bool:
    """Whether some date has a wall-clock time that lies in both."""
    return (
        a.weekday == b.weekday
        and a.opens < b.closes
        and b.opens < a.closes
        and (a.first_date is None or b.last_date is None or a.first_date <= b.last_date)
        and (b.first_date is None or a.last_date is None or b.first_date <= a.last_date)
    )


def is_repeated(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows this time twice. `instant.astimezone(zone).fold` says which of the two it is."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks never show `wall` (naive), because they are put forward over it."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall


def instant_of(wall: datetime, zone: ZoneInfo, *, near: datetime) -> datetime | None:
    """When (UTC) the clocks show `wall` (naive): of two times the nearer to `near`; None where they skip it."""
    if is_skipped(wall, zone):
        return None
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(both, key=lambda instant: (abs(instant - near), instant))


def offsets_between(*, first: date, last: date, zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """The offsets of the wall clock from UTC on these dates, in order, each with the instant until which it holds.

    The last one holds until the end of `last` and longer.
    """
    found: list[tuple[datetime, timedelta]] = []
    for number in range((last - first).days + 1):
        for stretch in _stretches(zone, first + timedelta(days=number)):
            if found and found[-1][1] == stretch.offset:
                found[-1] = (max(found[-1][0], stretch.span.end), stretch.offset)
            elif not found or stretch.span.end > found[-1][0]:
                found.append((stretch.span.end, stretch.offset))
    return found


def wall_time(instant: datetime, zone: ZoneInfo) -> str:
    """What the clock on the wall shows, like 2026-11-26T14:30."""
    return instant.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


@lru_cache(maxsize=4096)
def _pieces_of_day(zone: ZoneInfo, day: date) -> tuple[DayPiece, ...]:
    pieces = merge(_pieces(day=day, opens=timedelta(0), closes=_DAY, zone=zone))
    return tuple(DayPiece(day, (next_cell(piece.start), next_cell(piece.end))) for piece in pieces)


def _pieces(*, day: date, opens: timedelta, closes: timedelta, zone: ZoneInfo) -> Iterator[Interval]:
    """The intervals in which the wall clock shows `day` and a time in [opens, closes). Rising; they may touch."""
    midnight = _wall(day)
    for stretch in _stretches(zone, day):
        start = max(stretch.span.start, midnight + opens - stretch.offset)
        end = min(stretch.span.end, midnight + closes - stretch.offset)
        if start < end:
            yield Interval(start, end)


@lru_cache(maxsize=4096)
def _stretches(zone: ZoneInfo, day: date) -> tuple[_Stretch, ...]:
    """The stretches that cover every instant at which a wall clock in `zone` can show `day`.

    zoneinfo has no public list of changes, so offsets are looked at every hour and a change is bisected to the second.
    Two changes within an hour that undo each other would be missed; no zone has ever had such.
    """
    # An offset is always less than 24 hours, either way.
    moment, last = _wall(day) - _DAY, _wall(day) + 2 * _DAY
    start, offset = moment, _offset(moment, zone)
    stretches: list[_Stretch] = []
    while moment < last:
        moment += _HOUR
        if _offset(moment, zone) != offset:
            moment = _find_change(after=moment - _HOUR, until=moment, zone=zone)
            stretches.append(_Stretch(Interval(start, moment), offset))
            start, offset = moment, _offset(moment, zone)
    return (*stretches, _Stretch(Interval(start, max(moment, last)), offset))


def _find_change(*, after: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """The first second after `after` at which the offset is another; at `until` it is."""
    offset = _offset(after, zone)
    while until - after > _SECOND:
        middle = after + (until - after) // 2 // _SECOND * _SECOND
        if _offset(middle, zone) == offset:
            after = middle
        else:
            until = middle
    return until


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).replace(tzinfo=UTC) - instant


def _wall(day: date) -> datetime:
    """Midnight on the wall, written as if it were UTC: minus an offset it is the instant."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
