"""What the page of time off shows: who is away, and the visits that this strands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, Message
from booking.scheduling.stranding import waiting
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_day, format_moment, zone_name
from clinic.panel.choosing.saving import Settled
from clinic.panel.time_off.forms import TimeOffForm
from clinic.panel.time_off.holidays import HolidayList, load_holidays
from services.models import Location, TimeOff, WorkingHours


@dataclass(frozen=True)
class StrandedVisit:
    """A visit that needs a new time. `phone` only where there is no email to ask by."""

    reference: str
    name: str
    moment: str
    therapist: str
    was_asked: bool
    has_email: bool
    phone: str


@dataclass(frozen=True)
class TimeOffLine:
    """`who` is a therapist, or a place that is closed. `start`: its moment, or its first day. `zone` where the clinic has
    several."""

    time_off_id: int
    who: str
    start: str
    span: str
    zone: str
    reason: str
    stranded: tuple[StrandedVisit, ...]
    can_ask: bool


@dataclass(frozen=True)
class TimeOffPage:
    """`place`: the only one of the clinic, whose times they are."""

    form: TimeOffForm
    place: Location | None
    lines: tuple[TimeOffLine, ...]
    holidays: tuple[HolidayList, ...]


def load_time_off(form: TimeOffForm, *, now: datetime) -> TimeOffPage:
    """Time off that is not over, by the clock of its place. A fixed number of statements."""
    locations = form.locations
    names_zone = len({location.time_zone for location in locations}) > 1
    found = list(TimeOff.objects.filter(ends_at__gt=now).select_related("therapist", "location"))
    walls = _home_walls(row.therapist_id for row in found if row.therapist_id is not None)
    visits = [row.appointment for row in waiting(now=now)]
    asked = _who_was_asked(visits)
    lines = []
    for row in found:
        usual = walls.get(row.therapist_id or 0, Wall.of_place(locations[0]))
        wall = Wall.of_place(row.location) if row.location else usual
        stranded = [visit for visit in visits if strands(row, visit)]
        lines.append(
            TimeOffLine(
                time_off_id=row.pk,
                who=str(row.therapist or row.location),
                start=_say_span(row, wall)[0],
                span=_say_span(row, wall)[1],
                zone=zone_name(wall.zone) if names_zone else "",
                reason=row.reason,
                stranded=tuple(_line(visit, was_asked=visit.pk in asked, names_zone=names_zone) for visit in stranded),
                can_ask=any(visit.booker_email and visit.pk not in asked for visit in stranded),
            )
        )
    place = locations[0] if len(locations) == 1 else None
    return TimeOffPage(form, place, tuple(lines), tuple(load_holidays(locations, found, now=now)))


def _say_span(row: TimeOff, wall: Wall) -> tuple[str, str]:
    """Its beginning, and all of it: whole days without their midnights."""
    start, end = row.starts_at.astimezone(wall.zone), row.ends_at.astimezone(wall.zone)
    if start.time() == end.time() == time():
        first, last = start.date(), end.date() - timedelta(days=1)
        if first == last:
            return format_day(first), _("%(day)s, all day") % {"day": format_day(first)}
        words = format_day(first), format_day(last)
    else:
        words = format_moment(row.starts_at, wall), format_moment(row.ends_at, wall)
    return words[0], _("%(first)s to %(last)s") % {"first": words[0], "last": words[1]}


def say_saved(settled: Settled) -> str:
    """What is said once time off is saved."""
    said = [_("Saved."), settled.say_done()]
    if settled.waiting:
        waiting = ngettext(
            "%(count)s visit needs a new time: move it, or ask its client to choose another time.",
            "%(count)s visits need a new time: move them, or ask their clients to choose another time.",
            settled.waiting,
        )
        said.append(waiting % {"count": settled.waiting})
    return " ".join(one for one in said if one)


def strands(row: TimeOff, visit: Appointment) -> bool:
    """Whether the visit is in the time, and with the therapist or at the place, that `row` takes away."""
    is_theirs = row.therapist_id in (None, visit.therapist_id) and row.location_id in (None, visit.location_id)
    return is_theirs and visit.starts_at < row.ends_at and visit.ends_at > row.starts_at


def _who_was_asked(visits: Sequence[Appointment]) -> set[int]:
    """The ids of those whose clients have been asked to choose another time for them as they are."""
    asked = Message.objects.filter(
        appointment__in=visits, kind=Message.Kind.CHOOSE_AGAIN, version=F("appointment__version")
    )
    return set(asked.exclude(state=Message.State.SUPPRESSED).values_list("appointment_id", flat=True))


def _line(visit: Appointment, *, was_asked: bool, names_zone: bool) -> StrandedVisit:
    wall = Wall.of_visit(visit)
    moment = format_moment(visit.starts_at, wall)
    return StrandedVisit(
        reference=visit.reference,
        name=visit.client.name if visit.client else "",
        moment=f"{moment}, {zone_name(wall.zone)}" if names_zone else moment,
        therapist=visit.therapist.name,
        was_asked=was_asked,
        has_email=bool(visit.booker_email),
        phone=format_phone(visit.booker_phone, country=wall.country) if visit.booker_phone else "",
    )


def _home_walls(therapist_ids: Iterable[int]) -> dict[int, Wall]:
    """The clock of the first location at which each therapist has hours."""
    hours = WorkingHours.objects.filter(therapist__in=set(therapist_ids)).order_by("-location_id")
    return {row.therapist_id: Wall.of_place(row.location) for row in hours.select_related("location")}
