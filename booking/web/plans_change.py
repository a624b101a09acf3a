"""What a page says under "If plans change": until when moving and cancelling are free, and what is charged later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from booking.late_changes import free_until
from booking.models import Appointment
from booking.wording.times import Wall, format_moment
from services.models import ClinicPolicy


@dataclass(frozen=True)
class PlansChange:
    """The deadline by the visit's clock: `free_until` while it is still to come, else `ended`. `later` is the clinic's."""

    free_until: str
    ended: str
    later: str
    can_move: bool

    @classmethod
    def of(cls, visit: Appointment, *, policy: ClinicPolicy, now: datetime, can_move: bool = True) -> Self:
        until = free_until(visit, policy=policy)
        return cls.with_deadline(until, visit=visit, policy=policy, now=now, can_move=can_move)

    @classmethod
    def with_deadline(
        cls, until: datetime, *, visit: Appointment, policy: ClinicPolicy, now: datetime, can_move: bool = True
    ) -> Self:
        """Of a deadline that the visit does not have yet."""
        moment = format_moment(until, Wall.of_visit(visit))
        return cls(
            free_until=moment if until > now else "",
            ended=moment if until <= now else "",
            later=policy.late_cancelling_words,
            can_move=can_move,
        )
