"""What waits for a person, by kind: who may see it, and which rows there are. One record a kind.

Whoever adds a kind adds it here, and to `clinic/panel/to_do/`, which says each of its rows in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from booking.cases import follow_up
from booking.messages import backlog
from booking.models import State
from booking.notes import reading
from booking.scheduling import appointments, stranding, waiting
from clinic.panel.door.rights import SETTLED_BY_READING, Member, Reach, Right, may
from services import catalogue
from services.hours import local_day

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """`right`: whoever has it sees what waits; a therapist who has it for their own visits sees those.

    `find` gives all rows at a moment (UTC); `therapist` is where a row names who treats.
    """

    right: Right
    find: Callable[[Member, datetime], Rows]
    therapist: str = "therapist"

    def rows(self, member: Member, *, now: datetime) -> Rows | None:
        """What `member` sees of it; None where they may see none. `now` in UTC."""
        reach = member.reach(self.right)
        if reach is Reach.NONE or (reach is Reach.OWN and member.therapist_id is None):
            return None
        found = self.find(member, now)
        return found if reach is Reach.ALL else found.filter(Q((f"{self.therapist}_id", member.therapist_id)))


def _to_read(member: Member, now: datetime) -> Rows:
    """But for what is read before a request is confirmed: who confirms has that in the request."""
    kinds = [kind for kind, right in SETTLED_BY_READING.items() if may(member, right)]
    found = waiting.to_read(kinds=kinds, now=now)
    return found.exclude(state=State.REQUESTED) if may(member, Right.CHANGE_VISIT) else found


def end_of_tomorrow(now: datetime) -> datetime:
    """In UTC, by the clock of the first place."""
    zone = catalogue.home_zone()
    return local_day(date=now.astimezone(zone).date() + timedelta(days=1), zone=zone).end


def start_of_today(now: datetime) -> datetime:
    """In UTC, by the clock of the first place."""
    zone = catalogue.home_zone()
    return local_day(date=now.astimezone(zone).date(), zone=zone).start


NEW_TIME, REQUEST, TO_READ, FORM, MAIL, CASE, CLOCK = "new_time", "request", "to_read", "form", "mail", "case", "clock"
NOTE = "note"

KINDS: Mapping[str, Kind] = {
    NEW_TIME: Kind(
        Right.CHANGE_VISIT, lambda _who, now: stranding.waiting(now=now), therapist="appointment__therapist"
    ),
    CLOCK: Kind(Right.CHANGE_VISIT, lambda _who, now: appointments.with_lost_wall_time(now=now)),
    REQUEST: Kind(Right.CHANGE_VISIT, lambda _who, now: waiting.requests(now=now)),
    TO_READ: Kind(Right.READ_CONCERNS, _to_read),
    FORM: Kind(Right.STEP_VISIT, lambda _who, now: waiting.without_form(now=now, until=end_of_tomorrow(now))),
    NOTE: Kind(Right.WRITE_NOTES, lambda _who, now: reading.owed(before=start_of_today(now))),
    MAIL: Kind(Right.SEND_MESSAGES, lambda _who, now: backlog.failed_lately(now=now)),
    CASE: Kind(Right.WORK_CASES, lambda _who, _now: follow_up.waiting()),
}
