"""Rooms: added, renamed, put in order, for some treatments only, out of use."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, Settled, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.no_location import show_no_location
from clinic.panel.refusals import refusals_told_in
from clinic.panel.set_up.rooms.forms import NewRoomForm, RoomForm
from clinic.panel.set_up.rooms.page import RoomPage, load_rooms
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue, rooms
from services.models import Room, Treatment


@staff_page("set_up_rooms", methods=("GET", "POST"))
def all_rooms(request: HttpRequest, member: Member) -> HttpResponse:
    """The rooms of every place, in the order in which they are taken; and one more."""
    if not catalogue.locations_open():
        return show_no_location(request, member)
    form = NewRoomForm(request.POST if request.method == "POST" else None)
    if goes_back(request) or not form.is_valid():
        status = 422 if form.is_bound and not goes_back(request) else 200
        return show(request, member, "panel/set_up/rooms/rooms.html", load_rooms(form), status=status)
    now = timezone.now()
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(by=request.user, verb="add", object_type="room", now=now) as line,
        ):
            made = rooms.add_room(location=form.place, name=form.cleaned_data["name"], review=review)
            line.object_id = str(made.pk)
    except AskFirst as asked:
        return show_choices(request, member, asked, verb=_("Save"))
    if not form.is_valid():
        return show(request, member, "panel/set_up/rooms/rooms.html", load_rooms(form), status=422)
    _say(request, _("Added: %(name)s.") % {"name": made.name}, review)
    return redirect("panel:set_up_rooms")


@staff_page("set_up_room", methods=("GET", "POST"))
def one_room(request: HttpRequest, member: Member, room_id: int) -> HttpResponse:
    """Its name, what it suits, and whether it is in use."""
    room, now = _find(room_id), timezone.now()
    form = RoomForm(request.POST if request.method == "POST" else None, room=room)
    page = RoomPage(room.name, form)
    if goes_back(request) or not form.is_valid():
        status = 422 if form.is_bound and not goes_back(request) else 200
        return show(request, member, "panel/set_up/rooms/room.html", page, status=status)
    wanted = form.cleaned_data
    # What is not on offer at the moment is no choice of the form. A room for such a treatment alone stays one.
    unshown = Treatment.objects.filter(rooms=room, is_active=False)
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(
                by=request.user,
                verb="change",
                object_type="room",
                object_id=room_id,
                fields=form.changed_data,
                now=now,
            ),
        ):
            rooms.change_room(
                room=room,
                name=wanted["name"],
                treatments=[*wanted["treatments"], *unshown],
                is_active=wanted["is_active"],
                review=review,
            )
    except AskFirst as asked:
        return show_choices(request, member, asked, verb=_("Save"))
    if not form.is_valid():
        return show(request, member, "panel/set_up/rooms/room.html", page, status=422)
    _say(request, _("Saved."), review)
    return redirect("panel:set_up_rooms")


@staff_page("set_up_move_room", methods=("POST",))
def move_room(request: HttpRequest, member: Member, room_id: int, direction: str) -> HttpResponse:
    """Taken earlier or later than its neighbour."""
    room = _find(room_id)
    with on_record(
        by=request.user, verb="change", object_type="room", object_id=room_id, fields=["order"], now=timezone.now()
    ):
        rooms.move_room(room=room, places=-1 if direction == "up" else 1)
    return redirect("panel:set_up_rooms")


def _say(request: HttpRequest, done: str, settled: Settled) -> None:
    messages.success(request, f"{done} {settled.say()}".strip())


def _find(room_id: int) -> Room:
    found = Room.objects.filter(pk=room_id).first()
    if found is None:
        raise Http404
    return found
