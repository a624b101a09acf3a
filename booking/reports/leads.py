"""How many days before a visit it was booked: local days of the visit's own zone."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.reports.visits import COUNTED, WITHIN, Scope, within
from services.cells import EPOCH
from services.hours import offsets_between
from services.statements import read_rows

# Days before the visit from which each line counts, up to the next.
LEADS = (0, 1, 3, 7, 15)
_SECOND = timedelta(seconds=1)
# Twice the longest that has a line of its own: what was booked earlier is "over two weeks" by any clock.
_EARLIER = timedelta(days=30)

_ZONES = f"SELECT DISTINCT v.time_zone FROM booking_appointment v WHERE {WITHIN}"  # noqa: S608 - our own words
_LEADS = """
SELECT lead, count(*) FROM (
    SELECT {lead} AS lead FROM (
        SELECT day_number(v.wall_time) - (seconds(v.created_at) + {offset}) / 86400 AS days
        FROM booking_appointment v WHERE {within} AND v.state IN (%(counted)s)) AS by_days) AS by_lead
GROUP BY 1
"""


@dataclass(frozen=True)
class Lead:
    """Visits that were booked at least `days` before, and fewer than the next such number."""

    days: int
    count: int


def read_leads(scope: Scope) -> list[Lead]:
    """Each of LEADS. Two statements."""
    zones = sorted(zone for (zone,) in read_rows(_ZONES, within(scope)))
    names = {f"zone_{number}": zone for number, zone in enumerate(zones)}
    lead = "CASE " + " ".join(f"WHEN days >= {days} THEN {days}" for days in reversed(LEADS[1:])) + " ELSE 0 END"
    statement = _LEADS.format(lead=lead, offset=_offsets(scope, names), within=WITHIN)
    counts = dict(read_rows(statement, within(scope) | names | {"counted": sorted(COUNTED)}))
    return [Lead(days, counts.get(days, 0)) for days in LEADS]


def _offsets(scope: Scope, names: dict[str, str]) -> str:
    """What to add to seconds in UTC to read the clock on the wall, as an expression."""
    if not names:
        return "0"
    by_zone = " ".join(f"WHEN %({name})s THEN {_offset(scope, ZoneInfo(zone))}" for name, zone in names.items())
    return f"CASE v.time_zone {by_zone} END"


def _offset(scope: Scope, zone: ZoneInfo) -> str:
    first, last = scope.period.first - _EARLIER, scope.period.last
    *changes, (_, after) = offsets_between(first=first, last=last, zone=zone)
    if not changes:
        return str(after // _SECOND)
    until = " ".join(
        f"WHEN seconds(v.created_at) < {(instant - EPOCH) // _SECOND} THEN {offset // _SECOND}"
        for instant, offset in changes
    )
    return f"CASE {until} ELSE {after // _SECOND} END"
