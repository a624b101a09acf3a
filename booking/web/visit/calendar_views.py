from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.messages.calendar_file import FILE_NAME, Method, make_calendar_file
from booking.models import Appointment
from booking.web.visit.by_link import by_link
from services.models import ClinicPolicy


@never_cache
@require_safe
@by_link
def calendar_file(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The visit as a file for a calendar."""
    content = make_calendar_file(visit=visit, policy=ClinicPolicy.current(), method=Method.PUBLISH, now=now)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )
