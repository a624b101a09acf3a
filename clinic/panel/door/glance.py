"""What the head of every page says of the whole clinic: a handful of small questions, asked in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet, Value

from booking.intake.signing import signatures_in_force
from booking.messages.backlog import held_up
from booking.messages.sender import find_sender
from booking.models import Parking
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.door.waiting import CASE, CLOCK, KINDS, MAIL, NEW_TIME
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Glance:
    """`waiting`: how much waits for this person, by kind; what they may not see is not there.

    `notices`: what waits for them beside that and is no row, by name: see `NOTICES`.
    """

    waiting: Mapping[str, int]
    notices: tuple[str, ...]
    has_mail_trouble: bool
    is_unsigned: bool

    @property
    def count(self) -> int:
        return sum(self.waiting.values()) + len(self.notices)

    @property
    def cases(self) -> int:
        return self.waiting.get(CASE, 0)

    @property
    def new_times(self) -> int:
        return self.waiting.get(NEW_TIME, 0)

    @property
    def has_lost_times(self) -> bool:
        return self.waiting.get(CLOCK, 0) > 0


# What waits without being anybody's row, and who sees it.
MAIL_DOWN, UNSIGNED, EMERGENCY_NUMBER, PERIODS = "mail_down", "unsigned", "emergency_number", "periods"
NOTICES: Mapping[str, Right] = {
    MAIL_DOWN: Right.SEND_MESSAGES,
    UNSIGNED: Right.SIGN_RULEBOOK,
    EMERGENCY_NUMBER: Right.SET_UP,
    PERIODS: Right.HANDLE_DATA,
}


def take_glance(*, member: Member, now: datetime) -> Glance:
    """One statement, and the policy as it is kept. `now` in UTC."""
    kinds = {name: kind.rows(member, now=now) for name, kind in KINDS.items()}
    questions = {name: _count(rows) for name, rows in kinds.items() if rows is not None}
    more = {
        "held up": _exists(held_up(now=now)),
        "parked": _exists(Parking.objects.all()),
        "signed": _exists(signatures_in_force()),
    }
    # Who sees no failed mails is told all the same that email does not go out.
    more |= {} if MAIL in questions else {"failed": _exists(KINDS[MAIL].find(member, now))}
    found = _ask(questions | more)
    policy = ClinicPolicy.current()
    is_unsigned = not found["signed"]
    is_held_up = bool(found["held up"] or found["parked"])
    there = {
        MAIL_DOWN: is_held_up or find_sender(policy=policy) is None,
        UNSIGNED: is_unsigned,
        EMERGENCY_NUMBER: not policy.emergency_number_confirmed,
        PERIODS: policy.keep_confirmed_at is None,
    }
    return Glance(
        waiting={name: found[name] for name in questions},
        notices=tuple(name for name, right in NOTICES.items() if there[name] and may(member, right)),
        has_mail_trouble=is_held_up or bool(found.get(MAIL) or found.get("failed")),
        is_unsigned=is_unsigned,
    )


def _count(rows: QuerySet[Any]) -> QuerySet[Any]:
    together = rows.order_by().select_related(None).annotate(all=Value(1)).values("all")
    counted: QuerySet[Any] = together.annotate(number=Count("pk")).values("number")
    return counted


def _exists(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().select_related(None).values_list(Value(1))[:1]


def _ask(questions: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """The one number that each of these gives; 0 where it gives none."""
    compiled = [_compile(rows) for rows in questions.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({sql})' for sql, _params in compiled)}",
            [value for _sql, params in compiled for value in params],
        )
        return {name: number or 0 for name, number in zip(questions, cursor.fetchone(), strict=True)}


def _compile(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """What can have no rows is not asked for."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
