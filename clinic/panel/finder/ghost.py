"""A chosen time as the board shows it: where it would be, on its day."""

from dataclasses import dataclass
from datetime import datetime

from booking.models import Appointment
from booking.wording.times import Wall, format_time, local_date

ROW_MINUTES = 5


@dataclass(frozen=True)
class Ghost:
    """`start` is an ISO instant, `day` the local day, `rows` how many of five minutes it takes."""

    start: str
    therapist_id: int
    location_id: int
    day: str
    rows: int
    words: str


def describe_ghost(visit: Appointment, starts_at: datetime, therapist_id: int) -> Ghost:
    """`visit` as long as it is, at `starts_at` (UTC) with this therapist."""
    wall = Wall.of_visit(visit)
    return Ghost(
        start=starts_at.isoformat(),
        therapist_id=therapist_id,
        location_id=visit.location_id,
        day=local_date(starts_at, wall.zone).isoformat(),
        rows=visit.minutes // ROW_MINUTES,
        words=format_time(starts_at, wall),
    )
