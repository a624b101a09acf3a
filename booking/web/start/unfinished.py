"""A booking that was begun on this device and not finished, which the start page offers again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm
from booking.web.asking import Asking
from booking.web.choice import start_value, url_of_treatment, value_of
from booking.web.journey import UPDATES, Journey
from booking.web.site import Site
from booking.web.wish import Wished
from booking.wording.prices import format_treatment
from booking.wording.times import Wall, format_moment
from services.catalogue import Offer


@dataclass(frozen=True)
class Unfinished:
    """What was asked for. On it goes by a button (`press`), or by a link where nothing is to be done."""

    sentence: str
    url: str
    press: PressForm | None
    afresh: PressForm


def find_unfinished(
    journey: Journey | None, wished: Wished | None, *, offers: Sequence[Offer], site: Site, now: datetime
) -> Unfinished | None:
    """Of the journey of this session; else, where the browser was closed meanwhile, what the device still wishes for.

    A result that sends to a physician is not mentioned here.
    """
    if journey is not None and journey.booked is None:
        return _of_journey(journey, site=site, now=now)
    return _of_device(wished, offers=offers, site=site, now=now) if wished and journey is None else None


def _of_journey(journey: Journey, *, site: Site, now: datetime) -> Unfinished | None:
    draft = journey.draft
    is_stopped = draft.intake_id is not None and not journey.may_book
    if is_stopped or journey.typed.get(UPDATES):
        return None
    sentence = ""
    if journey.kept is not None:
        sentence = _asked_for(format_moment(journey.kept.starts_at, Wall.of_visit(journey.kept)))
    elif asking := Asking.of(draft, policy=site.policy, now=now):
        sentence = _asked_for(asking.moment)
    elif draft.treatment is not None and draft.minutes is not None:
        sentence = _asked_for(format_treatment(draft.treatment.name, draft.minutes))
    elif draft.answers or draft.intake_id:
        sentence = _("You began the safety check.")
    url = reverse("booking:details" if journey.kept else "booking:safety")
    return Unfinished(sentence, url, None, _afresh()) if sentence else None


def _of_device(wished: Wished, *, offers: Sequence[Offer], site: Site, now: datetime) -> Unfinished | None:
    offer = next((one for one in offers if one.treatment.key == wished.treatment), None)
    place = next((one for one in site.locations if one.pk == wished.location_id), None)
    if offer is None or place is None or offer.length_of(wished.minutes) is None:
        return None
    if wished.start is None or wished.start[0] <= now:
        what = format_treatment(offer.treatment.name, wished.minutes)
        url = url_of_treatment(offer.treatment, minutes=wished.minutes, location=place)
        return Unfinished(_asked_for(what), url, None, _afresh())
    sends = {
        "treatment": value_of(offer.treatment, wished.minutes),
        "location": str(place.pk),
        "start": start_value(*wished.start),
    }
    press = PressForm(label=_("Go on"), action=reverse("booking:wish_for"), style="primary", sends=sends)
    return Unfinished(_asked_for(format_moment(wished.start[0], Wall.of_place(place))), "", press, _afresh())


def _asked_for(what: str) -> str:
    return _("You were asking for %(what)s.") % {"what": what}


def _afresh() -> PressForm:
    return PressForm(label=_("Start afresh"), action=reverse("booking:begin_again"), style="plain")
