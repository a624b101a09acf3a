"""A physician has agreed: the link by which the client comes back and chooses a time. GET never writes.

The link can be in anybody's hands: the answers that the letter was written for count, and are shown on no page.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import links
from booking.intake import drafts
from booking.intake.gate import find_clearance
from booking.pages.layout import PressForm
from booking.web.journey import SESSION_KEY, TAKEN_OVER, UNSEEN
from booking.web.site import Page, load_site, show
from booking.wording.times import local_date
from services import catalogue


@dataclass(frozen=True, kw_only=True)
class ClearedPage(Page):
    form: PressForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cleared(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        clearance = links.read_cleared_token(token)
    except links.LinkRevoked:
        return show(request, "web/outcome/cleared_over.html", status=410)
    except links.BadLink:
        return show(request, "web/visit/wrong_link.html", status=404)
    now = timezone.now()
    if find_clearance(intake=clearance.intake, on_date=local_date(now, catalogue.home_zone())) != clearance:
        return show(request, "web/outcome/cleared_over.html", status=410)
    if request.method == "POST":
        draft = drafts.start_cleared_draft(clearance=clearance, now=now)
        drafts.save_typed(draft=draft, typed={TAKEN_OVER: UNSEEN})
        request.session.cycle_key()  # the session holds somebody's answers from now on
        request.session[SESSION_KEY] = draft.pk
        return redirect("booking:treatment")
    action = reverse("booking:cleared", args=[token])
    form = PressForm(label=_("Choose a treatment and a time"), action=action, style="primary")
    return show(request, "web/outcome/cleared.html", ClearedPage(site=load_site(), form=form))
