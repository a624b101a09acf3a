"""The page of a visit that is booked only once its email is confirmed."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from booking.models import Appointment, State
from booking.web.site import Page, load_site, show
from booking.web.visit.in_words import VisitInWords
from booking.web.visit.mail_status import say_of_press


@dataclass(frozen=True, kw_only=True)
class UnconfirmedPage(Page):
    """`trouble` is what keeps the email away; empty where nothing does."""

    visit: VisitInWords
    is_waiting: bool
    trouble: str


def show_unconfirmed(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse:
    """Tell whoever has just booked to press the button in the email; later, that nobody did."""
    is_waiting = visit.state == State.HELD and visit.deadline_at is not None and now < visit.deadline_at
    if is_waiting and not visit.booker_email:  # a kept start; nobody has a link to it
        return show(request, "web/visit/wrong_link.html", status=404)
    site = load_site()
    page = UnconfirmedPage(
        site=site,
        visit=VisitInWords.of(visit, now=now),
        is_waiting=is_waiting,
        trouble=say_of_press(visit, policy=site.policy, now=now) if is_waiting else "",
    )
    return show(request, "web/visit/unconfirmed.html", page, status=200 if is_waiting else 404)
