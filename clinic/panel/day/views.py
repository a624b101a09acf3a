"""The day board, the same day as a table, and as a file."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.scheduling import appointments
from booking.wording.times import format_day, zone_name
from clinic.panel.day.board import load_board
from clinic.panel.day.page import DayPage, choices, day_links
from clinic.panel.day.spreadsheet import write_file
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.messages.trouble import find_mail_trouble
from clinic.panel.no_location import show_no_location
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.load import related
from clinic.panel.visit.move import Undo, find_undo
from clinic.record.audit import write_entry
from services import catalogue, rota
from services.models import Location, Room

TEMPLATES = {"table": "panel/day/table_page.html", "board": "panel/day/board.html"}
LISTED = 20


@staff_page("board")
def board(request: HttpRequest, member: Member) -> HttpResponse:
    """The board of a day; `view=table` gives the same data as a table."""
    now = timezone.now()
    locations = catalogue.locations_open()
    location = _location(request, locations)
    if location is None:
        return show_no_location(request, member)
    zone = rota.zone_of(location=location)
    day = _day(request, location, now)
    rooms = list(Room.objects.filter(location=location, is_active=True))
    room_id = _room(request, rooms)
    view = request.GET.get("view", "")
    view = view if view in TEMPLATES else ""
    may_book = may(member, Right.CHANGE_VISIT)
    page = DayPage(
        board=load_board(location=location, day=day, member=member, now=now, room_id=room_id),
        day_words=format_day(day, with_year=True),
        zone=zone_name(zone),
        previous_day=day - timedelta(days=1),
        next_day=day + timedelta(days=1),
        links=day_links(
            day=day,
            today=now.astimezone(zone).date(),
            location=location,
            room_id=room_id,
            view=view,
            moved=request.GET.get("moved", ""),
        ),
        undo=_moved(request, member, now),
        places=choices(locations, chosen=location.pk) if len(locations) > 1 else (),
        rooms=choices(rooms, chosen=room_id),
        view=view,
        lost_times=_lost_times(location, now) if may_book else (),
        mail_trouble=find_mail_trouble(now=now, links_to_messages=may(member, Right.SEND_MESSAGES)),
        may_book=may_book,
        works_cases=may(member, Right.WORK_CASES),
    )
    return show(request, member, TEMPLATES[view or "board"], page)


def _lost_times(location: Location, now: datetime) -> tuple[str, ...]:
    """References of visits that can't be at the time that was promised."""
    visits = appointments.with_lost_wall_time(location_id=location.pk, now=now)[:LISTED]
    return tuple(visit.reference for visit in visits)


def _moved(request: HttpRequest, member: Member, now: datetime) -> Undo | None:
    """The move that led here, while it can be taken back; nothing of a visit that is not the member's to change."""
    reference = request.GET.get("moved", "")
    visit = related().filter(reference=reference).first() if reference and "\0" not in reference else None
    if visit is None or not may(member, Right.CHANGE_VISIT, visit=visit):
        return None
    return find_undo(visit, now=now)


@staff_page("board_csv")
def board_csv(request: HttpRequest, member: Member) -> HttpResponse:
    """The day as a file for a spreadsheet; no cell can be read as a formula."""
    now = timezone.now()
    location = _location(request, catalogue.locations_open())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    if location is not None:
        day = _day(request, location, now)
        room_id = _room(request, list(Room.objects.filter(location=location, is_active=True)))
        response["Content-Disposition"] = f'attachment; filename="day-{day.isoformat()}.csv"'
        write_entry(
            by=request.user,
            verb="export",
            object_type="day",
            object_id=f"{location.pk} {day.isoformat()}",
            now=now,
            fields=["names", "treatments"],
        )
        write_file(response, load_board(location=location, day=day, member=member, now=now, room_id=room_id))
    return response


def _location(request: HttpRequest, locations: Sequence[Location]) -> Location | None:
    wanted = _number(request.GET.get("location"))
    return next((one for one in locations if one.pk == wanted), locations[0] if locations else None)


def _room(request: HttpRequest, rooms: Sequence[Room]) -> int | None:
    wanted = _number(request.GET.get("room"))
    return wanted if wanted in {room.pk for room in rooms} else None


def _day(request: HttpRequest, location: Location, now: datetime) -> date:
    try:
        day = date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year < 2100:
        return now.astimezone(rota.zone_of(location=location)).date()
    return day


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
