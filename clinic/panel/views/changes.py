"""What changes a visit beside the steps of the day: moving, cancelling, undoing, settling what is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.starts import list_starts
from booking.scheduling.stranding import open_row
from booking.when import Wall, format_moment, local_date
from clinic.panel.access import Member, Right, check_visit, settling_right
from clinic.panel.forms.visits import CancelForm, KeepTimeForm, MoveForm, MoveFromForm, SettleForm
from clinic.panel.pages import hand_of, staff_page
from clinic.panel.visit_change import make_change
from clinic.panel.visit_page import CHANGEABLE, Typed, find_visit, last_event, show_about, show_visit
from services.models import Therapist

OFFERS_SHOWN = 24


@staff_page(Right.CHANGE_VISIT, methods=("GET", "POST"))
def move(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The next free starts as buttons, and what a drag on the board sends."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    now = timezone.now()
    if request.method != "POST":
        return _show_move(request, member, found, now)
    form = MoveForm(request.POST)
    if not form.is_valid():
        wrong = form.errors.get("start", [_("That is not a time that can be booked.")])
        messages.error(request, str(wrong[0]))
        return _show_move(request, member, found, now, status=422)
    wanted = form.cleaned_data
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
        ),
        verb="move",
        fields=["starts_at", "therapist"],
        typed=Typed(
            time=f"{format_moment(wanted['start'], Wall.of_place(found.location))}, {wanted['therapist'].name}"
        ),
        again=lambda fresh, status: _move_again(request, member, fresh, wanted, status),
    )


@staff_page(Right.CHANGE_VISIT, methods=("GET", "POST"))
def cancel(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Ask why, then cancel; ten minutes to undo."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = CancelForm(request.POST or None, initial={"seen_event": last_event(found)})
    if request.method != "POST" or not form.is_valid():
        return show_about(request, member, found, "panel/cancel.html", {"form": form})
    return make_change(
        request,
        member,
        found,
        lambda: appointments.cancel(
            appointment=found,
            by=hand_of(request),
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
            seen_event=form.cleaned_data["seen_event"],
        ),
        verb="cancel",
        fields=["state"],
        typed=Typed(reason=form.cleaned_data["reason"]),
        again=lambda fresh, status: _cancel_again(request, member, fresh, form.cleaned_data["reason"], status),
    )


@staff_page(Right.CHANGE_VISIT, methods=("POST",))
def undo(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Take a cancellation back."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    return make_change(
        request,
        member,
        found,
        lambda: appointments.undo_cancel(appointment=found, by=hand_of(request), now=timezone.now()),
        verb="undo",
        fields=["state"],
    )


@staff_page(Right.CHANGE_VISIT, methods=("POST",))
def keep_time(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The visit stays where it is, although something there has changed."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = KeepTimeForm(request.POST)
    seen_event = form.cleaned_data["seen_event"] if form.is_valid() else None
    return make_change(
        request,
        member,
        found,
        lambda: appointments.keep_time(
            appointment=found, by=hand_of(request), now=timezone.now(), seen_event=seen_event
        ),
        verb="keep time",
    )


@staff_page(Right.SEE_VISIT, methods=("POST",))
def settle(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """One thing that had to be settled is settled, by somebody who may read it."""
    found = find_visit(reference, member, Right.SEE_VISIT)
    form = SettleForm(request.POST)
    is_fine, kind = form.is_valid(), form.cleaned_data.get("kind", "")
    if not found.conditions.filter(kind=kind).exists():
        raise Http404
    check_visit(member, settling_right(kind), visit=found)
    if not is_fine:
        messages.error(request, _("That remark is too long."))
        typed = Typed(kind=kind, remark=request.POST.get("remark", ""))
        return show_visit(request, member, found, timezone.now(), typed=typed, status=422)
    return make_change(
        request,
        member,
        found,
        lambda: appointments.settle_condition(
            appointment=found, by=hand_of(request), now=timezone.now(), **form.cleaned_data
        ),
        verb="settle",
        fields=["conditions"],
        typed=Typed(kind=form.cleaned_data["kind"], remark=form.cleaned_data["remark"]),
    )


def _cancel_again(
    request: HttpRequest, member: Member, fresh: Appointment, reason: str, status: int
) -> HttpResponse | None:
    if fresh.state not in CHANGEABLE:
        return None
    form = CancelForm(initial={"seen_event": last_event(fresh), "reason": reason})
    return show_about(request, member, fresh, "panel/cancel.html", {"form": form}, status=status)


def _move_again(
    request: HttpRequest, member: Member, fresh: Appointment, wanted: Mapping[str, Any], status: int
) -> HttpResponse | None:
    """The list once more; on top, after somebody else's change, what was chosen."""
    if fresh.state not in CHANGEABLE:
        return None
    return _show_move(request, member, fresh, timezone.now(), wanted=wanted if status == 409 else None, status=status)


def _show_move(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    now: datetime,
    *,
    wanted: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    wish = appointments.wish_of(found)
    names = dict(Therapist.objects.values_list("pk", "name"))
    first = local_date(max(found.starts_at, now), wish.zone)
    form = MoveFromForm(request.GET if "day" in request.GET else None, initial={"day": first})
    day, time = (form.cleaned_data["day"], form.cleaned_data["time"]) if form.is_valid() else (first, None)
    starts = list_starts(wish=wish, first_date=day, days=14, now=now, moving=found, each_therapist=True, by_staff=True)
    begin = datetime.combine(day, time or datetime.min.time(), tzinfo=wish.zone)
    # Where it does not fit, the same time may be free in another room.
    here = None if open_row(found) else (found.starts_at, found.therapist_id)
    places = [(start.starts_at, start.therapist_id) for start in starts if start.starts_at >= begin]
    places = [place for place in places if place != here][:OFFERS_SHOWN]
    context = {
        "from_form": form,
        "offers": [
            _offer(starts_at, therapist_id, Wall.of_place(wish.location), names) for starts_at, therapist_id in places
        ],
        "wanted": _offer(wanted["start"], wanted["therapist"].pk, Wall.of_place(wish.location), names)
        if wanted
        else None,
        "tell_client": wanted["tell_client"] if wanted else True,
    }
    return show_about(request, member, found, "panel/move.html", context, status=status)


def _offer(starts_at: datetime, therapist_id: int, wall: Wall, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "starts_at": starts_at,
        "words": format_moment(starts_at, wall),
        "therapist_id": therapist_id,
        "therapist": names[therapist_id],
    }
