"""The press in a mail by which a visit that was held until then is booked. GET only explains."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import links
from booking.intake.gate import GateRefused
from booking.models import Appointment, State
from booking.pages.layout import PressForm
from booking.scheduling import appointments
from booking.scheduling.appointments import Refused
from booking.web.site import show
from booking.web.visit.views import by_link, describe, show_unconfirmed, url_of


def _email(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    if visit.state == State.EXPIRED or (visit.deadline_at and visit.state == State.HELD and visit.deadline_at <= now):
        return show_unconfirmed(request, visit, now)
    if visit.state != State.HELD:
        return redirect(url_of(visit, "visit"))
    if request.method == "POST":
        try:
            appointments.confirm_email(appointment=visit, now=now)
        except (Refused, GateRefused) as refusal:
            messages.warning(request, str(refusal))
        return redirect(url_of(visit, "visit"))
    address = reverse("booking:visit_email", args=[links.make_token(visit, purpose=links.EMAIL)])
    form = PressForm(label=_("Book this visit"), action=address, style="primary")
    return show(request, "web/visit/email.html", {"visit": visit, "form": form, **describe(visit, now=now)})


email = never_cache(require_http_methods(["GET", "HEAD", "POST"])(by_link(_email, purpose=links.EMAIL)))
