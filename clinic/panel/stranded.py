"""Visits that need a new time, in words: why, since when, and who decided to keep the time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, Stranding
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.elsewhere import find_elsewhere
from booking.scheduling.fitting import Why
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date, zone_name
from services import catalogue, facts
from services.models import Therapist


@dataclass(frozen=True)
class StrandedLine:
    """One visit in a list of them. `client` is empty where nobody is known."""

    reference: str
    day: str
    time: str
    client: str
    treatment: str
    therapist: str
    why: str
    since: str


@dataclass(frozen=True)
class Elsewhere:
    """The nearest free time of a visit's day: `words` are the button's, `is_free` says the room, too."""

    start: StartOnOffer
    words: str
    is_free: str

    def values(self, seen_event: int | None) -> tuple[tuple[str, str], ...]:
        """What the button sends to the move; the client is told."""
        return (
            ("start", self.start.starts_at.isoformat()),
            ("therapist", str(self.start.therapist_id)),
            ("tell_client", "on"),
            ("seen_event", str(seen_event or "")),
        )


@dataclass(frozen=True)
class StrandedNote:
    """What the page of a visit says about it: `words`, and if somebody decided to keep the time, who and when."""

    words: str
    since: str
    kept_by: str
    kept_at: str


def describe_stranded(rows: Iterable[Stranding]) -> list[StrandedLine]:
    """The visit of each row must be loaded with all its parts. Times name their zone where the clinic has several."""
    names_zone = len({location.time_zone for location in catalogue.locations_open()}) > 1
    return [_line(row, names_zone=names_zone) for row in rows]


def describe_note(row: Stranding, visit: Appointment) -> StrandedNote:
    """`visit` as it is now, with its parts loaded."""
    wall = Wall.of_visit(visit)
    return StrandedNote(
        words=say_why(row.why, visit),
        since=format_moment(row.since_at, wall),
        kept_by=row.kept_by.get_full_name() or row.kept_by.username if row.kept_by else _("staff"),
        kept_at=format_moment(row.kept_at, wall) if row.kept_at else "",
    )


def offer_elsewhere(visits: Sequence[Appointment], *, now: datetime, all_at_once: bool = False) -> dict[int, Elsewhere]:
    """By the visit's id; none where its day has nothing free. A fixed number of statements for each place. `now` in UTC.

    `all_at_once`: all of them can be taken.
    """
    found = find_elsewhere(visits, now=now, all_at_once=all_at_once)
    return {visit.pk: _elsewhere(visit, found[visit.pk]) for visit in visits if visit.pk in found}


def _elsewhere(visit: Appointment, start: StartOnOffer) -> Elsewhere:
    therapist = facts.current().find(Therapist, start.therapist_id)
    assert therapist is not None, "found among those who work"
    room = catalogue.room_names(location=visit.location).get(start.room_id or 0, "")
    parts = {
        "name": therapist.first_name,
        "time": format_time(start.starts_at, Wall.of_place(visit.location)),
        "room": room,
    }
    free = _("%(name)s is free at %(time)s, %(room)s") if room else _("%(name)s is free at %(time)s")
    return Elsewhere(start, _("Move to %(name)s, %(time)s") % parts, free % parts)


def say_stranded(count: int) -> str:
    """What follows "Saved." where a change has left visits alone."""
    if not count:
        return ""
    return ngettext(
        "%(count)s visit needs a new time: it is on your To do list.",
        "%(count)s visits need a new time: they are on your To do list.",
        count,
    ) % {"count": count}


def say_why(why: str, visit: Appointment) -> str:
    """ "Ana is off on Thursday": what follows "Needs a new time". The visit's therapist, place and room must be loaded."""
    parts = {
        "name": visit.therapist.first_name,
        "day": format_day(local_date(visit.starts_at, Wall.of_visit(visit).zone)).split(" ")[0],
        "treatment": visit.treatment.name,
        "place": visit.location.name,
        "room": visit.room.name if visit.room else "",
    }
    sentences = {
        Why.PLACE: _("%(place)s takes no bookings"),
        Why.LEFT: _("%(name)s no longer works here"),
        Why.TREATMENT: _("%(treatment)s is no longer on offer"),
        Why.SKILL: _("%(name)s does not give %(treatment)s any more"),
        Why.CLOSED: _("%(place)s is closed on %(day)s"),
        Why.TIME_OFF: _("%(name)s is off on %(day)s"),
        Why.HOURS: _("%(name)s does not work at that time on %(day)s"),
        Why.ROOM: _("%(room)s can’t be used for it") if visit.room else _("it has no room"),
    }
    return sentences[Why(why)] % parts


def _line(row: Stranding, *, names_zone: bool) -> StrandedLine:
    visit = row.appointment
    wall = Wall.of_visit(visit)
    time = format_time(visit.starts_at, wall)
    return StrandedLine(
        reference=visit.reference,
        day=format_day(local_date(visit.starts_at, wall.zone)),
        time=f"{time}, {zone_name(wall.zone)}" if names_zone else time,
        client=visit.client.name if visit.client else "",
        treatment=visit.treatment.name_for_staff,
        therapist=visit.therapist.name,
        why=say_why(row.why, visit),
        since=format_moment(row.since_at, wall),
    )
