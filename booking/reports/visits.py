"""What became of visits, added up by the database by week, therapist, room and state. Plain columns, no person."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from booking.late_changes import ASK_TO_CHOOSE_AGAIN
from booking.models import CALLED_OFF, TAKING_PLACE, UNBOOKED, AppointmentEvent, State
from booking.reports.periods import Period
from booking.scheduling.states import STEPS
from services.statements import read_rows

# Visits that took time from the clinic, or will: those who did not come among them.
COUNTED = TAKING_PLACE | {State.NO_SHOW}
# What calls a visit off, `free` aside, which only ends the time in which that can be undone.
CALLING_OFF = tuple(sorted({step.verb for step in STEPS if step.target in CALLED_OFF} - {"free"}))


@dataclass(frozen=True)
class Scope:
    """Whose visits, and which days. `now` in UTC; without a `therapist_id` those of everybody."""

    period: Period
    location_ids: tuple[int, ...]
    currency: str
    late_hours: int
    now: datetime
    therapist_id: int | None = None


@dataclass(frozen=True)
class Sum:
    """Visits of one week, therapist, room and state. `price` is of those in the clinic's currency."""

    monday: date
    therapist_id: int
    room_id: int | None
    state: State
    count: int
    minutes: int
    price: Decimal
    in_other_currency: int


@dataclass(frozen=True)
class CalledOff:
    """Visits of one week that were called off in the same way. `is_late`: cancelled after the free time had ended."""

    monday: date
    verb: str
    actor: str
    is_late: bool
    count: int


WITHIN = """
v.location_id IN (%(locations)s) AND v.starts_at >= %(since)s AND v.starts_at < %(until)s
AND substr(v.wall_time, 1, 10) >= %(first)s AND substr(v.wall_time, 1, 10) <= %(last)s
AND (%(everybody)s = 1 OR v.therapist_id = %(therapist)s)
"""
_SUMS = f"""
SELECT monday(v.wall_time) AS monday, v.therapist_id, v.room_id, v.state, count(*), sum(v.minutes),
    sum(CASE WHEN v.currency = %(currency)s THEN CAST(round(v.price * 100) AS bigint) ELSE 0 END),
    sum(CASE WHEN v.currency = %(currency)s THEN 0 ELSE 1 END)
FROM booking_appointment v WHERE {WITHIN} AND v.state NOT IN (%(unbooked)s)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own words
# The last word on a visit that is called off. It is not late where the clinic had to ask for another time.
_CALLED_OFF = f"""
SELECT monday(v.wall_time) AS monday, e.verb, e.actor,
    CASE WHEN e.verb = 'cancel' AND seconds(e.at) >= CASE WHEN v.first_free_until IS NULL
            THEN seconds(v.starts_at) - %(late)s ELSE seconds(v.first_free_until) END
        AND v.wall_time_lost_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM booking_stranding s WHERE s.appointment_id = v.id AND s.kept_at IS NULL
            AND s.since_at <= e.at AND (s.ended_at IS NULL OR s.ended_at >= e.at))
        AND coalesce((SELECT a.verb FROM booking_appointmentevent a WHERE a.appointment_id = v.id AND a.id < e.id
            AND a.verb IN (%(choosing)s) ORDER BY a.id DESC LIMIT 1), '') <> %(asked)s
        THEN 1 ELSE 0 END AS late,
    count(*)
FROM booking_appointment v JOIN booking_appointmentevent e ON e.id = (
    SELECT max(o.id) FROM booking_appointmentevent o WHERE o.appointment_id = v.id AND o.verb IN (%(verbs)s))
WHERE {WITHIN} AND v.state IN (%(called_off)s)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own words


def read_sums(scope: Scope) -> list[Sum]:
    """One statement."""
    parameters = within(scope) | {"currency": scope.currency, "unbooked": sorted(UNBOOKED)}
    return [
        Sum(
            date.fromisoformat(monday),
            therapist_id,
            room_id,
            State(state),
            count,
            int(minutes),
            Decimal(int(cents)) / 100,
            int(others),
        )
        for monday, therapist_id, room_id, state, count, minutes, cents, others in read_rows(_SUMS, parameters)
    ]


def read_called_off(scope: Scope) -> list[CalledOff]:
    """One statement."""
    parameters = within(scope) | {
        "late": scope.late_hours * 3600,
        "verbs": CALLING_OFF,
        "called_off": sorted(CALLED_OFF),
        "choosing": (ASK_TO_CHOOSE_AGAIN, "move", "undo move"),
        "asked": ASK_TO_CHOOSE_AGAIN,
    }
    return [
        CalledOff(date.fromisoformat(monday), verb, AppointmentEvent.Actor(actor), bool(is_late), count)
        for monday, verb, actor, is_late, count in read_rows(_CALLED_OFF, parameters)
    ]


def within(scope: Scope) -> dict[str, Any]:
    """Parameters of `WITHIN`. A local date begins at most a day away from the same date in UTC."""
    first, last = scope.period.first, scope.period.last
    return {
        "locations": scope.location_ids,
        "since": datetime.combine(first - timedelta(days=1), time(), tzinfo=UTC),
        "until": datetime.combine(last + timedelta(days=2), time(), tzinfo=UTC),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "everybody": 1 if scope.therapist_id is None else 0,
        "therapist": scope.therapist_id or 0,
    }
