"""Public holidays beside time off: on which of the next twelve months' each place is closed already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.wording.times import Wall, format_day, local_date
from services.hours import local_day
from services.models import Location, TimeOff
from services.public_holidays import public_holidays


@dataclass(frozen=True)
class HolidayLine:
    """`is_closed`: a closure takes the whole local day away."""

    date: date
    day: str
    name: str
    is_closed: bool

    @property
    def value(self) -> str:
        """What the page's forms send for it."""
        return self.date.isoformat()


@dataclass(frozen=True)
class HolidayList:
    """The holidays of one place in the next twelve months, beginning with today."""

    location: Location
    lines: tuple[HolidayLine, ...]

    @property
    def open(self) -> list[HolidayLine]:
        return [line for line in self.lines if not line.is_closed]


def load_holidays(locations: Sequence[Location], absences: Iterable[TimeOff], *, now: datetime) -> list[HolidayList]:
    """One list for each place whose country is known. `absences`: all that are not over. No statement of its own."""
    closures = [row for row in absences if row.location_id is not None]
    lists = (_list_of(place, [row for row in closures if row.location_id == place.pk], now) for place in locations)
    return [one for one in lists if one.lines]


def _list_of(place: Location, closures: Sequence[TimeOff], now: datetime) -> HolidayList:
    wall = Wall.of_place(place)
    today = local_date(now, wall.zone)
    lines = []
    for holiday in public_holidays(country=wall.country, first=today, last=today + timedelta(days=364)):
        span = local_day(date=holiday.day, zone=wall.zone)
        is_closed = any(row.starts_at <= span.start and row.ends_at >= span.end for row in closures)
        lines.append(HolidayLine(holiday.day, format_day(holiday.day), holiday.name, is_closed))
    return HolidayList(place, tuple(lines))
