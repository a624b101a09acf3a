"""Reminders off or on, by the link that each of their emails carries."""

import functools
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from booking import links
from booking.models import Appointment
from booking.pages.layout import PressForm
from booking.scheduling import appointments
from booking.web.site import Page, load_site, show
from booking.web.visit.by_link import by_link
from booking.web.visit.in_words import VisitInWords


@dataclass(frozen=True, kw_only=True)
class RemindersPage(Page):
    visit: VisitInWords
    form: PressForm


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@functools.partial(by_link, purpose=links.REMINDERS)
def reminders(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A page with a button. Mail programs post here by one click (RFC 8058), so no token of a page is asked for.

    The link itself is the proof, and all it can do is this, until the visit begins.
    """
    if request.method == "POST" and now < visit.starts_at:
        wanted = request.POST.get("wanted") == "yes"
        appointments.set_reminders(appointment=visit, wanted=wanted, now=now)
        visit.wants_reminders = wanted
    wanted_next = not visit.wants_reminders
    page = RemindersPage(
        site=load_site(),
        visit=VisitInWords.of(visit, now=now),
        form=PressForm(
            label=_("Turn reminders on again") if wanted_next else _("Turn reminders off"),
            action=request.path,
            style="primary",
            sends={"wanted": "yes" if wanted_next else "no"},
        ),
    )
    return show(request, "web/visit/reminders.html", page)
