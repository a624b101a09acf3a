"""What is looked at afterwards: who saw and changed what, and which rules were overridden."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.models import AppointmentEvent, Client
from booking.scheduling.appointments import OVERRIDE
from booking.wording.conditions import condition_for_staff
from booking.wording.times import Wall, format_moment, zone_name
from clinic.panel.door.rights import Member, Right
from clinic.panel.staff_page import clinic_wall, show, staff_page
from clinic.panel.trail.forms import TrailForm
from clinic.panel.trail.lines import Wanted, load_trail
from clinic.record.audit import write_entry

OVERRIDES_SHOWN = 100


@staff_page(Right.SEE_TRAIL)
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
    wall = clinic_wall()
    page = load_trail(wanted=wanted, wall=wall)
    _record_reading(request, client_id, timezone.now())
    context = {
        "form": form,
        "page": page,
        "zone": zone_name(wall.zone),
        "person": Client.objects.filter(pk=client_id).first() if client_id else None,
        "older": _address(request, page.next_before) if page.next_before else "",
    }
    return show(request, member, "panel/trail/trail.html", context)


@staff_page(Right.SEE_OVERRIDES)
def overrides(request: HttpRequest, member: Member) -> HttpResponse:
    """Every time a rule was overridden, the newest first: which visit, who, when, and the reason."""
    events = AppointmentEvent.objects.filter(changes__has_key=OVERRIDE).select_related(
        "by", "appointment__client", "appointment__location", "appointment__treatment"
    )
    rows = [
        {
            "event": event,
            "moment": format_moment(event.at, Wall.of_visit(event.appointment), with_year=True),
            "what": condition_for_staff(event.changes[OVERRIDE]),
        }
        for event in events.order_by("-id")[:OVERRIDES_SHOWN]
    ]
    return show(request, member, "panel/trail/overrides.html", {"rows": rows, "most": OVERRIDES_SHOWN})


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
