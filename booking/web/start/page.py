"""What the start page says of the treatments and the places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Wish
from booking.scheduling.starts import next_starts
from booking.web.choice import url_of_treatment, value_of
from booking.web.journey import Journey
from booking.web.known import Known
from booking.web.next_times import NextTime, next_time
from booking.web.profiles.page import Person, people
from booking.web.site import Page, Site
from booking.web.start.places import PlaceOnStart, describe_places
from booking.web.start.unfinished import Unfinished, find_unfinished
from booking.web.treatment.forms import drawing_of
from booking.web.when.in_words import short_names
from booking.web.wish import Wished
from booking.wording.prices import format_minutes, format_price
from booking.wording.times import format_day, local_date, zone_name
from services import catalogue
from services.catalogue import Offer
from services.models import Location

SOONEST, MOST_PEOPLE = 3, 6


@dataclass(frozen=True)
class OfferOnStart:
    """A treatment at its usual length with its next times. `nothing` says until when there is none."""

    key: str
    name: str
    summary: str
    drawing: str
    price: str
    length: str
    value: str
    url: str
    times: tuple[NextTime, ...]
    nothing: str


@dataclass(frozen=True)
class KnownOnStart:
    """By first name, with the button that makes this device forget them."""

    first_name: str
    forget: PressForm

    @classmethod
    def of(cls, who: Known | None) -> Self | None:
        forget = PressForm(label=_("Forget me"), action=reverse("booking:forget_me"), style="plain")
        return cls(first_name=who.first_name, forget=forget) if who else None


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """`usual` is the length that all times are for, where it is the same for all; `towns` where we are.
    `people`: who is met, up to MOST_PEOPLE of them.

    `known`: who asked this device to remember them.
    """

    offers: tuple[OfferOnStart, ...]
    has_times: bool
    usual: str
    zone: str
    towns: str
    people: tuple[Person, ...]
    has_more_people: bool
    places: tuple[PlaceOnStart, ...]
    unfinished: Unfinished | None
    known: KnownOnStart | None = None


def make_start_page(
    site: Site, *, journey: Journey | None, wished: Wished | None, known: Known | None, now: datetime
) -> StartPage:
    offers = catalogue.treatments_on_offer(on=catalogue.home_day(now))
    times = _next_times(offers, site=site, now=now)
    rows = tuple(_describe(offer, times=times[number], site=site, now=now) for number, offer in enumerate(offers))
    lengths = {row.length for row in rows}
    team = people()
    zones = {zone_name(place.zone) for place in site.locations}
    return StartPage(
        site=site,
        offers=rows,
        has_times=any(row.times for row in rows),
        usual=lengths.pop() if len(lengths) == 1 else "",
        zone=zones.pop() if len(zones) == 1 else "",
        towns=site.towns,
        people=tuple(team[:MOST_PEOPLE]),
        has_more_people=len(team) > MOST_PEOPLE,
        places=describe_places(site, now=now),
        unfinished=find_unfinished(journey, wished, offers=offers, site=site, now=now),
        known=KnownOnStart.of(known),
    )


def _describe(offer: Offer, *, times: tuple[NextTime, ...], site: Site, now: datetime) -> OfferOnStart:
    usual = offer.usual
    last = (
        local_date(now + timedelta(days=site.policy.horizon_days), site.locations[0].zone) if site.locations else None
    )
    return OfferOnStart(
        key=offer.treatment.key,
        name=offer.treatment.name,
        summary=offer.treatment.summary,
        drawing=drawing_of(offer.treatment.key),
        price=format_price(usual.price, site.policy.currency, country=site.country),
        length=format_minutes(usual.minutes),
        value=value_of(offer.treatment, usual.minutes),
        url=url_of_treatment(offer.treatment, minutes=usual.minutes),
        times=times,
        nothing="" if times or last is None else _("Nothing free up to %(day)s.") % {"day": format_day(last)},
    )


def _next_times(offers: Sequence[Offer], *, site: Site, now: datetime) -> list[tuple[NextTime, ...]]:
    """The three earliest starts of each offer's usual length at any place. As many statements for one offer as for ten."""
    found: list[list[tuple[StartOnOffer, Location]]] = [[] for _offer in offers]
    for place in site.locations if offers else ():
        wishes = [Wish(offer.treatment, offer.usual.minutes, place) for offer in offers]
        for number, starts in enumerate(next_starts(wishes=wishes, now=now, count=SOONEST)):
            found[number] += [(start, place) for start in starts]
    soonest = [sorted(starts, key=lambda one: one[0])[:SOONEST] for starts in found]
    everybody = catalogue.therapist_names()
    names = {start.therapist_id: everybody[start.therapist_id] for starts in soonest for start, _place in starts}
    said = short_names(names)
    return [
        tuple(
            next_time(
                start,
                place,
                offer=offer,
                name=names[start.therapist_id],
                who=said[start.therapist_id],
                is_only=len(site.locations) == 1,
                now=now,
            )
            for start, place in starts
        )
        for offer, starts in zip(offers, soonest, strict=True)
    ]
