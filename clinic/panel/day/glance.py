"""What the head of the day says of the whole clinic: a handful of small questions, asked in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Value

from booking.messages.backlog import in_trouble
from booking.models import Case, Parking
from booking.scheduling import appointments, stranding
from services.models import Location


@dataclass(frozen=True)
class Glance:
    """How many cases are open and visits need a new time, and whether there is anything to say of the other two."""

    cases: int
    new_times: int
    has_lost_times: bool
    has_mail_trouble: bool


def take_glance(*, location: Location, now: datetime) -> Glance:
    """One statement. `now` in UTC."""
    questions = {
        "cases": _count(Case.objects.filter(state__in=Case.OPEN)),
        "new_times": _count(stranding.waiting(now=now)),
        "lost_times": _exists(appointments.with_lost_wall_time(location_id=location.pk, now=now)),
        "mails": _exists(in_trouble(now=now)),
        "parked": _exists(Parking.objects.all()),
    }
    found = _ask(questions)
    return Glance(
        cases=found["cases"],
        new_times=found["new_times"],
        has_lost_times=bool(found["lost_times"]),
        has_mail_trouble=bool(found["mails"] or found["parked"]),
    )


def _count(rows: QuerySet[Any]) -> QuerySet[Any]:
    together = rows.order_by().select_related(None).annotate(all=Value(1)).values("all")
    counted: QuerySet[Any] = together.annotate(number=Count("pk")).values("number")
    return counted


def _exists(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().select_related(None).values_list(Value(1))[:1]


def _ask(questions: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """The one number that each of these gives; 0 where it gives none."""
    compiled = [rows.query.sql_with_params() for rows in questions.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({sql})' for sql, _params in compiled)}",
            [value for _sql, params in compiled for value in params],
        )
        return {name: number or 0 for name, number in zip(questions, cursor.fetchone(), strict=True)}
