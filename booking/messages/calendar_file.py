"""A visit as a calendar file (RFC 5545), in a mail or to download. All text goes through the library's escaping.

Calendars are shared with colleagues and family: the file names the clinic, the place and the time, and neither the
treatment nor a client's name or phone. Its times are in UTC: a single visit needs no zone, and no calendar can get the
rules of one wrong.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from booking.links import visit_url
from booking.messages.calendar_links import title_of
from booking.messages.plain import joined_lines, one_line
from booking.messages.sender import Sender, find_sender
from booking.models import Appointment, State
from services.models import ClinicPolicy

if TYPE_CHECKING:
    from icalendar import vCalAddress

FILE_NAME = "visit.ics"
PRODUCT = "-//clinic//booking//EN"
_STATUS = {State.REQUESTED: "TENTATIVE", State.CANCELLING: "CANCELLED", State.CANCELLED: "CANCELLED"}


class Method(StrEnum):
    """REQUEST and CANCEL go to the booker by mail; PUBLISH is for a file that is downloaded."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


def make_calendar_file(*, visit: Appointment, policy: ClinicPolicy, method: Method, now: datetime) -> bytes:
    """One event whose UID stays and whose SEQUENCE rises, so that a calendar moves or removes the one it has."""
    from icalendar import Calendar, Event  # loaded with the first file, here and below: most processes write none

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    event = Event()
    event.add("uid", make_uid(visit))
    event.add("sequence", visit.version)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("status", "CANCELLED" if method == Method.CANCEL else _STATUS.get(State(visit.state), "CONFIRMED"))
    event.add("summary", title_of(policy))
    event.add("location", joined_lines(f"{visit.location.name}\n{visit.location.address}"))
    event.add("description", _description(visit, policy))
    event.add("url", visit_url(visit))
    if sender := find_sender(policy=policy):
        event.add("organizer", _organizer(sender))
    if method != Method.PUBLISH:
        event.add("attendee", _mailbox(visit.booker_email, RSVP="FALSE", PARTSTAT="ACCEPTED"))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def make_uid(visit: Appointment) -> str:
    """The same for all versions of a visit."""
    return f"{visit.public_id}@{urlsplit(settings.SITE_URL).hostname}"


def _description(visit: Appointment, policy: ClinicPolicy) -> str:
    facts = {"reference": visit.reference, "phone": one_line(visit.location.phone)}
    if policy.changes_by_phone:
        return _("Reference %(reference)s. To move or cancel, please call %(phone)s.") % facts
    return _("Reference %(reference)s. To move or cancel, open the link or call %(phone)s.") % facts


def _organizer(sender: Sender) -> "vCalAddress":
    # A quotation mark can't stand in a parameter at all.
    name = {"CN": sender.name.replace('"', "'")} if sender.name else {}
    return _mailbox(sender.address, **name)


def _mailbox(address: str, **parameters: str) -> "vCalAddress":
    from icalendar import vCalAddress

    mailbox = vCalAddress(f"mailto:{one_line(address)}")
    mailbox.params.update(parameters)
    return mailbox
