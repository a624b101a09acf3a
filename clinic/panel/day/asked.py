"""What the address of a day asks for: which place, room, day and therapist. What is no choice is taken for none."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest

from clinic.panel.door.rights import Member, Reach, Right
from clinic.panel.fields import read_date
from services import rota
from services.facts import current
from services.models import Location, Room, Therapist


def asked_location(request: HttpRequest, locations: Sequence[Location]) -> Location | None:
    """None where the clinic has no place."""
    wanted = _number(request.GET.get("location"))
    return next((one for one in locations if one.pk == wanted), locations[0] if locations else None)


def asked_room(request: HttpRequest, rooms: Sequence[Room]) -> int | None:
    wanted = _number(request.GET.get("room"))
    return wanted if wanted in {room.pk for room in rooms} else None


def asked_day(request: HttpRequest, location: Location, now: datetime) -> date:
    """Today at `location` where no day is asked for."""
    day = read_date(request.GET.get("date", ""))
    return day or now.astimezone(rota.zone_of(location=location)).date()


def asked_month(request: HttpRequest, day: date) -> date:
    """The first of the month; that of `day` where none is asked for."""
    return read_date(f"{request.GET.get('month', '')}-01") or day.replace(day=1)


def asked_therapist(request: HttpRequest, member: Member) -> Therapist | None:
    """Whose week is asked for, if `member` may see it; None for the day of all."""
    wanted = _number(request.GET.get("therapist"))
    if wanted is None or (member.reach(Right.SEE_BOARD) is Reach.OWN and wanted != member.therapist_id):
        return None
    return current().find(Therapist, wanted)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
