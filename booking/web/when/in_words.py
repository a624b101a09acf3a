"""Starts as a client reads them: large ones with the day, and whole days with morning, afternoon and evening."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment
from booking.scheduling.availability import StartOnOffer
from booking.web.choice import start_value
from booking.web.when.narrowing import AFTERNOON, EVENING, MORNING, PARTS, part_of_day
from booking.wording.lists import join_words
from booking.wording.times import Wall, count_times, format_day, format_time, local_date
from services.models import Location

# Later days are folded, and so are nearer ones once this many times stand above them: a page is not endless on a phone.
DAYS_OPEN, STARTS_OPEN = 3, 30
NEAR = (gettext_lazy("Today"), gettext_lazy("Tomorrow"))
DAYS_BY_NAME = 7
TITLES = {MORNING: gettext_lazy("Morning"), AFTERNOON: gettext_lazy("Afternoon"), EVENING: gettext_lazy("Evening")}


@dataclass(frozen=True)
class Shown:
    """One start in words. `instant` is ISO with the location's offset; `more` is said after what is seen."""

    value: str
    instant: str
    therapist_id: int
    weekday: str
    date: str
    time: str
    with_whom: str
    first_name: str
    more: str
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

    @cached_property
    def short_names(self) -> Mapping[int, str]:
        return short_names(self.names)

    def start(self, start: StartOnOffer, *, is_large: bool = False) -> Shown:
        """A large one says "today" or "tomorrow" before the weekday."""
        name = self.names[start.therapist_id]
        day = local_date(start.starts_at, self.zone)
        time = format_time(start.starts_at, Wall.of_place(self.place))
        weekday, _space, rest = format_day(day).partition(" ")
        return Shown(
            value=start_value(start.starts_at, start.therapist_id),
            instant=start.starts_at.astimezone(self.zone).isoformat(),
            therapist_id=start.therapist_id,
            weekday=self._near(day, weekday) if is_large else weekday,
            date=rest,
            time=time,
            with_whom=_("with %(name)s") % {"name": name},
            first_name=self.short_names[start.therapist_id],
            more="" if is_large else _(", %(day)s, with %(name)s") % {"day": format_day(day), "name": name},
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
                title=self._near(day, format_day(day)),
                count=count_times(len(starts)),
                parts=self._parts(starts),
                is_open=(number < DAYS_OPEN and shown_before[number] < STARTS_OPEN) or any(map(self._is_kept, starts)),
            )
            for number, (day, starts) in enumerate(by_day.items())
        ]

    def _parts(self, starts: Sequence[StartOnOffer]) -> tuple[DayPart, ...]:
        parts: dict[str, list[Shown]] = {part: [] for part in PARTS}
        for start in starts:
            parts[part_of_day(start.starts_at.astimezone(self.zone))].append(self.start(start))
        return tuple(DayPart(str(TITLES[part]), tuple(shown)) for part, shown in parts.items() if shown)

    def _near(self, day: date, words: str) -> str:
        if day == self.today:
            return _("Today, %(day)s") % {"day": words}
        if day == self.today + timedelta(days=1):
            return _("Tomorrow, %(day)s") % {"day": words}
        return words

    def _is_kept(self, start: StartOnOffer) -> bool:
        kept = self.kept
        return bool(kept and (kept.starts_at, kept.therapist_id) == (start.starts_at, start.therapist_id))


def short_names(names: Mapping[int, str]) -> dict[int, str]:
    """First names by id; two Anas are "Ana R." and "Ana M."."""
    firsts = Counter(name.split()[0] for name in names.values())
    return {
        pk: f"{parts[0]} {parts[-1][0]}." if firsts[parts[0]] > 1 and len(parts) > 1 else parts[0]
        for pk, parts in ((pk, name.split()) for pk, name in names.items())
    }


def near_day(day: date, *, today: date) -> str:
    """ "Today", "Tomorrow", "Saturday", and from a week on "5 December"."""
    away = (day - today).days
    if away < len(NEAR):
        return str(NEAR[away]) if away >= 0 else format_day(day)
    weekday, _space, rest = format_day(day).partition(" ")
    return weekday if away < DAYS_BY_NAME else rest


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
