"""A visit by its link, and the ways from it to a new safety check. GET never writes; mail scanners open links."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking.models import Appointment
from booking.web.visit.again import begin_again, begin_health_form
from booking.web.visit.by_link import away_unless_open, by_link
from booking.web.visit.page import show_visit


@never_cache
@require_safe
@by_link
def visit(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The visit, with what can be done about it now."""
    return show_visit(request, visit, now)


@never_cache
@require_POST
@by_link
def again(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Another visit for the same person."""
    begin_again(request, visit, now=now)
    return redirect("booking:safety")


@never_cache
@require_POST
@by_link
def health_form(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The health form of this visit, answered again."""
    if away := away_unless_open(request, visit, now):
        return away
    begin_health_form(request, visit, now=now)
    return redirect("booking:safety")
