"""What changes a visit beside the steps of the day: moving, cancelling, undoing, settling what is open."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.starts import list_starts
from booking.when import format_moment, local_date
from clinic.panel.access import Member, Right
from clinic.panel.forms import CancelForm, MoveForm, SettleForm
from clinic.panel.pages import hand_of, staff_page
from clinic.panel.visit_page import find_visit, last_event, make_change, show_about
from services.models import Therapist


@staff_page(Right.CHANGE_VISIT, methods=("GET", "POST"))
def move(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The next free starts as buttons, and what a drag on the board sends."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    now = timezone.now()
    if request.method != "POST":
        return _show_move(request, member, found, now)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not a time that can be booked."))
        return _show_move(request, member, found, now, status=422)
    wanted = form.cleaned_data
    return make_change(
        request,
        member,
        found,
        lambda: appointments.move(
            appointment=found,
            starts_at=wanted["start"].astimezone(UTC),
            therapist_id=wanted["therapist"].pk,
            by=hand_of(request),
            now=now,
            seen_event=wanted["seen_event"],
            tell_client=wanted["tell_client"],
        ),
        verb="move",
        fields=["starts_at", "therapist"],
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
def settle(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """One thing that had to be settled is settled."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = SettleForm(request.POST)
    if not form.is_valid() or not found.conditions.filter(kind=form.cleaned_data["kind"]).exists():
        raise Http404
    return make_change(
        request,
        member,
        found,
        lambda: appointments.settle_condition(
            appointment=found, by=hand_of(request), now=timezone.now(), **form.cleaned_data
        ),
        verb="settle",
        fields=["conditions"],
    )


def _show_move(
    request: HttpRequest, member: Member, found: Appointment, now: datetime, *, status: int = 200
) -> HttpResponse:
    wish = appointments.wish_of(found)
    names = dict(Therapist.objects.values_list("pk", "name"))
    day = local_date(max(found.starts_at, now), wish.zone)
    starts = list_starts(wish=wish, first_date=day, days=14, now=now, moving=found, each_therapist=True, by_staff=True)
    offers = [
        {"start": start, "words": format_moment(start.starts_at, wish.zone), "therapist": names[start.therapist_id]}
        for start in starts[:24]
    ]
    return show_about(request, member, found, "panel/move.html", {"offers": offers}, status=status)
