"""What the start page says of the treatments and the places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm
from booking.scheduling.search import Wish
from booking.scheduling.starts import earliest_starts
from booking.web.hours import describe_hours
from booking.web.known import Known
from booking.web.site import Page, Site
from booking.web.treatment.forms import drawing_of
from booking.wording.phones import telephone_href
from booking.wording.prices import format_minutes, format_price
from booking.wording.times import Wall, format_day, format_time, local_date
from services import catalogue
from services.catalogue import Offer
from services.models import Location


@dataclass(frozen=True)
class OfferOnStart:
    """A treatment with its lowest price and the length that it is for. `next_free` is empty where nothing is."""

    key: str
    name: str
    summary: str
    firmness: str
    drawing: str
    price: str
    length: str
    next_free: str


@dataclass(frozen=True)
class PlaceOnStart:
    """`is_only`: there is no other, so that its name need not be said."""

    name: str
    lines: tuple[str, ...]
    phone: str
    phone_href: str
    hours: tuple[str, ...]
    is_only: bool


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
    """`known`: who asked this device to remember them."""

    offers: tuple[OfferOnStart, ...]
    places: tuple[PlaceOnStart, ...]
    known: KnownOnStart | None = None


def make_start_page(site: Site, *, known: Known | None = None, now: datetime) -> StartPage:
    offers = catalogue.treatments_on_offer()
    next_free = _next_free(offers, site=site, now=now)
    return StartPage(
        site=site,
        offers=tuple(
            _describe(offer, next_free=free, site=site) for offer, free in zip(offers, next_free, strict=True)
        ),
        places=tuple(_place(location, site=site, now=now) for location in site.locations),
        known=KnownOnStart.of(known),
    )


def _describe(offer: Offer, *, next_free: str, site: Site) -> OfferOnStart:
    cheapest = min(offer.lengths, key=lambda length: (length.price, length.minutes))
    return OfferOnStart(
        key=offer.treatment.key,
        name=offer.treatment.name,
        summary=offer.treatment.summary,
        firmness=offer.treatment.get_firmness_display(),
        drawing=drawing_of(offer.treatment.key),
        price=format_price(cheapest.price, site.policy.currency, country=site.country),
        length=format_minutes(cheapest.minutes),
        next_free=next_free,
    )


def _next_free(offers: Sequence[Offer], *, site: Site, now: datetime) -> list[str]:
    """The earliest start of each offer's shortest length at any place, in words; empty where nothing is free."""
    earliest: dict[int, tuple[datetime, Wall]] = {}
    for location in site.locations if offers else ():
        wishes = [Wish(offer.treatment, offer.lengths[0].minutes, location) for offer in offers]
        for number, found in enumerate(earliest_starts(wishes=wishes, now=now)):
            if found is not None and (number not in earliest or found < earliest[number][0]):
                earliest[number] = (found, Wall.of_place(location))
    return [_tell(*earliest[number], now=now) if number in earliest else "" for number in range(len(offers))]


def _tell(instant: datetime, wall: Wall, *, now: datetime) -> str:
    day, today = local_date(instant, wall.zone), local_date(now, wall.zone)
    names = {today: _("Today"), today + timedelta(days=1): _("Tomorrow")}
    return _("%(day)s, %(time)s") % {"day": names.get(day) or format_day(day), "time": format_time(instant, wall)}


def _place(location: Location, *, site: Site, now: datetime) -> PlaceOnStart:
    return PlaceOnStart(
        name=location.name,
        lines=tuple(location.address.splitlines()),
        phone=location.phone,
        phone_href=telephone_href(location.phone),
        hours=tuple(describe_hours(location, today=local_date(now, location.zone))),
        is_only=len(site.locations) == 1,
    )
