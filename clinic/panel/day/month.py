"""A month of days to choose from, each with how much of its working hours is booked. A fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.states import OCCUPYING, overdue
from booking.wording.times import format_day
from clinic.panel.door.rights import Member, Reach, Right
from services import rota
from services.facts import current
from services.hours import local_day
from services.intervals import Interval
from services.models import Location

WEEKS_SHOWN = 6
DOTS = 4
JUMPS = (2, 3, 4)  # weeks on


@dataclass(frozen=True)
class MonthDay:
    """One day, as a link to it. `words` say all of it: "Friday 27 November, three quarters booked"."""

    number: int
    words: str
    query: str
    dots: str
    is_closed: bool
    is_elsewhere: bool
    is_today: bool
    is_chosen: bool


@dataclass(frozen=True)
class Jump:
    words: str
    query: str


@dataclass(frozen=True)
class MonthPage:
    """`previous` and `next` are queries of this page, the other queries those of the day. `kept`: what they go on with."""

    title: str
    back: str
    previous: str
    next: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[MonthDay, ...], ...]
    jumps: tuple[Jump, ...]
    day: date
    kept: Mapping[str, str]


def load_month(
    *, location: Location, first: date, day: date, kept: Mapping[str, str], member: Member, now: datetime
) -> MonthPage:
    """The month that begins with `first`; `day` is the one that is shown now. Therapists are told their own hours only."""
    monday = first - timedelta(days=first.weekday())
    days = [monday + timedelta(days=number) for number in range(7 * WEEKS_SHOWN)]
    load = _load(location, days, member, now)
    today = now.astimezone(rota.zone_of(location=location)).date()
    weeks = [days[number : number + 7] for number in range(0, len(days), 7)]
    return MonthPage(
        title=date_format(first, "F Y"),
        back=_query(day, kept),
        previous=_month_query(first - timedelta(days=1), day, kept),
        next=_month_query(first + timedelta(days=31), day, kept),
        weekdays=tuple(date_format(one, "D") for one in days[:7]),
        weeks=tuple(
            tuple(_describe(one, load.get(one), first=first, chosen=day, today=today, kept=kept) for one in week)
            for week in weeks
        ),
        jumps=tuple(
            Jump(words % {"count": count}, _query(day + timedelta(weeks=count), kept))
            for count, words in zip(JUMPS, (_("In %(count)s weeks"), *[_("%(count)s weeks")] * 2), strict=True)
        ),
        day=day,
        kept=kept,
    )


def next_working_day(*, location: Location, after: date, member: Member) -> date | None:
    """The first day within eight weeks on which the member, or anybody whom they see, works."""
    zone = rota.zone_of(location=location)
    opened = rota.open_hours(
        therapist_ids=_people(location, member), location=location, first_date=after + timedelta(days=1), days=56
    )
    return min((span.start.astimezone(zone).date() for spans in opened.values() for span in spans), default=None)


def _people(location: Location, member: Member) -> list[int]:
    people = {pk for pk, place in current().hours if place == location.pk}
    if member.reach(Right.SEE_BOARD) is Reach.OWN:
        people &= {member.therapist_id or 0}
    return sorted(people)


def _load(location: Location, days: Sequence[date], member: Member, now: datetime) -> dict[date, float]:
    """Which share of the hours on shift is taken, turnover included; days without hours are absent. Two statements."""
    zone, people = rota.zone_of(location=location), _people(location, member)
    opened = rota.open_hours(therapist_ids=people, location=location, first_date=days[0], days=len(days))
    whole = Interval(local_day(date=days[0], zone=zone).start, local_day(date=days[-1], zone=zone).end)
    rows = Appointment.objects.filter(
        location=location, state__in=OCCUPYING, starts_at__gte=whole.start, starts_at__lt=whole.end
    ).exclude(overdue(now))
    hours: dict[date, timedelta] = defaultdict(timedelta)
    by_day: dict[tuple[int, date], list[Interval]] = defaultdict(list)
    for therapist_id, spans in opened.items():
        for span in spans:
            local = span.start.astimezone(zone).date()
            hours[local] += span.length
            by_day[therapist_id, local].append(span)
    taken: dict[date, timedelta] = defaultdict(timedelta)
    for therapist_id, starts_at, busy_until in rows.order_by().values_list("therapist_id", "starts_at", "busy_until"):
        local = starts_at.astimezone(zone).date()
        for span in by_day.get((therapist_id, local), ()):
            taken[local] += max(min(busy_until, span.end) - max(starts_at, span.start), timedelta(0))
    return {one: taken[one] / length for one, length in hours.items()}


def _describe(
    one: date, load: float | None, *, first: date, chosen: date, today: date, kept: Mapping[str, str]
) -> MonthDay:
    full = 0 if load is None else quarters(load)
    said = [_("nothing booked"), _("a quarter booked"), _("half booked"), _("three quarters booked"), _("fully booked")]
    return MonthDay(
        number=one.day,
        words=f"{format_day(one)}, {_('closed') if load is None else said[full]}",
        query=_query(one, kept),
        dots="●" * full + "○" * (DOTS - full),
        is_closed=load is None,
        is_elsewhere=one.month != first.month,
        is_today=one == today,
        is_chosen=one == chosen,
    )


def quarters(load: float) -> int:
    """The share in quarters: none only where nothing is booked, and all only where next to nothing is left."""
    if not load:
        return 0
    return min(max(round(load * DOTS), 1), DOTS if load > 0.95 else DOTS - 1)


def _query(day: date, kept: Mapping[str, str]) -> str:
    return "?" + urlencode({"date": day.isoformat(), **kept})


def _month_query(month: date, day: date, kept: Mapping[str, str]) -> str:
    return "?" + urlencode({"date": day.isoformat(), "month": f"{month:%Y-%m}", **kept})
