"""What a visitor asks for before the safety check, in words: a wish, which keeps nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from booking.models import Draft
from booking.scheduling import appointments
from booking.scheduling.availability import Reason
from booking.scheduling.search import Search
from booking.scheduling.starts import why_not_offered
from booking.web.choice import url_of_treatment
from booking.web.journey import Journey, day_asked_for
from booking.web.so_far import name_treatment
from booking.wording.prices import format_price
from booking.wording.times import Wall, format_moment, format_near
from services import catalogue
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Asking:
    """`moment` is "Saturday 28 November, 12:00", `near` "Saturday 12:00"; `change_url` are the times to choose from.

    `what` also names the place, where there are several. `is_folded`: a page before has said it in full.
    """

    moment: str
    near: str
    who: str
    what: str
    price: str
    change_url: str
    is_folded: bool = False

    @classmethod
    def of(cls, draft: Draft, *, policy: ClinicPolicy, now: datetime, is_folded: bool = False) -> Self | None:
        """None where no start is wished for."""
        treatment, minutes, place = draft.treatment, draft.minutes, draft.location
        if draft.wished_start is None or treatment is None or minutes is None or place is None:
            return None
        offers = catalogue.treatments_on_offer(on=day_asked_for(draft, now=now))
        offer = next((one for one in offers if one.treatment == treatment), None)
        length, wall = offer.length_of(minutes) if offer else None, Wall.of_place(place)
        return cls(
            moment=format_moment(draft.wished_start, wall),
            near=format_near(draft.wished_start, wall, now=now),
            who=draft.wished_therapist.name if draft.wished_therapist else "",
            what=name_treatment(treatment, minutes, place),
            price=format_price(length.price, policy.currency, country=place.country) if length else "",
            change_url=url_of_treatment(treatment, minutes=minutes, location=place),
            is_folded=is_folded,
        )


def why_not_wished(journey: Journey) -> Reason | None:
    """Why the start that is wished for can't be had now; None where it is free, or none is wished for."""
    draft = journey.draft
    if draft.wished_start is None or not journey.has_treatment:
        return None
    wish = appointments.wish_of_draft(draft, therapist_id=draft.wished_therapist_id)
    search = Search(wish, journey.now, draft=draft, client=draft.client)
    return why_not_offered(search=search, starts_at=draft.wished_start)
