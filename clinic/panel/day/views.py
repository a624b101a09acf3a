"""The day board, the same day as a table, and as a file."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.messages.backlog import read_backlog
from booking.pages.fields import clean_line
from booking.scheduling import appointments
from booking.wording.times import format_day, zone_name
from clinic.panel.day.board import Board, load_board
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.staff_page import show, staff_page
from clinic.panel.visit.move import Undo, find_undo
from clinic.panel.visit.page import related
from clinic.record.audit import write_entry
from services import catalogue, rota
from services.models import ClinicPolicy, Location, Room

# Without either the width of the screen says which is shown.
VIEWS = ("table", "board")
# The wide ones are what some keyboards type; a spreadsheet may take them for the same.
LISTED = 20
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


@staff_page(Right.SEE_BOARD)
def board(request: HttpRequest, member: Member) -> HttpResponse:
    """The board of a day; `view=table` gives the same data as a table."""
    now = timezone.now()
    locations = catalogue.locations_open()
    location = _location(request, locations)
    if location is None:
        return show(request, member, "panel/no_location.html")
    day, today = _day(request, location, now), now.astimezone(rota.zone_of(location=location)).date()
    rooms = list(Room.objects.filter(location=location, is_active=True))
    room_id = _room(request, rooms)
    view = request.GET.get("view", "")
    shown = load_board(location=location, day=day, member=member, now=now, room_id=room_id)
    # Whoever goes to another day stays with the place, the room and the view that were chosen.
    kept = {"location": location.pk, "room": room_id, "view": view if view in VIEWS else ""}
    context = {
        "board": shown,
        "day_words": format_day(day, with_year=True),
        "zone": zone_name(rota.zone_of(location=location)),
        "previous_day": day - timedelta(days=1),
        "next_day": day + timedelta(days=1),
        "links": {
            "here": _query(day, kept | {"moved": request.GET.get("moved", "")}),
            "previous": _query(day - timedelta(days=1), kept),
            "today": _query(today, kept),
            "next": _query(day + timedelta(days=1), kept),
            "table": _query(day, kept | {"view": "table"}),
            "board": _query(day, kept | {"view": "board"}),
            "file": _query(day, kept | {"view": ""}),
        },
        "undo": _moved(request, member, now),
        "locations": locations,
        "rooms": rooms,
        "room_id": room_id,
        "view": kept["view"],
        "lost_times": list(appointments.with_lost_wall_time(location_id=location.pk, now=now)[:LISTED])
        if may(member, Right.CHANGE_VISIT)
        else [],
        "mail_trouble": list(read_backlog(policy=ClinicPolicy.current(), now=now).sentences()),
    }
    return show(request, member, "panel/day/table_page.html" if view == "table" else "panel/day/board.html", context)


def _moved(request: HttpRequest, member: Member, now: datetime) -> Undo | None:
    """The move that led here, while it can be taken back; nothing of a visit that is not the member's to change."""
    reference = request.GET.get("moved", "")
    visit = related().filter(reference=reference).first() if reference and "\0" not in reference else None
    if visit is None or not may(member, Right.CHANGE_VISIT, visit=visit):
        return None
    return find_undo(visit, now=now)


@staff_page(Right.SEE_BOARD)
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
        _write(response, load_board(location=location, day=day, member=member, now=now, room_id=room_id))
    return response


def _write(response: HttpResponse, shown: Board) -> None:
    writer = csv.writer(response)
    writer.writerow(
        [_("Time"), _("Therapist"), _("Name"), _("Treatment"), _("Room"), _("State"), _("Attention"), _("Reference")]
    )
    for visit, therapist in shown.visits:
        cells = (
            visit.span,
            therapist,
            visit.name,
            visit.treatment,
            visit.room,
            visit.state_word or _("Booked"),
            ", ".join(badge.word for badge in visit.badges),
            visit.reference,
        )
        writer.writerow([quote_formula(clean_line(cell)) for cell in cells])


def quote_formula(cell: str) -> str:
    """The cell as text: a leading apostrophe keeps a spreadsheet from calculating it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _location(request: HttpRequest, locations: Sequence[Location]) -> Location | None:
    wanted = _number(request.GET.get("location"))
    return next((one for one in locations if one.pk == wanted), locations[0] if locations else None)


def _room(request: HttpRequest, rooms: Sequence[Room]) -> int | None:
    wanted = _number(request.GET.get("room"))
    return wanted if wanted in {room.pk for room in rooms} else None


def _query(day: date, kept: Mapping[str, Any]) -> str:
    return "?" + urlencode({"date": day.isoformat()} | {name: value for name, value in kept.items() if value})


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
