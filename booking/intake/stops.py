"""Would the gate stop this visit? Asked before each mail that invites somebody to come, and by the pages that show it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.intake.gate import Door, GateRefused, pass_gate
from booking.models import Appointment
from booking.when import local_date


def is_stopped(visit: Appointment, now: datetime) -> bool:
    """As the gate would answer on the visit's own day. A form that is missing stops nobody: staff ask for it.

    May record a decision, as every question to the gate.
    """
    try:
        pass_gate(
            door=Door.MOVE,
            intake=visit.intake,
            treatment=visit.treatment,
            on_date=local_date(visit.starts_at, ZoneInfo(visit.time_zone)),
            by_staff=True,
            now=now,
            client=visit.client,
        )
    except GateRefused:
        return True
    return False
