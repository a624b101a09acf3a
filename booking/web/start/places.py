"""Where the clinic is, as the start page says it."""

from dataclasses import dataclass
from datetime import datetime

from booking.web.hours import describe_hours
from booking.web.profiles.page import has_no_steps
from booking.web.site import Site
from booking.wording.phones import telephone_href
from booking.wording.times import local_date
from services.models import Location


@dataclass(frozen=True)
class PlaceOnStart:
    """`steps` says whether there are any. `is_only`: there is no other, so that its name need not be said."""

    name: str
    address: str
    steps: str
    phone: str
    phone_href: str
    hours: tuple[str, ...]
    is_only: bool


def describe_places(site: Site, *, now: datetime) -> tuple[PlaceOnStart, ...]:
    return tuple(
        _place(location, address, is_only=len(site.locations) == 1, now=now)
        for location, address in zip(site.locations, site.addresses, strict=True)
    )


def _place(location: Location, address: str, *, is_only: bool, now: datetime) -> PlaceOnStart:
    return PlaceOnStart(
        name=location.name,
        address=address,
        steps=has_no_steps(location),
        phone=location.phone,
        phone_href=telephone_href(location.phone),
        hours=tuple(describe_hours(location, today=local_date(now, location.zone))),
        is_only=is_only,
    )
