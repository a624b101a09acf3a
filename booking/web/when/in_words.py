"""Starts as a client reads them: large ones with the day, and whole days with morning, afternoon and evening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.availability import StartOnOffer
from booking.wording.lists import join_words
from booking.wording.times import Wall, count_times, format_day, format_time, local_date
from services.models import Location

# Later days are folded, and so are nearer ones once this many times stand above them: a page is not endless on a phone.
DAYS_OPEN, STARTS_OPEN = 3, 30
NOON, EVENING = 12, 17  # local hours at which afternoon and evening begin


@dataclass(frozen=True)
class Shown:
    """One start in words. `instant` is ISO with the location's offset."""

    value: str
    instant: str
    therapist_id: int
    weekday: str
    date: str
    time: str
    with_whom: str
    first_name: str
    full_name: str
    is_kept: bool


@dataclass(frozen=True)
class DayPart:
    title: str
    starts: tuple[Shown, ...]


@dataclass(frozen=True)
class Day:
    iso: str
    title: str
    count: str
    parts: tuple[DayPart, ...]
    is_open: bool


@dataclass(frozen=True)
class Speaker:
    """Puts the starts of one place into words. `names` of therapists by id; `kept` is the visitor's own start."""

    place: Location
    zone: ZoneInfo
    today: date
    names: Mapping[int, str]
    kept: Appointment | None

    def start(self, start: StartOnOffer, *, is_large: bool = False) -> Shown:
        """A large one says "today" or "tomorrow" before the weekday."""
        name = self.names[start.therapist_id]
        day = local_date(start.starts_at, self.zone)
        time = format_time(start.starts_at, Wall.of_place(self.place))
        weekday, _space, rest = format_day(day).partition(" ")
        return Shown(
            value=f"{start.starts_at.isoformat()} {start.therapist_id}",
            instant=start.starts_at.astimezone(self.zone).isoformat(),
            therapist_id=start.therapist_id,
            weekday=self._near_weekday(day, weekday) if is_large else weekday,
            date=rest,
            time=time,
            with_whom=_("with %(name)s") % {"name": name},
            first_name=name.split()[0],
            full_name=_("%(day)s, %(time)s with %(name)s") % {"day": format_day(day), "time": time, "name": name},
            is_kept=self._is_kept(start),
        )

    def days(self, starts: Sequence[StartOnOffer]) -> list[Day]:
        """The days that have some, in the order of `starts`."""
        by_day: dict[date, list[StartOnOffer]] = {}
        for start in starts:
            by_day.setdefault(local_date(start.starts_at, self.zone), []).append(start)
        shown_before = [sum(len(starts) for starts in list(by_day.values())[:number]) for number in range(len(by_day))]
        return [
            Day(
                iso=day.isoformat(),
                title=format_day(day),
                count=count_times(len(starts)),
                parts=self._parts(starts),
                is_open=(number < DAYS_OPEN and shown_before[number] < STARTS_OPEN) or any(map(self._is_kept, starts)),
            )
            for number, (day, starts) in enumerate(by_day.items())
        ]

    def _parts(self, starts: Sequence[StartOnOffer]) -> tuple[DayPart, ...]:
        titles = (_("Morning"), _("Afternoon"), _("Evening"))
        parts: dict[str, list[Shown]] = {title: [] for title in titles}
        for start in starts:
            hour = start.starts_at.astimezone(self.zone).hour
            parts[titles[(hour >= NOON) + (hour >= EVENING)]].append(self.start(start))
        return tuple(DayPart(title, tuple(shown)) for title, shown in parts.items() if shown)

    def _near_weekday(self, day: date, weekday: str) -> str:
        if day == self.today:
            return _("Today, %(weekday)s") % {"weekday": weekday}
        if day == self.today + timedelta(days=1):
            return _("Tomorrow, %(weekday)s") % {"weekday": weekday}
        return weekday

    def _is_kept(self, start: StartOnOffer) -> bool:
        kept = self.kept
        return bool(kept and (kept.starts_at, kept.therapist_id) == (start.starts_at, start.therapist_id))


def nothing_free_on(empty: Sequence[date], *, of: Sequence[date]) -> str:
    """The sentence about the days that have no start, out of those that are shown; empty if each has some."""
    if not empty:
        return ""
    if len(empty) == len(of) > 1:
        return _("Nothing free from %(first)s to %(last)s.") % {"first": format_day(of[0]), "last": format_day(of[-1])}
    return _("Nothing free on %(days)s.") % {"days": join_words(_name_days(empty))}


def _name_days(days: Sequence[date]) -> list[str]:
    """ "Wednesday 25", "Friday 27 November": the month where it changes, and at the end."""
    following = [*days[1:], None]
    return [
        format_day(day).rpartition(" ")[0] if after and after.month == day.month else format_day(day)
        for day, after in zip(days, following, strict=True)
    ]
