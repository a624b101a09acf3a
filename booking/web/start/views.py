"""Pages about the clinic: the start, what to do about a visit, privacy, accessibility."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.people.periods import how_long
from booking.people.register import KEEPS
from booking.scheduling.search import Wish
from booking.scheduling.starts import earliest_starts
from booking.web.site import Site, load_site, show
from booking.web.treatment.forms import drawing_of
from booking.wording.phones import telephone_href
from booking.wording.prices import format_minutes, format_price
from booking.wording.times import Wall, format_day, format_time, local_date
from services import catalogue
from services.catalogue import Offer
from services.countries import format_clock
from services.models import ClinicPolicy, Location, WorkingHours


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    site = load_site()
    offers = catalogue.treatments_on_offer()
    context = {
        "site": site,
        "offers": [
            _describe(offer, next_free=next_free, site=site)
            for offer, next_free in zip(offers, _next_free(offers, site=site, now=now), strict=True)
        ],
        "places": [_place(location, site=site, now=now) for location in site.locations],
    }
    return show(request, "web/start/start.html", context)


@require_safe
def move_or_cancel(request: HttpRequest) -> HttpResponse:
    return show(request, "web/start/move_or_cancel.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The periods are those of the register, as the clinic has set them."""
    policy = ClinicPolicy.current()
    kept = [
        {"what": keep.what, "why": keep.why, "how_long": how_long(keep, policy=policy)}
        for keep in KEEPS
        if keep.is_public
    ]
    return show(request, "web/start/privacy.html", {"kept": kept})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return show(request, "web/start/accessibility.html")


def _describe(offer: Offer, *, next_free: str, site: Site) -> dict[str, Any]:
    cheapest = min(offer.lengths, key=lambda length: (length.price, length.minutes))
    return {
        "key": offer.treatment.key,
        "name": offer.treatment.name,
        "summary": offer.treatment.summary,
        "firmness": offer.treatment.get_firmness_display(),
        "drawing": drawing_of(offer.treatment.key),
        "price": format_price(cheapest.price, site.policy.currency, country=site.country),
        "length": format_minutes(cheapest.minutes),
        "next_free": next_free,
    }


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


def _place(location: Location, *, site: Site, now: datetime) -> dict[str, Any]:
    return {
        "name": location.name,
        "lines": location.address.splitlines(),
        "phone": location.phone,
        "phone_href": telephone_href(location.phone),
        "hours": _opening_hours(location, today=local_date(now, ZoneInfo(location.time_zone))),
        "is_only": len(site.locations) == 1,
    }


def _opening_hours(location: Location, *, today: date) -> list[str]:
    """When somebody works here in an ordinary week: "Monday to Friday, 09:00 to 20:00". One statement."""
    in_force = (Q(first_date=None) | Q(first_date__lte=today)) & (Q(last_date=None) | Q(last_date__gte=today))
    rows = WorkingHours.objects.filter(in_force, location=location, therapist__is_active=True).order_by("weekday")
    spans = rows.values_list("weekday").annotate(opens=Min("opens"), closes=Max("closes"))
    days = [
        (weekday, _("%(opens)s to %(closes)s") % {"opens": _clock(opens, location), "closes": _clock(closes, location)})
        for weekday, opens, closes in spans
    ]
    return [_line(group) for group in _runs(days)]


def _clock(moment: time, location: Location) -> str:
    return format_clock(moment, country=location.country)


def _runs(days: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Days that follow each other with the same hours."""
    runs: list[list[tuple[int, str]]] = []
    for weekday, hours in days:
        if runs and runs[-1][-1] == (weekday - 1, hours):
            runs[-1].append((weekday, hours))
        else:
            runs.append([(weekday, hours)])
    return runs


def _line(run: Sequence[tuple[int, str]]) -> str:
    first, last = str(WEEKDAYS[run[0][0] - 1]), str(WEEKDAYS[run[-1][0] - 1])
    days = first if len(run) == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return _("%(days)s, %(hours)s") % {"days": days, "hours": run[0][1]}
