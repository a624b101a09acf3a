"""One treatment: what it is, its lengths, and a week of its times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from booking.scheduling.search import Wish
from booking.scheduling.starts import next_starts
from booking.web.choice import url_of_treatment, value_of
from booking.web.journey import Journey
from booking.web.site import Site
from booking.web.so_far import StepPage
from booking.web.treatment.forms import drawing_of, short_minutes
from booking.web.when.in_words import Day
from booking.web.when.picker import AroundStarts, Picker
from booking.web.when.taken import Taken
from booking.wording.prices import format_minutes, format_price
from booking.wording.times import format_day, local_date
from services.catalogue import Length, Offer
from services.models import Location


@dataclass(frozen=True)
class Press:
    """A link of a row of links, one of which is where we are."""

    words: str
    more: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class OtherTreatment:
    name: str
    price: str
    url: str


@dataclass(frozen=True, kw_only=True)
class OneTreatmentPage(StepPage):
    """`value` and `location_id` are what a press on a time sends along.

    `instead` is another length that is free where this one is not. `may_come_without`: the safety check is still to be done, and can be done before a time is chosen.
    """

    name: str
    summary: str
    description: str
    suits: str
    firmness: str
    drawing: str
    lengths: Sequence[Press]
    places: Sequence[Press]
    value: str
    length: str
    location_id: int
    days: Sequence[Day]
    nothing_free: str
    instead: Press | None
    may_come_without: bool
    taken: Taken | None
    around: AroundStarts
    others: Sequence[OtherTreatment]


def make_treatment_page(
    site: Site, offer: Offer, *, offers: Sequence[Offer], query: QueryDict, journey: Journey | None, now: datetime
) -> OneTreatmentPage:
    length = next((one for one in offer.lengths if str(one.minutes) == query.get("minutes")), offer.usual)
    place = next((one for one in site.locations if str(one.pk) == query.get("location")), site.locations[0])
    draft = journey.draft if journey and journey.booked is None else None
    stays = {"minutes": str(length.minutes)} | ({"location": str(place.pk)} if len(site.locations) > 1 else {})
    picker = Picker(
        wish=Wish(offer.treatment, length.minutes, place),
        query=query,
        now=now,
        draft=draft,
        decision=journey.decision if journey and draft else None,
        stays=stays,
    )
    treatment, around = offer.treatment, picker.around()
    is_empty = not picker.days and not picker.narrowing.is_narrow and picker.first_day == picker.today
    return OneTreatmentPage(
        site=site,
        errors=picker.errors(),
        name=treatment.name,
        summary=treatment.summary,
        description=treatment.description,
        suits=treatment.suits,
        firmness=treatment.get_firmness_display(),
        drawing=drawing_of(treatment.key),
        lengths=[_press_length(offer, one, place, length, site) for one in offer.lengths],
        places=[_press_place(offer, one, place, length) for one in site.locations] if len(site.locations) > 1 else (),
        value=value_of(treatment, length.minutes),
        length=format_minutes(length.minutes),
        location_id=place.pk,
        days=picker.days,
        nothing_free=_nothing_free(length, around) if is_empty else picker.nothing_free,
        instead=_instead(offer, length, place, site, now=now) if is_empty else None,
        may_come_without=draft is None or draft.intake_id is None,
        taken=picker.read_taken(query),
        around=around,
        others=[_other(one, site) for one in offers if one is not offer],
    )


def _nothing_free(length: Length, around: AroundStarts) -> str:
    words = {"length": format_minutes(length.minutes), "day": around.next_free.label if around.next_free else ""}
    if around.next_free is None:
        return _("Nothing free for %(length)s. Please call us.") % words
    return _("Nothing free for %(length)s until %(day)s.") % words


def _instead(offer: Offer, shown: Length, place: Location, site: Site, *, now: datetime) -> Press | None:
    """The other length that is free first, and when."""
    others = [one for one in offer.lengths if one is not shown]
    wishes = [Wish(offer.treatment, one.minutes, place) for one in others]
    starts = next_starts(wishes=wishes, now=now, count=1) if others else []
    free = [(found[0].starts_at, one) for one, found in zip(others, starts, strict=True) if found]
    if not free:
        return None
    starts_at, length = min(free, key=lambda one: one[0])
    words = {"length": format_minutes(length.minutes), "day": format_day(local_date(starts_at, place.zone))}
    url = url_of_treatment(offer.treatment, minutes=length.minutes, location=place if len(site.locations) > 1 else None)
    return Press(words=_("%(length)s are free on %(day)s") % words, more="", url=url, is_chosen=False)


def _press_length(offer: Offer, one: Length, place: Location, shown: Length, site: Site) -> Press:
    return Press(
        words=short_minutes(one.minutes),
        more=format_price(one.price, site.policy.currency, country=place.country),
        url=url_of_treatment(offer.treatment, minutes=one.minutes, location=place if len(site.locations) > 1 else None),
        is_chosen=one.minutes == shown.minutes,
    )


def _press_place(offer: Offer, one: Location, place: Location, shown: Length) -> Press:
    url = url_of_treatment(offer.treatment, minutes=shown.minutes, location=one)
    return Press(words=one.name, more="", url=url, is_chosen=one.pk == place.pk)


def _other(offer: Offer, site: Site) -> OtherTreatment:
    price = format_price(min(one.price for one in offer.lengths), site.policy.currency, country=site.country)
    url = url_of_treatment(offer.treatment, minutes=offer.usual.minutes)
    return OtherTreatment(name=offer.treatment.name, price=_("from %(price)s") % {"price": price}, url=url)
