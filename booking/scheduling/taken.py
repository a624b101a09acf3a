"""Which therapists and rooms are taken when, read as plain columns: a month of everybody is mostly this one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from booking.models import OCCUPYING, State
from booking.scheduling.states import LAPSING
from services.intervals import Interval
from services.statements import read_rows

# No visit with its turnover is longer (by constraint), so nothing that began earlier can reach into a span.
LONGEST_SPAN = timedelta(hours=10)

# Therapist, room, the first cell since the epoch that is taken, the first that is not, and the minutes of treatment.
Taken = tuple[int, int | None, int, int, int]

_RELEASED = [state.value for state in State if state not in OCCUPYING]
_LAPSING = [state.value for state in State if state in LAPSING]

# What is at the place is found by the place, what its therapists do elsewhere (where there is another place) by them: each
# row by one index and once. Nobody is treated in a place that a visit was moved from, so it has no minutes.
_STATEMENT = """
WITH visit AS NOT MATERIALIZED (
  SELECT therapist_id, room_id, location_id, starts_at, busy_until, minutes FROM booking_appointment
  WHERE starts_at >= %(earliest)s AND starts_at < %(end)s AND busy_until > %(start)s
    AND state NOT IN (%(released)s) AND (deadline_at IS NULL OR deadline_at > %(now)s OR state NOT IN (%(lapsing)s))
    AND id <> %(moving)s
    AND id <> COALESCE((SELECT appointment_id FROM booking_slothold WHERE draft_id = %(draft)s), 0)
)
SELECT therapist_id, room_id, cell(starts_at), cell(busy_until), minutes FROM visit
WHERE location_id = %(location)s AND (therapist_id IN (%(therapists)s) OR room_id IN (%(rooms)s))
UNION ALL
SELECT therapist_id, room_id, cell(starts_at), cell(busy_until), minutes FROM visit
WHERE therapist_id IN (%(therapists)s) AND location_id <> %(location)s
  AND EXISTS (SELECT 1 FROM services_location WHERE id <> %(location)s)
UNION ALL
SELECT therapist_id, room_id, cell(starts_at), cell(busy_until), 0 FROM booking_formerplace
WHERE starts_at >= %(earliest)s AND starts_at < %(end)s AND busy_until > %(start)s
  AND kept_until > %(now)s AND appointment_id <> %(moving)s
  AND (therapist_id IN (%(therapists)s) OR room_id IN (%(rooms)s))
"""


def read_taken(
    *,
    therapist_ids: Sequence[int],
    location_id: int,
    room_ids: Sequence[int],
    within: Interval,
    now: datetime,
    moving_id: int | None = None,
    draft_id: str | None = None,
) -> list[Taken]:
    """Whatever meets `within` and takes one of the therapists, wherever they are, or one of the rooms at the location.

    In no order. What is past its deadline at `now` takes nothing, nor does the visit that is moving, nor the start that
    is kept for the draft. A place that a visit was moved from is taken while the move can be undone.
    """
    asked = {
        "therapists": list(therapist_ids),
        "location": location_id,
        "rooms": list(room_ids),
        "earliest": within.start - LONGEST_SPAN,
        "start": within.start,
        "end": within.end,
        "now": now,
        "released": _RELEASED,
        "lapsing": _LAPSING,
        "moving": moving_id or 0,
        "draft": draft_id or "",
    }
    return cast(list[Taken], read_rows(_STATEMENT, asked))
