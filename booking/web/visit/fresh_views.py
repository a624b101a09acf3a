"""A fresh booking put right, in the browser that booked: taken back, or its email corrected. The link alone can't."""

from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.links import make_token, read_token
from booking.models import Appointment
from booking.scheduling import appointments
from booking.web.addresses import url_of
from booking.web.journey import hand_of
from booking.web.visit.by_link import act_on, by_link
from booking.web.visit.forms import CorrectEmailForm
from booking.web.visit.page import has_booked, show_visit
from services.refusals import Refusal


@never_cache
@require_POST
@by_link
def undo_booking(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Take the booking back."""
    if not has_booked(request, visit, now):
        return _elsewhere(request, visit, now)
    return act_on(request, visit, now, lambda: appointments.undo_booking(appointment=visit, now=now))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def correct_email(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Another address for the confirmation. From here on the visit has another link."""
    if request.method != "POST":
        return redirect(url_of(visit))
    if not has_booked(request, visit, now):
        return _elsewhere(request, visit, now)
    form = CorrectEmailForm(request.POST, action=url_of(visit, "correct_email"))
    if not form.is_valid():
        return show_visit(request, visit, now, email_form=form)
    email = form.cleaned_data["email"]
    try:
        visit = appointments.correct_email(appointment=visit, email=email, hand=hand_of(request), now=now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return show_visit(request, read_token(make_token(visit)), now, email_form=form, status=HTTPStatus.CONFLICT)
    messages.success(
        request, _("Your confirmation goes to %(email)s. Earlier links no longer work.") % {"email": email}
    )
    return redirect(url_of(visit))


def _elsewhere(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    messages.warning(request, _("Only the browser that booked can do this. Otherwise, please call us."))
    return show_visit(request, visit, now, status=HTTPStatus.CONFLICT)
