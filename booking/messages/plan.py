"""When reminders fall due. Pure: instants in UTC, rules in the location's zone, no clock.

An offset is either elapsed time ("48 hours before": always 172 800 seconds) or local time ("the day before at 18:00":
whatever the wall shows). Quiet hours are what the wall shows, too. A wall time that the clocks skip stands for the
instant of the jump, one that they show twice for the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# Later than this before the start a reminder helps nobody: people have set out, or can't come any more.
LEAST_WARNING = timedelta(minutes=30)
LEAST_HOURS_BEFORE = 1
# Staff are told of a request that ends by itself this long before.
REQUEST_WARNING = timedelta(days=1)
MOST_DAYS_BEFORE = 60
MOST_LINES = 10  # that a clinic's list may have
_MINUTE = timedelta(minutes=1)


class BadPlan(ValueError):
    """A list of reminders that can't be followed. `str()` says which entry and why."""


@dataclass(frozen=True)
class Offset:
    """One entry of a clinic's plan: either `minutes_before`, or `days_before` with the local time `at`."""

    minutes_before: int = 0
    days_before: int = 0
    at: time | None = None
    only_unconfirmed: bool = False

    @property
    def key(self) -> str:
        """Short and stable: part of what makes a reminder exist once."""
        when = f"{self.minutes_before}m" if self.at is None else f"{self.days_before}d{self.at:%H%M}"
        return f"{when}u" if self.only_unconfirmed else when

    def instant(self, *, starts_at: datetime, zone: ZoneInfo) -> datetime:
        if self.at is None:
            return starts_at - timedelta(minutes=self.minutes_before)
        day = starts_at.astimezone(zone).date() - timedelta(days=self.days_before)
        return first_instant_at(datetime.combine(day, self.at), zone)


@dataclass(frozen=True)
class Line:
    """A reminder as a clinic keeps it: one that is not `is_on` stays in the list, and nothing is sent by it."""

    offset: Offset
    is_on: bool = True


