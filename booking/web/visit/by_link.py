"""Whoever holds the link holds the visit: the link is read before any of the visit's views is asked."""

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import links
from booking.models import Appointment
from booking.scheduling.states import WITHOUT_LINKS
from booking.web.addresses import url_of
from booking.web.site import show
from booking.web.visit.in_words import can_change
from booking.web.visit.page import show_visit
from booking.web.visit.unconfirmed import show_unconfirmed
from booking.wording.phones import call_to_change
from services.models import ClinicPolicy
from services.refusals import Refusal

READABLE = timedelta(days=30)  # after the visit
View = Callable[[HttpRequest, Appointment, datetime], HttpResponseBase]


def by_link(view: View, *, purpose: str = links.VISIT) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Hand the view the visit that the link leads to, and the time of the request.

    A wrong, revoked or old link is answered with a page that says whom to call. So is one that is revoked while its
    button is pressed.
    """

    @functools.wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            return act(request, token, timezone.now())
        except links.LinkRevoked:
            return show(request, "web/visit/revoked_link.html", status=410)
        except links.BadLink:
            return show(request, "web/visit/wrong_link.html", status=404)

    def act(request: HttpRequest, token: str, now: datetime) -> HttpResponseBase:
        visit = links.read_token(token, purpose=purpose)
        if visit.state in WITHOUT_LINKS:
            return view(request, visit, now) if purpose == links.EMAIL else show_unconfirmed(request, visit, now)
        if now > visit.ends_at + READABLE:
            return show(request, "web/visit/old_link.html", status=410)
        return view(request, visit, now)

    return answer


def act_on(
    request: HttpRequest, visit: Appointment, now: datetime, act: Callable[[], object], *, done: str = ""
) -> HttpResponse:
    """Do what a button says and go on to the visit, told that it is `done`; where that is refused, its page says why.

    Raises LinkRevoked where the link was revoked meanwhile.
    """
    try:
        act()
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return show_visit(request, links.read_token(links.make_token(visit)), now, status=HTTPStatus.CONFLICT)
    if done:
        messages.success(request, done)
    return redirect(url_of(visit))


def away_unless_open(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse | None:
    """To the visit's page, for a visit that the client can't change any more; None while they can."""
    if can_change(visit, now=now):
        return None
    return _turn_away(request, visit, now, _("This visit can't be changed here any more. Please call us."))


def away_unless_here(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse | None:
    """The same, and where the clinic moves and cancels itself, when it is called."""
    if away := away_unless_open(request, visit, now):
        return away
    if not ClinicPolicy.current().changes_by_phone:
        return None
    return _turn_away(request, visit, now, call_to_change(visit.location.phone))


def _turn_away(request: HttpRequest, visit: Appointment, now: datetime, sentence: str) -> HttpResponse:
    """The visit's page, which says why. A press that was refused is answered as one."""
    messages.warning(request, sentence)
    if request.method == "POST":
        return show_visit(request, visit, now, status=HTTPStatus.CONFLICT)
    return redirect(url_of(visit))
