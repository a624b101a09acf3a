"""A visit as its own pages show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from booking.models import Appointment, State
from booking.scheduling.states import CALLED_OFF, MOVABLE
from booking.wording.phones import telephone_href
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date, zone_name


@dataclass(frozen=True)
class VisitInWords:
    """All times are by the visit's clock. `state` is for programs that read the page, `state_name` for people."""

    reference: str
    state: str
    state_name: str
    email: str
    has_form: bool
    wants_reminders: bool
    day: str
    weekday: str
    starts: str
    ends: str
    moment: str
    zone: str
    treatment: str
    therapist: str
    therapist_first: str
    address: str
    phone: str
    phone_href: str
    price: str
    undo_until: str
    answer_by: str
    can_change: bool
    can_undo: bool
    is_booked: bool
    is_requested: bool
    is_cancelled: bool
    is_past: bool

    @classmethod
    def of(cls, visit: Appointment, *, now: datetime) -> Self:
        wall, until = Wall.of_visit(visit), visit.deadline_at
        day = format_day(local_date(visit.starts_at, wall.zone))
        return cls(
            reference=visit.reference,
            state=visit.state,
            state_name=visit.get_state_display(),
            email=visit.booker_email,
            has_form=visit.intake is not None,
            wants_reminders=visit.wants_reminders,
            day=day,
            weekday=day.partition(" ")[0],
            starts=format_time(visit.starts_at, wall),
            ends=format_time(visit.ends_at, wall),
            moment=format_moment(visit.starts_at, wall),
            zone=zone_name(wall.zone),
            treatment=format_treatment(visit.treatment.name, visit.minutes),
            therapist=visit.therapist.name,
            therapist_first=visit.therapist.first_name,
            address=", ".join(visit.location.address.splitlines()),
            phone=visit.location.phone,
            phone_href=telephone_href(visit.location.phone),
            price=format_price(visit.price, visit.currency, country=visit.location.country),
            undo_until=format_time(until, wall) if until else "",
            answer_by=format_moment(until, wall) if until else "",
            can_change=can_change(visit, now=now),
            can_undo=visit.state == State.CANCELLING and until is not None and now < until,
            is_booked=visit.state == State.BOOKED,
            is_requested=visit.state == State.REQUESTED,
            is_cancelled=is_cancelled(visit),
            is_past=now >= visit.starts_at,
        )


def can_change(visit: Appointment, *, now: datetime) -> bool:
    """Whether the client can still move or cancel the visit."""
    return visit.state in MOVABLE and now < visit.starts_at


def is_cancelled(visit: Appointment) -> bool:
    """Whether it is cancelled, for good or for as long as that can be undone."""
    return visit.state in CALLED_OFF
