"""The one formatter of days and times, for pages, mails and files: "Thursday 26 November, 14:30", zone named once.

Everything here takes an instant (UTC) and the wall of a place; words go through gettext.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from booking.models import Appointment
from services.countries import country_of_zone, format_clock
from services.hours import is_repeated
from services.models import Location


@dataclass(frozen=True)
class Wall:
    """A clock on the wall: its zone, and the country that says whether it is 14:30 or 2:30 pm."""

    zone: ZoneInfo
    country: str

    @classmethod
    def of_place(cls, location: Location) -> Self:
        return cls(location.zone, location.country)

    @classmethod
    def of_visit(cls, visit: Appointment) -> Self:
        """The zone that was promised, told as at the visit's place, which is to be loaded already."""
        return cls(visit.zone, visit.location.country)

    @classmethod
    def of_zone(cls, zone: ZoneInfo) -> Self:
        """Where nothing is known but a zone."""
        return cls(zone, country_of_zone(zone.key))


def format_day(day: date, *, with_year: bool = False) -> str:
    """ "Thursday 26 November", or with the year."""
    return _format_date(day, "l j F Y" if with_year else "l j F", get_language())


def format_date(day: date) -> str:
    """ "26 November 2026": for days of which nobody asks the weekday."""
    return _format_date(day, "j F Y", get_language())


def format_time(instant: datetime, wall: Wall | ZoneInfo) -> str:
    """ "14:30" or "2:30 pm" on the wall; a time that the clocks show twice says which of the two it is."""
    wall = _as_wall(wall)
    local = instant.astimezone(wall.zone)
    text = format_clock(local, country=wall.country)
    if not is_repeated(instant, wall.zone):
        return text
    return _("%(time)s (second time)") % {"time": text} if local.fold else _("%(time)s (first time)") % {"time": text}


def format_full_hour(instant: datetime, wall: Wall) -> str:
    """ "14:00" or "2 pm", for the narrow scale of a board."""
    return format_time(instant, wall).replace(":00 am", " am").replace(":00 pm", " pm")


def format_moment(instant: datetime, wall: Wall | ZoneInfo, *, with_year: bool = False) -> str:
    """ "Thursday 26 November, 14:30"."""
    day = local_date(instant, _as_wall(wall).zone)
    return f"{format_day(day, with_year=with_year)}, {format_time(instant, wall)}"


def format_near(instant: datetime, wall: Wall | ZoneInfo, *, now: datetime) -> str:
    """ "Saturday 12:00" within a week; further away "Saturday 5 December, 12:00"."""
    zone = _as_wall(wall).zone
    day = local_date(instant, zone)
    if not 0 <= (day - local_date(now, zone)).days < len(WEEKDAYS):
        return format_moment(instant, wall)
    return f"{WEEKDAYS[day.weekday()]} {format_time(instant, wall)}"


def format_span(start: datetime, end: datetime, wall: Wall | ZoneInfo) -> str:
    """ "14:30 to 15:30"."""
    return _("%(start)s to %(end)s") % {"start": format_time(start, wall), "end": format_time(end, wall)}


def promised_time(visit: Appointment) -> str:
    """The wall time that the client was told, whatever the clocks do now: "14:30"."""
    return format_clock(datetime.fromisoformat(visit.wall_time), country=visit.location.country)


def zone_name(zone: ZoneInfo) -> str:
    """ "Dublin time": what a client calls the zone of a place."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return _("%(city)s time") % {"city": city}


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day on the wall."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=2048)
def _format_date(day: date, pattern: str, _language: str | None) -> str:
    """Remembered, for a page of starts names the same days hundreds of times."""
    return date_format(day, pattern)


def _as_wall(wall: Wall | ZoneInfo) -> Wall:
    return wall if isinstance(wall, Wall) else Wall.of_zone(wall)


def count_times(count: int) -> str:
    """ "1 time", "7 times"."""
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}
