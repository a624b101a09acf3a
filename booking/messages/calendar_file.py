"""A visit as a calendar file (RFC 5545), in a mail or to download. All text goes through the library's escaping.

Calendars are shared with colleagues and family: the file names the clinic, the place and the time, and neither the
treatment, nor a client's name or phone, nor the link that can cancel the visit.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from booking.messages.plain import joined_lines, one_line
from booking.models import Appointment, State
from services.hours import is_repeated
from services.models import ClinicPolicy

if TYPE_CHECKING:
    from icalendar import Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

FILE_NAME = "visit.ics"
PRODUCT = "-//clinic//booking//EN"
_STATUS = {State.REQUESTED: "TENTATIVE", State.CANCELLING: "CANCELLED", State.CANCELLED: "CANCELLED"}
_STEP = timedelta(hours=12)  # no zone changes its clocks twice within it
_SECOND = timedelta(seconds=1)


class Method(StrEnum):
    """REQUEST and CANCEL go to the booker by mail; PUBLISH is for a file that is downloaded."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


def make_calendar_file(*, visit: Appointment, policy: ClinicPolicy, method: Method, now: datetime) -> bytes:
    """One event whose UID stays and whose SEQUENCE rises, so that a calendar moves or removes the one it has."""
    from icalendar import Calendar, Event  # loaded with the first file, here and below: most processes write none

    zone = ZoneInfo(visit.time_zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    event = Event()
    event.add("uid", make_uid(visit))
    event.add("sequence", visit.version)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("status", "CANCELLED" if method == Method.CANCEL else _STATUS.get(State(visit.state), "CONFIRMED"))
    event.add("summary", _("Visit to %(clinic)s") % {"clinic": one_line(policy.clinic_name)})
    event.add("location", joined_lines(f"{visit.location.name}\n{visit.location.address}"))
    event.add("description", _description(visit))
    event.add("organizer", _mailbox(policy.contact_email or settings.DEFAULT_FROM_EMAIL))
    if method != Method.PUBLISH:
        event.add("attendee", _mailbox(visit.booker_email, RSVP="FALSE", PARTSTAT="ACCEPTED"))
    if is_repeated(visit.starts_at, zone) or is_repeated(visit.ends_at, zone):
        # A local time that comes twice means the first one in a calendar file.
        _add_utc(event, visit)
    else:
        event.add("dtstart", visit.starts_at.astimezone(zone))
        event.add("dtend", visit.ends_at.astimezone(zone))
        calendar.add_component(_time_zone(visit.time_zone, visit.starts_at.year))
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def make_uid(visit: Appointment) -> str:
    """The same for all versions of a visit."""
    return f"{visit.public_id}@{urlsplit(settings.SITE_URL).hostname}"


def _description(visit: Appointment) -> str:
    facts = {"reference": visit.reference, "phone": one_line(visit.location.phone)}
    return _("Reference %(reference)s. To move or cancel, use the link in our mail or call %(phone)s.") % facts


def _mailbox(address: str, **parameters: str) -> "vCalAddress":
    from icalendar import vCalAddress

    mailbox = vCalAddress(f"mailto:{one_line(address)}")
    mailbox.params.update(parameters)
    return mailbox


def _add_utc(event: "Event", visit: Appointment) -> None:
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))


@lru_cache(maxsize=64)
def _time_zone(key: str, year: int) -> "Timezone":
    """The zone's rules from `year` to the end of the next, as a VTIMEZONE.

    Built here because the library's own (icalendar 7.3) lets a change to summer time begin an hour too late.
    """
    from icalendar import Timezone

    zone = ZoneInfo(key)
    first, last = datetime(year - 1, 12, 30, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", key)
    component.add_component(_observance(zone, before=first, after=first))
    for change in _changes(zone, first, last):
        component.add_component(_observance(zone, before=change - _SECOND, after=change))
    return component


def _observance(zone: ZoneInfo, *, before: datetime, after: datetime) -> "TimezoneStandard | TimezoneDaylight":
    """What holds from `after` on. Its beginning is told by the clock that was right until then."""
    from icalendar import TimezoneDaylight, TimezoneStandard, vDatetime

    old, new = before.astimezone(zone), after.astimezone(zone)
    old_offset, new_offset = old.utcoffset() or timedelta(0), new.utcoffset() or timedelta(0)
    component = TimezoneDaylight() if new.dst() else TimezoneStandard()
    component.add("dtstart", vDatetime((after + old_offset).replace(tzinfo=None)))
    component.add("tzoffsetfrom", old_offset)
    component.add("tzoffsetto", new_offset)
    component.add("tzname", new.tzname() or "")
    return component


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    moment = first
    while moment < last:
        following = moment + _STEP
        if _offset(following, zone) != _offset(moment, zone):
            yield _pin_down(moment, following, zone)
        moment = following


def _pin_down(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second at which the offset is the one of `after`."""
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
