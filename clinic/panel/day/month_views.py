"""The month beside a day: a page of its own, of which the board shows the part that matters."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.panel.day.asked import asked_day, asked_location, asked_month, asked_room, asked_therapist
from clinic.panel.day.month import load_month
from clinic.panel.day.page import asked_kind, asked_view, kept_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.no_location import show_no_location
from clinic.panel.staff_page import staff_page
from services import catalogue
from services.facts import current
from services.models import Room


@staff_page("month")
def month(request: HttpRequest, member: Member) -> HttpResponse:
    """Which day to go to, and how full each is."""
    now = timezone.now()
    location = asked_location(request, catalogue.locations_open())
    if location is None:
        return show_no_location(request, member)
    day = asked_day(request, location, now)
    kept = kept_choices(
        location=location,
        room_id=asked_room(request, current().all_of(Room, location_id=location.pk, is_active=True)),
        week_of=asked_therapist(request, member),
        view=asked_view(request),
        only=asked_kind(request),
    )
    page = load_month(location=location, first=asked_month(request, day), day=day, kept=kept, member=member, now=now)
    return show(request, member, "panel/day/month.html", page)
