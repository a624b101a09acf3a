"""The button in an email that books a visit held until then. GET only explains."""

import functools
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import links
from booking.models import Appointment, State
from booking.pages.layout import PressForm
from booking.scheduling import appointments
from booking.web.addresses import url_of
from booking.web.site import Page, load_site, show
from booking.web.visit.by_link import by_link
from booking.web.visit.in_words import VisitInWords
from booking.web.visit.unconfirmed import show_unconfirmed
from services.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class EmailPage(Page):
    visit: VisitInWords
    form: PressForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@functools.partial(by_link, purpose=links.EMAIL)
def email(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A page with the button that books."""
    if visit.state == State.EXPIRED or (visit.deadline_at and visit.state == State.HELD and visit.deadline_at <= now):
        return show_unconfirmed(request, visit, now)
    if visit.state != State.HELD:
        return redirect(url_of(visit))
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            appointments.confirm_email(appointment=visit, now=now)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            status = HTTPStatus.CONFLICT
        else:
            return redirect(url_of(visit))
    address = reverse("booking:visit_email", args=[links.make_token(visit, purpose=links.EMAIL)])
    page = EmailPage(
        site=load_site(),
        visit=VisitInWords.of(visit, now=now),
        form=PressForm(label=_("Book this visit"), action=address, style="primary"),
    )
    return show(request, "web/visit/email.html", page, status=status)
