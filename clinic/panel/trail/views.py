"""What is looked at afterwards: who saw and changed what, and which rules were overridden."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.models import Client
from booking.wording.times import zone_name
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.home import home_wall
from clinic.panel.staff_page import staff_page
from clinic.panel.trail.forms import TrailForm
from clinic.panel.trail.lines import Wanted, load_trail
from clinic.panel.trail.page import TrailPage, load_overrides
from clinic.record.audit import write_entry


@staff_page("trail")
def trail(request: HttpRequest, member: Member) -> HttpResponse:
    """The audit trail, newest first. Reading it is on record too, after the page was put together."""
    form = TrailForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    client_id, of_member = chosen.get("person"), chosen.get("member")
    wanted = Wanted(
        client_id=client_id,
        member_id=of_member.pk if of_member else None,
        day=chosen.get("day"),
        before=chosen.get("before"),
    )
    wall = home_wall()
    found = load_trail(wanted=wanted, wall=wall)
    _record_reading(request, client_id, timezone.now())
    person = Client.objects.filter(pk=client_id).first() if client_id else None
    page = TrailPage(
        form=form,
        lines=tuple(found.lines),
        zone=zone_name(wall.zone),
        is_filtered=bool(request.GET),
        is_about_one=person is not None,
        person=person.name if person else "",
        older=_address(request, found.next_before) if found.next_before else "",
    )
    return show(request, member, "panel/trail/trail.html", page)


@staff_page("overrides")
def overrides(request: HttpRequest, member: Member) -> HttpResponse:
    """Every time a rule was overridden, the newest first: which visit, who, when, and the reason."""
    return show(request, member, "panel/trail/overrides.html", load_overrides())


def _record_reading(request: HttpRequest, client_id: int | None, now: datetime) -> None:
    write_entry(
        by=request.user,
        verb="read trail",
        object_type="client" if client_id else "trail",
        object_id=client_id or "",
        now=now,
    )


def _address(request: HttpRequest, before: int) -> str:
    """The same filters, one page further back."""
    query = request.GET.copy()
    query["before"] = str(before)
    return f"?{query.urlencode()}"