@dataclass(frozen=True)
class QuietHours:
    """No reminders while the wall shows a time in [`begins`, `ends`); over midnight where `begins` is later.

    Both are full minutes.
    """

    begins: time
    ends: time

    def includes(self, wall: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends


@dataclass(frozen=True)
class Reminder:
    """`defined_at` is what the plan says, `due_at` the next minute that is not quiet.

    `is_pointless`: that minute lies too close to the start, or after it.
    """

    key: str
    defined_at: datetime
    due_at: datetime
    only_unconfirmed: bool
    is_pointless: bool


# The first while moving and cancelling are still free (a day, unless a clinic says otherwise), with three hours to decide.
DEFAULT_PLAN = (Offset(minutes_before=27 * 60), Offset(minutes_before=3 * 60, only_unconfirmed=True))


def parse_plan(entries: object) -> tuple[Offset, ...]:
    """What is sent by a clinic's list of reminders. Raises BadPlan."""
    return tuple(line.offset for line in parse_lines(entries) if line.is_on)


def parse_lines(entries: object) -> tuple[Line, ...]:
    """From a clinic's policy: [{"hours_before": 48}, {"days_before": 1, "at": "18:00", "only_unconfirmed": true}].

    With `"off": true` an entry is kept and not sent. Raises BadPlan.
    """
    if not isinstance(entries, list):
        raise BadPlan("The reminders are a list of entries.")
    lines = tuple(_parse_entry(number, entry) for number, entry in enumerate(entries, start=1))
    if len({line.offset.key for line in lines}) < len(lines):
        raise BadPlan("The same reminder is in the list twice.")
    return lines


def write_lines(lines: Iterable[Line]) -> list[dict[str, object]]:
    """As they are stored: what `parse_lines` reads."""
    return [_write_line(line) for line in lines]


def plan_reminders(
    *, starts_at: datetime, zone: ZoneInfo, offsets: Iterable[Offset], quiet: QuietHours, booked_at: datetime
) -> list[Reminder]:
    """The reminders of a visit that was booked or moved at `booked_at`, in the order of time, pointless ones too.

    None for an offset that was already past by then. Of two that fall into the same minute only one stays, the one
    for everybody.
    """
    found: dict[datetime, Reminder] = {}
    for offset in sorted(offsets, key=lambda one: one.only_unconfirmed):
        defined_at = offset.instant(starts_at=starts_at, zone=zone)
        if defined_at <= booked_at:
            continue
        due_at = next_allowed(defined_at, zone=zone, quiet=quiet)
        reminder = Reminder(
            key=offset.key,
            defined_at=defined_at,
            due_at=due_at,
            only_unconfirmed=offset.only_unconfirmed,
            is_pointless=is_too_late(due_at, starts_at=starts_at),
        )
        found.setdefault(due_at, reminder)
    return [found[due_at] for due_at in sorted(found)]


def is_too_late(moment: datetime, *, starts_at: datetime) -> bool:
    """Whether a reminder at `moment` would help nobody any more."""
    return moment > starts_at - LEAST_WARNING


def next_allowed(moment: datetime, *, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """`moment` itself, or the first full minute after it at which the wall shows no quiet hour."""
    if not quiet.includes(_wall(moment, zone).time()):
        return moment
    moment = moment.replace(second=0, microsecond=0)
    while quiet.includes(_wall(moment, zone).time()):
        moment = _towards_end(moment, zone, quiet)
    return moment


def first_instant_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock shows `wall` (naive), or the instant of the jump over it. UTC."""
    earlier, later = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(earlier, zone) == wall:
        return earlier
    # In a gap fold 0 reads the old offset and lands after the jump, fold 1 the new one and lands before it.
    before, after = sorted((earlier, later))
    while after - before > _MINUTE:
        middle = before + (after - before) // 2 // _MINUTE * _MINUTE
        before, after = (middle, after) if _wall(middle, zone) < wall else (before, middle)
    return after


def _towards_end(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """On to the end of the quiet hours in one step; minute by minute where the clocks change before that."""
    shown = _wall(moment, zone)
    end = datetime.combine(shown.date(), quiet.ends)
    if end <= shown:
        end += timedelta(days=1)
    target = moment + (end - shown)
    return target if _wall(target, zone) == end else moment + _MINUTE


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _write_line(line: Line) -> dict[str, object]:
    offset = line.offset
    entry: dict[str, object]
    if offset.at is None:
        hours = offset.minutes_before / 60
        entry = {"hours_before": int(hours) if hours.is_integer() else hours}
    else:
        entry = {"days_before": offset.days_before, "at": f"{offset.at:%H:%M}"}
    entry |= {"only_unconfirmed": True} if offset.only_unconfirmed else {}
    return entry if line.is_on else entry | {"off": True}


def _parse_entry(number: int, entry: object) -> Line:
    if not isinstance(entry, Mapping):
        raise BadPlan(f"Reminder {number} is not an entry with names and values.")
    only_unconfirmed, is_off = (_parse_flag(number, entry, name) for name in ("only_unconfirmed", "off"))
    names = set(entry) - {"only_unconfirmed", "off"}
    if names == {"hours_before"}:
        minutes = _parse_hours(number, entry["hours_before"])
        return Line(Offset(minutes_before=minutes, only_unconfirmed=only_unconfirmed), is_on=not is_off)
    if names == {"days_before", "at"}:
        days, at = _parse_days(number, entry["days_before"]), _parse_time(number, entry["at"])
        return Line(Offset(days_before=days, at=at, only_unconfirmed=only_unconfirmed), is_on=not is_off)
    raise BadPlan(f"Reminder {number} has either hours_before, or days_before and at.")


def _parse_flag(number: int, entry: Mapping[Any, Any], name: str) -> bool:
    value = entry.get(name, False)
    if not isinstance(value, bool):
        raise BadPlan(f"Reminder {number}: {name} is true or false.")
    return value


def _parse_hours(number: int, value: Any) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and LEAST_HOURS_BEFORE <= value <= MOST_DAYS_BEFORE * 24:
        minutes: int = round(value * 60)
        if minutes == value * 60 or minutes / 60 == value:  # a third of an hour has no exact number
            return minutes
    raise BadPlan(f"Reminder {number}: hours_before is {LEAST_HOURS_BEFORE} to {MOST_DAYS_BEFORE * 24}.")


def _parse_days(number: int, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS_BEFORE:
        return value
    raise BadPlan(f"Reminder {number}: days_before is 0 to {MOST_DAYS_BEFORE}.")


def _parse_time(number: int, value: Any) -> time:
    try:
        parsed = time.fromisoformat(value)
    except (TypeError, ValueError):
        parsed = None
    if parsed is None or parsed.tzinfo is not None or parsed.second or parsed.microsecond:
        raise BadPlan(f"Reminder {number}: at is a time like 18:00.")
    return parsed
