"""Moving a visit: its next time is found or dropped on the board, then one question, then ten minutes to undo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from booking.wording.times import Wall, format_moment
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.finder.choice import read_pressed
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.change import make_change
from clinic.panel.visit.forms import BackForm, MoveForm, MoveToForm, TargetsForm
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.move import describe_move, list_targets, load_question, query_of, read_choice
from clinic.panel.visit.page import Typed
from clinic.panel.visit.showing import show_about


@staff_page("move", methods=("GET", "POST"))
def move(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Where the visit can go; of the time that was chosen, there or by a drag, the question; then the move."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    now = timezone.now()
    if request.method == "GET" and "to_day" in request.GET:
        return _go_to_typed(request, member, found, now)
    if request.method == "POST" and (pressed := read_pressed(request.POST.get("start", ""))) is not None:
        return _go_to_question(request, found, pressed.starts_at, pressed.therapist_id, now)
    if request.method != "POST" and "start" not in request.GET:
        return _show(request, member, found, now)
    form = MoveForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        wrong = form.errors.get("start", [_("That is not a time that can be booked.")])
        messages.error(request, str(wrong[0]))
        return _show(request, member, found, now, status=422)
    wanted = form.cleaned_data
    if request.method != "POST":
        return _show(request, member, found, now, wanted=wanted)
    return make_change(
        request,
        member,
        found,
        lambda: appointments.move(
            appointment=found,
            starts_at=wanted["start"],
            therapist_id=wanted["therapist"].pk,
            by=hand_of(request),
            now=now,
            seen_event=wanted["seen_event"],
            tell_client=wanted["tell_client"],
            reason=wanted["reason"],
        ),
        verb="move",
        fields=["starts_at", "therapist"],
        typed=Typed(
            time=f"{format_moment(wanted['start'], Wall.of_place(found.location))}, {wanted['therapist'].name}"
        ),
        again=lambda fresh, status: _move_again(request, member, fresh, wanted, status),
        to_board=wanted["back"] == BackForm.BOARD,
    )


@staff_page("undo_move", methods=("POST",))
def undo_move(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Put the visit back where it was before its last move."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = BackForm(request.POST)
    return make_change(
        request,
        member,
        found,
        lambda: appointments.undo_move(appointment=found, by=hand_of(request), now=timezone.now()),
        verb="undo move",
        fields=["starts_at", "therapist"],
        to_board=form.is_valid() and form.cleaned_data["back"] == BackForm.BOARD,
    )


@staff_page("move_targets")
def targets(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Where the visit can be dropped on one day, as JSON: start, therapist, and the target in words, room included."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = TargetsForm(request.GET)
    if not form.is_valid() or found.state not in MOVABLE:
        return JsonResponse({"targets": []})
    return JsonResponse({"targets": list_targets(found, day=form.cleaned_data["day"], now=timezone.now())})


def _move_again(
    request: HttpRequest, member: Member, fresh: Appointment, wanted: Mapping[str, Any], status: int
) -> HttpResponse | None:
    """After somebody else's change the same question once more; where the time can't be had, what is free."""
    if fresh.state not in MOVABLE:
        return None
    now = timezone.now()
    return _show(request, member, fresh, now, status=status, wanted=wanted if status == 409 else None)


def _to_form(found: Appointment, data: Any = None) -> MoveToForm:
    """It begins with where the visit is."""
    zone = Wall.of_place(found.location).zone
    local = found.starts_at.astimezone(zone)
    initial = {"to_day": local.date(), "to_time": local.time(), "to_therapist": found.therapist_id}
    return MoveToForm(data, zone=zone, initial=initial)


def _go_to_typed(request: HttpRequest, member: Member, found: Appointment, now: datetime) -> HttpResponse:
    """A typed time is asked about like one of the list."""
    form = _to_form(found, request.GET)
    if not form.is_valid() or form.cleaned_data["start"] is None:
        return _show(request, member, found, now, status=422, to_form=form)
    wanted = form.cleaned_data
    return _go_to_question(request, found, wanted["start"], wanted["to_therapist"].pk, now)


def _go_to_question(
    request: HttpRequest, found: Appointment, starts_at: datetime, therapist_id: int, now: datetime
) -> HttpResponse:
    choice = read_choice(request.GET, found, now=now)
    return redirect(f"{reverse('panel:move', args=[found.reference])}?{query_of(choice, starts_at, therapist_id)}")


def _show(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    now: datetime,
    *,
    status: int = 200,
    wanted: Mapping[str, Any] | None = None,
    to_form: MoveToForm | None = None,
) -> HttpResponse:
    """What is free, beside the question about the time that is `wanted`."""
    choice = read_choice(request.GET, found, now=now)
    question = None
    if wanted is not None:
        question = load_question(found, starts_at=wanted["start"], therapist=wanted["therapist"], now=now)
    page = describe_move(
        found,
        choice,
        question=question,
        to_form=to_form or _to_form(found),
        is_open="show" in request.GET,
        now=now,
    )
    return show_about(request, member, found, "panel/visit/move.html", page, status=status)
