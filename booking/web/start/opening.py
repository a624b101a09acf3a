"""What clients see while nothing can be booked online: before the clinic has opened that, and where it was stopped.

Nobody begins a journey then, and nobody keeps or books a time. Whoever is under way may finish the safety check, and
whoever has a visit keeps every page of it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from booking.web.journey import find_journey
from booking.web.site import Page, Site, load_site, show
from booking.web.start.places import PlaceOnStart, describe_places
from services.models import ClinicPolicy

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class OpeningPage(Page):
    heading: str
    sentence: str
    places: tuple[PlaceOnStart, ...]


def make_opening_page(site: Site, *, now: datetime) -> OpeningPage:
    """Name, phone and place, as far as the clinic has said them; no treatment, no price, no time."""
    is_new = site.policy.opened_at is None
    return OpeningPage(
        site=site,
        heading=_("Opening soon") if is_new else _("No online booking at the moment"),
        sentence=_sentence(site.phone, is_new=is_new),
        places=describe_places(site, now=now),
    )


def show_opening(request: HttpRequest, site: Site) -> HttpResponse:
    answer = show(request, "web/start/opening.html", make_opening_page(site, now=timezone.now()))
    add_never_cache_headers(answer)
    return answer


def when_open(view: View[P]) -> View[P]:
    """A page that leads to a booking: the page that says when, while nothing can be booked online."""
    return _unless_closed(view, may_go_on=lambda _request: False)


def when_open_or_under_way(view: View[P]) -> View[P]:
    """The same, but for who has a journey already; and answers that were sent are looked at for an urgent sign."""
    return _unless_closed(view, may_go_on=_is_under_way)


def _unless_closed(view: View[P], *, may_go_on: Callable[[HttpRequest], bool]) -> View[P]:
    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if ClinicPolicy.current().is_open or may_go_on(request):
            return view(request, *args, **kwargs)
        return show_opening(request, load_site())

    return answer


def _is_under_way(request: HttpRequest) -> bool:
    return request.method == "POST" or find_journey(request, now=timezone.now()) is not None


def _sentence(phone: str, *, is_new: bool) -> str:
    if is_new and phone:
        return _("Online booking starts here before long. To book now, call %(phone)s.") % {"phone": phone}
    if is_new:
        return _("Online booking starts here before long.")
    return _("To book, please call %(phone)s.") % {"phone": phone} if phone else _("Please come back later.")
