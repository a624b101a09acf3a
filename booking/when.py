"""The one formatter of days and times, for pages, mails and files: "Thursday 26 November, 14:30", zone named once.

Everything here takes an instant (UTC) and the location's zone; words go through gettext.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.hours import is_repeated


def format_day(day: date, *, with_year: bool = False) -> str:
    """ "Thursday 26 November", or with the year."""
    return date_format(day, "l j F Y" if with_year else "l j F")


def format_time(instant: datetime, zone: ZoneInfo) -> str:
    """ "14:30" on the wall; a time that the clocks show twice says which of the two it is."""
    local = instant.astimezone(zone)
    text = f"{local:%H:%M}"
    if not is_repeated(instant, zone):
        return text
    return _("%(time)s (second time)") % {"time": text} if local.fold else _("%(time)s (first time)") % {"time": text}


def format_moment(instant: datetime, zone: ZoneInfo, *, with_year: bool = False) -> str:
    """ "Thursday 26 November, 14:30"."""
    return f"{format_day(local_date(instant, zone), with_year=with_year)}, {format_time(instant, zone)}"


def format_span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """ "14:30 to 15:30"."""
    return _("%(start)s to %(end)s") % {"start": format_time(start, zone), "end": format_time(end, zone)}


def zone_name(zone: ZoneInfo) -> str:
    """ "Dublin time": what a client calls the zone of a place."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return _("%(city)s time") % {"city": city}


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day on the wall."""
    return instant.astimezone(zone).date()
