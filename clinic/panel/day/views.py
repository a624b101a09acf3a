"""The day board, the same day as a table, and as a file."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone

from booking.messages.sender import find_sender
from booking.models import Appointment
from booking.scheduling import appointments
from booking.wording.times import format_day, zone_name
from clinic.panel.day.asked import asked_day, asked_location, asked_room, asked_therapist
from clinic.panel.day.board import load_board
from clinic.panel.day.drawing import draw_columns, draw_rows
from clinic.panel.day.mark import State, make_mark, read_state, still_holds
from clinic.panel.day.month import next_working_day
from clinic.panel.day.page import (
    TABLE,
    VIEW_COOKIE,
    DayPage,
    NobodyWorks,
    asked_kind,
    asked_view,
    choices,
    chosen_view,
    day_links,
    filters_of,
    kept_choices,
    usual_view,
)
from clinic.panel.day.shown import Board
from clinic.panel.day.spreadsheet import write_file
from clinic.panel.day.upcoming import NextClient, find_just_done, find_next, find_step_taken, list_owed
from clinic.panel.door.frame import show
from clinic.panel.door.glance import Glance, take_glance
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.door.sessions import is_refresh
from clinic.panel.door.waiting import NOTE
from clinic.panel.messages.trouble import MailTrouble, find_mail_trouble
from clinic.panel.no_location import show_no_location
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.load import related
from clinic.panel.visit.move import find_undo
from clinic.record.audit import write_entry, write_view
from services import catalogue, rota
from services.countries import has_twelve_hours
from services.facts import current
from services.models import ClinicPolicy, Location, Room

LISTED = 20


@staff_page("board")
def board(request: HttpRequest, member: Member) -> HttpResponse:
    """A day as a board, or `view=table` as a table. A refresh that would find nothing new is answered by 304."""
    now = timezone.now()
    view = chosen_view(request) or usual_view(request)
    state = read_state(request, member, view=view)
    if still_holds(request, state=state, now=now):
        return HttpResponseNotModified()
    glance = take_glance(member=member, now=now)
    page = _day_page(request, member, glance, view=view, state=state, now=now)
    if page is None:
        return show_no_location(request, member)
    answer = show(request, member, "panel/day/board.html", page, glance=glance)
    answer["ETag"] = page.mark
    if asked_view(request) and not is_refresh(request):
        _remember(answer, view)
    return answer


def _day_page(
    request: HttpRequest, member: Member, glance: Glance, *, view: str, state: State, now: datetime
) -> DayPage | None:
    """None where the clinic has no place."""
    locations = catalogue.locations_open()
    location = asked_location(request, locations)
    if location is None:
        return None
    zone = rota.zone_of(location=location)
    day = asked_day(request, location, now)
    rooms = current().all_of(Room, location_id=location.pk, is_active=True)
    room_id, week_of, only = asked_room(request, rooms), asked_therapist(request, member), asked_kind(request)
    may_book = may(member, Right.CHANGE_VISIT)
    board = load_board(location=location, day=day, member=member, now=now, room_id=room_id, week_of=week_of)
    lost_times = _lost_times(location, now) if may_book and glance.has_lost_times else ()
    mail_trouble = _mail_trouble(member, glance, now)
    led = _led_here(request, member)
    undo = find_undo(led, now=now) if led and may(member, Right.CHANGE_VISIT, visit=led) else None
    is_own = member.reach(Right.SEE_BOARD) is Reach.OWN
    # Of these nobody says when they end.
    is_uncertain = bool(lost_times or glance.has_mail_trouble or undo)
    is_todays_table = view == TABLE and day == now.astimezone(zone).date()
    is_own_today = is_own and is_todays_table
    upcoming = _next_client(request, member, board, now) if is_own_today else None
    kept = kept_choices(location=location, room_id=room_id, week_of=week_of, view=asked_view(request), only=only)
    links = day_links(day=day, today=now.astimezone(zone).date(), kept=kept, moved=request.GET.get("moved", ""))
    return DayPage(
        board=board,
        nobody_works=_nobody_works(board, member, kept),
        drawn=draw_rows(board) if view == TABLE else draw_columns(board, with_gaps=may_book),
        is_table=view == TABLE,
        asked_view=asked_view(request),
        goes_by_width=not chosen_view(request),
        has_twelve_hours=has_twelve_hours(location.country),
        mark=make_mark(state, query=links.here, holds_until=now if is_uncertain else _holds_until(board, upcoming)),
        day_words=format_day(day, with_year=day.year != now.astimezone(zone).year),
        zone=zone_name(zone),
        links=links,
        upcoming=upcoming,
        owed=list_owed(member, now=now) if is_todays_table else (),
        owed_before=glance.waiting.get(NOTE, 0) if is_own_today else 0,
        just_done=find_just_done(board, member, now=now) if is_own_today else None,
        is_own=is_own,
        filters=filters_of(board.counts, only),
        only=only,
        kept=kept,
        undo=undo,
        taken=find_step_taken(member, led, now=now) if led and is_own else None,
        places=choices(locations, chosen=location.pk) if len(locations) > 1 else (),
        rooms=choices(rooms, chosen=room_id),
        lost_times=lost_times,
        mail_trouble=mail_trouble,
        may_book=may_book,
        may_block=may(member, Right.BLOCK_TIME),
    )


def _next_client(request: HttpRequest, member: Member, board: Board, now: datetime) -> NextClient | None:
    """For who treats; a look at a person is on record, but for a refresh."""
    found = find_next(board, member, now=now)
    if found and not is_refresh(request):
        write_view(by=request.user, client_id=found.client_id, now=now, fields=_shown(found))
    return found


def _nobody_works(board: Board, member: Member, kept: Mapping[str, str]) -> NobodyWorks | None:
    """None where somebody does. A statement or two of its own, on such a day only."""
    if any(column.hours or column.visits for column in board.columns):
        return None
    found = next_working_day(location=board.location, after=board.day, member=member)
    return NobodyWorks(
        next_day=(format_day(found), "?" + urlencode({"date": found.isoformat(), **kept})) if found else None,
        may_change_hours=may(member, Right.CHANGE_ROTA),
    )


def _shown(found: NextClient) -> list[str]:
    """What the trail says of a look at the next client."""
    shown = {
        "notes": found.last is not None,
        "answers": bool(found.came_because or (found.since and found.since.changed)),
    }
    return ["visit", "restrictions", *(name for name, is_shown in shown.items() if is_shown)]


def _holds_until(board: Board, upcoming: NextClient | None) -> datetime:
    return min([board.holds_until, *(upcoming.turns if upcoming else ())])


def _remember(answer: HttpResponse, view: str) -> None:
    """On this device, until its browser is closed: a phone and a desk can differ."""
    answer.set_cookie(
        VIEW_COOKIE,
        view,
        path=reverse("panel:board"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mail_trouble(member: Member, glance: Glance, now: datetime) -> MailTrouble:
    links_to_messages = may(member, Right.SEND_MESSAGES)
    if glance.has_mail_trouble or find_sender(policy=ClinicPolicy.current()) is None:
        return find_mail_trouble(now=now, links_to_messages=links_to_messages)
    return MailTrouble((), links_to_messages)


def _lost_times(location: Location, now: datetime) -> tuple[str, ...]:
    """References of visits that can't be at the time that was promised."""
    visits = appointments.with_lost_wall_time(location_id=location.pk, now=now)[:LISTED]
    return tuple(visit.reference for visit in visits)


def _led_here(request: HttpRequest, member: Member) -> Appointment | None:
    """The visit whose move or step led here; nothing of one that is not the member's."""
    reference = request.GET.get("moved", "")
    visit = related().filter(reference=reference).first() if reference and "\0" not in reference else None
    return visit if visit is not None and may(member, Right.STEP_VISIT, visit=visit) else None


@staff_page("board_csv")
def board_csv(request: HttpRequest, member: Member) -> HttpResponse:
    """The day as a file for a spreadsheet; no cell can be read as a formula."""
    now = timezone.now()
    location = asked_location(request, catalogue.locations_open())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    if location is not None:
        day = asked_day(request, location, now)
        room_id = asked_room(request, current().all_of(Room, location_id=location.pk, is_active=True))
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
