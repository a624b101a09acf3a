"""A client asks for a copy of their data, or to have it erased; staff make sure who asks, and do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.cases import follow_up
from booking.models import Appointment, Case
from booking.pages.layout import PressForm
from booking.web.addresses import urls_of
from booking.web.site import Page, load_site, show
from booking.web.visit.by_link import by_link
from booking.web.visit.in_words import VisitInWords

KINDS = {"copy": Case.Kind.SEND_DATA, "erase": Case.Kind.ERASE_DATA}


@dataclass(frozen=True, kw_only=True)
class YourDataPage(Page):
    visit: VisitInWords
    urls: Mapping[str, str]
    copy: PressForm
    erase: PressForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def your_data(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """What can be asked for, and two buttons that ask."""
    urls = urls_of(visit)
    kind = KINDS.get(request.POST.get("wanted", ""))
    if request.method == "POST" and kind is not None:
        follow_up.ask_about_data(kind=kind, appointment=visit, now=now)
        messages.success(
            request, _("We have your request. First we make sure that it is you. You have our answer within a month.")
        )
        return redirect(urls["your_data"])
    page = YourDataPage(
        site=load_site(),
        visit=VisitInWords.of(visit, now=now),
        urls=urls,
        copy=PressForm(label=_("Send me a copy"), action=urls["your_data"], style="primary", sends={"wanted": "copy"}),
        erase=PressForm(label=_("Erase my data"), action=urls["your_data"], sends={"wanted": "erase"}),
    )
    return show(request, "web/visit/your_data.html", page)
