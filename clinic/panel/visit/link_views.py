"""The links that were sent for a visit: if one got into the wrong hands, staff make them stop working."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import WITHOUT_LINKS
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.about import About, about
from clinic.panel.visit.change import make_change
from clinic.panel.visit.forms import RevokeLinksForm
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.showing import show_about


@dataclass(frozen=True)
class LinksPage:
    """`may_send`: a new link can go out. `has_links`: there are any that can stop working."""

    visit: About
    may_send: bool
    has_links: bool


@staff_page("revoke_links", methods=("GET", "POST"))
def revoke_links(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Ask whether a new link is to be sent, then make the old ones stop working."""
    found = find_visit(reference, member, Right.REVOKE_LINKS)
    form = RevokeLinksForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, member, found, 422 if form.is_bound else 200)
    wanted = form.cleaned_data

    def revoke() -> None:
        now = timezone.now()
        appointments.revoke_links(appointment=found, by=hand_of(request), now=now, **wanted)
        messages.success(request, _said(sends_new=wanted["send_new"]))
        if wanted["send_new"]:
            warn_of_mail(request, now=now)

    return make_change(
        request,
        member,
        found,
        revoke,
        verb="revoke links",
        fields=["link_generation"],
        again=lambda fresh, status: _show(request, member, fresh, status),
    )


def _said(*, sends_new: bool) -> str:
    if sends_new:
        return _("The links in earlier emails no longer work. A new one goes out by email.")
    return _("The links in earlier emails no longer work.")


def _show(request: HttpRequest, member: Member, found: Appointment, status: int) -> HttpResponse:
    page = LinksPage(
        visit=about(found),
        may_send=appointments.may_send_new_link(found, now=timezone.now()),
        has_links=found.state not in WITHOUT_LINKS,
    )
    return show_about(request, member, found, "panel/visit/revoke_links.html", page, status=status)
