"""The next visit after one that is done: the same treatment, therapist and hour in two, three and four weeks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.models import Appointment, State
from booking.scheduling.appointments import wish_of
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.reasons import say
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts, why_not_offered
from booking.wording.times import Wall, format_moment, local_date
from services import catalogue
from services.hours import instant_of

WEEKS = (2, 3, 4)
EITHER_WAY = timedelta(days=3)  # how far from the wished day the nearest start is looked for


@dataclass(frozen=True)
class Again:
    """One start on offer; `why` says why it is not at the same hour, empty where it is."""

    label: str
    moment: str
    start: str
    therapist_id: int
    why: str


def again_search(found: Appointment, *, now: datetime) -> Search:
    """What the next visit is looked for with: the same therapist, whoever presses."""
    wish = wish_of(found, therapist_id=found.therapist_id)
    return Search(wish, now, client=found.client, by_staff=True)


def list_again(found: Appointment, *, now: datetime) -> tuple[Again, ...]:
    """For a visit that is done, as long as its treatment is on offer and its person is there; else nothing."""
    is_there = found.client is not None and found.client.erased_at is None
    if found.state != State.COMPLETED or not is_there:
        return ()
    search, wall = again_search(found, now=now), Wall.of_place(found.location)
    day = local_date(found.starts_at, found.location.zone)
    at = datetime.fromisoformat(found.wall_time)
    first = day + timedelta(weeks=WEEKS[0]) - EITHER_WAY
    days = (WEEKS[-1] - WEEKS[0]) * 7 + 2 * EITHER_WAY.days + 1
    try:
        catalogue.find_length(treatment_key=found.treatment.key, minutes=found.minutes, on=first, or_later=True)
    except (catalogue.UnknownTreatment, catalogue.UnknownLength):
        return ()
    starts = list_starts(search=search, first_date=first, days=days)
    offers: list[Again] = []
    for weeks in WEEKS:
        later = timedelta(weeks=weeks)
        wished = instant_of(at + later, found.location.zone, near=found.starts_at + later)
        if wished is None or wished <= now:
            continue
        near = [one for one in starts if abs(one.starts_at - wished) <= EITHER_WAY]
        if not near:
            continue
        start = min(near, key=lambda one: (abs(one.starts_at - wished), one.starts_at))
        offers.append(_offer(search, start, wished, wall, _("In %(count)s weeks") % {"count": weeks}))
    return tuple(offers)


def _offer(search: Search, start: StartOnOffer, wished: datetime, wall: Wall, label: str) -> Again:
    why = ""
    if start.starts_at != wished and (reason := why_not_offered(search=search, starts_at=wished)) is not None:
        words = {
            "moment": format_moment(wished, wall),
            "why": say(reason, starts_at=wished, wish=search.wish).for_staff,
        }
        why = _("%(moment)s: %(why)s") % words
    return Again(
        label=label,
        moment=format_moment(start.starts_at, wall),
        start=start.starts_at.isoformat(),
        therapist_id=start.therapist_id,
        why=why,
    )
