"""A person's visits as their record lists them: what is to come, and what has been, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from booking.models import CALLED_OFF, UNBOOKED, Appointment, Client, State
from booking.scheduling.states import MOVABLE, OVER
from booking.wording.times import Wall, format_day, format_moment, local_date
from clinic.panel.door.rights import Member, Right, may

COMING_SHOWN = 20
PAST_A_PAGE = 10


@dataclass(frozen=True)
class VisitRow:
    """`reference` is empty for a visit that the member may not open. `is_off`: it did not take place."""

    when: str
    what: str
    state: str
    reference: str
    may_move: bool
    is_off: bool
    price: str


@dataclass(frozen=True)
class Visits:
    """`older` and `newer` are numbers of pages; 0 where there is none. `since`: when they first came or booked."""

    coming: tuple[VisitRow, ...]
    past: tuple[VisitRow, ...]
    total: int
    missed: int
    older: int
    newer: int


def list_visits(member: Member, found: Client, now: datetime, *, page: int) -> Visits:
    visits = Appointment.objects.filter(client=found).exclude(state__in=UNBOOKED)
    rows = visits.select_related("treatment", "therapist", "room", "location")
    is_over = Q(state__in=OVER) | Q(ends_at__lte=now)
    coming = rows.exclude(is_over).order_by("starts_at", "pk")[:COMING_SHOWN]
    begin = (page - 1) * PAST_A_PAGE
    past = list(rows.filter(is_over).order_by("-starts_at", "-pk")[begin : begin + PAST_A_PAGE + 1])
    states = list(_states(visits))
    return Visits(
        coming=tuple(_row(member, one, with_time=True) for one in coming),
        past=tuple(_row(member, one, with_time=False) for one in past[:PAST_A_PAGE]),
        total=sum(count for state, count in states if state not in CALLED_OFF),
        missed=sum(count for state, count in states if state == State.NO_SHOW),
        older=page + 1 if len(past) > PAST_A_PAGE else 0,
        newer=page - 1,
    )


def _states(visits: QuerySet[Appointment]) -> QuerySet[Appointment, tuple[str, int]]:
    from django.db.models import Count

    return visits.order_by().values_list("state").annotate(count=Count("pk"))


def _row(member: Member, visit: Appointment, *, with_time: bool) -> VisitRow:
    wall = Wall.of_visit(visit)
    day = format_day(local_date(visit.starts_at, wall.zone), with_year=True)
    parts = [visit.treatment.name_for_staff, f"{visit.minutes} min", visit.therapist.name]
    if with_time and visit.room:
        parts.append(visit.room.name)
    return VisitRow(
        when=format_moment(visit.starts_at, wall) if with_time else day,
        what=", ".join(parts),
        state=capfirst(visit.get_state_display()),
        reference=visit.reference if may(member, Right.SEE_VISIT, visit=visit) else "",
        may_move=visit.state in MOVABLE and may(member, Right.CHANGE_VISIT, visit=visit),
        is_off=visit.state in CALLED_OFF | {State.NO_SHOW},
        price="",
    )
