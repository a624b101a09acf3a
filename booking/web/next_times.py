"""The next times of a treatment as presses that store a wish: on the start page, and on that of a therapist."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.scheduling.availability import StartOnOffer
from booking.web.choice import start_value
from booking.web.when.in_words import near_day
from booking.wording.prices import format_treatment
from booking.wording.times import Wall, format_time, local_date
from services.catalogue import Offer
from services.models import Location


@dataclass(frozen=True)
class NextTime:
    """A start as its button says it: `day`, `time`, `who`, `where`, and `more`, which is said after what is seen.

    `where` is empty where there is one place only.
    """

    value: str
    instant: str
    therapist_id: int
    location_id: int
    day: str
    time: str
    who: str
    where: str
    more: str


def next_time(
    start: StartOnOffer, place: Location, *, offer: Offer, name: str, who: str, is_only: bool, now: datetime
) -> NextTime:
    """Of the offer's usual length. `name` is the therapist's, `who` as much of it as is seen; `is_only` place of ours."""
    return NextTime(
        value=start_value(start.starts_at, start.therapist_id),
        instant=start.starts_at.astimezone(place.zone).isoformat(),
        therapist_id=start.therapist_id,
        location_id=place.pk,
        day=near_day(local_date(start.starts_at, place.zone), today=local_date(now, place.zone)),
        time=format_time(start.starts_at, Wall.of_place(place)),
        who=who,
        where="" if is_only else place.name,
        more=_(": %(name)s, %(what)s")
        % {"name": name, "what": format_treatment(offer.treatment.name, offer.usual.minutes)},
    )
