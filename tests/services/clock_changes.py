"""Every change of every clock, found without the code under test, and a raster that knows what a wall clock shows."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from services.intervals import Interval

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LAST = datetime(2028, 1, 1, tzinfo=UTC)
STEP = timedelta(days=8)  # no two changes lie closer: Casablanca's are a month apart. Halves of it are whole minutes.


@dataclass(frozen=True)
class Change:
    """At `instant` a clock on the wall jumps from `before` to `after` (both naive)."""

    instant: datetime
    before: datetime
    after: datetime

    @property
    def dates(self) -> list[date]:
        """The local dates around it, and one more on each side."""
        first = min(self.before, self.after).date() - timedelta(days=1)
        last = max(self.before, self.after).date() + timedelta(days=1)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@cache
def changes_of(key: str, first: datetime = FIRST, last: datetime = LAST) -> tuple[Change, ...]:
    return tuple(_changes(ZoneInfo(key), first, last))


@cache
def zones_by_rules() -> dict[tuple[Change, ...], list[str]]:
    """The zones that change their clocks in these three years; those with the very same changes stand together."""
    groups: dict[tuple[Change, ...], list[str]] = defaultdict(list)
    for key in sorted(available_timezones()):
        changes = changes_of(key)
        if changes:
            groups[changes].append(key)
    return dict(groups)


def raster(
    *, zone: ZoneInfo, day: date, opens: time, closes: time | None, step: timedelta = timedelta(minutes=5)
) -> list[Interval]:
    """Brute force: the steps at whose start the wall shows `day` and a time in [opens, closes); touching ones joined.

    Right where changes, spans and offsets lie on the raster. `closes` None is the end of the day.
    """
    found: list[Interval] = []
    for instant, shown in _times_of(zone, day, step):
        if opens <= shown and (closes is None or shown < closes):
            if found and found[-1].end == instant:
                found[-1] = Interval(found[-1].start, instant + step)
            else:
                found.append(Interval(instant, instant + step))
    return found


@cache
def _times_of(zone: ZoneInfo, day: date, step: timedelta) -> list[tuple[datetime, time]]:
    """Every instant of the raster at which the wall shows `day`, with the time that it shows."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    instants = (midnight + number * step for number in range(timedelta(hours=-26) // step, timedelta(hours=50) // step))
    shown = ((instant, instant.astimezone(zone)) for instant in instants)
    return [(instant, local.time()) for instant, local in shown if local.date() == day]


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Change]:
    moment, shown = first, _shown(first, zone)
    while moment < last:
        next_shown = _shown(moment + STEP, zone)
        if next_shown - shown != STEP:
            yield _pin_down(moment, moment + STEP, zone)
        moment, shown = moment + STEP, next_shown


def _pin_down(before: datetime, after: datetime, zone: ZoneInfo) -> Change:
    """The minute of the change, by walking: minute by minute, an hour at most, after halving the way there."""
    while after - before > timedelta(hours=1):
        middle = before + (after - before) / 2
        if _shown(middle, zone) - _shown(before, zone) == middle - before:
            before = middle
        else:
            after = middle
    minute = timedelta(minutes=1)
    while _shown(before + minute, zone) - _shown(before, zone) == minute:
        before += minute
    return Change(before + minute, _shown(before, zone) + minute, _shown(before + minute, zone))


def _shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
