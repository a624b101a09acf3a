"""What changes a visit besides the steps of the day and moving: cancelling, undoing that, settling what is open."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from clinic.panel.door.rights import Member, Right, check_visit, settling_right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.about import FormPage, about
from clinic.panel.visit.change import make_change
from clinic.panel.visit.forms import CancelForm, KeepTimeForm, SettleForm
from clinic.panel.visit.load import find_visit, last_event
from clinic.panel.visit.page import Typed
from clinic.panel.visit.showing import show_about, show_visit


@staff_page("cancel", methods=("GET", "POST"))
def cancel(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Ask why, then cancel; ten minutes to undo."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    form = CancelForm(request.POST or None, initial={"seen_event": last_event(found)})
    if request.method != "POST" or not form.is_valid():
        return show_about(request, member, found, "panel/visit/cancel.html", FormPage(about(found), form))
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


@staff_page("undo", methods=("POST",))
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


@staff_page("keep_time", methods=("POST",))
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


@staff_page("settle", methods=("POST",))
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
        is_one_of_several=True,
    )


def _cancel_again(
    request: HttpRequest, member: Member, fresh: Appointment, reason: str, status: int
) -> HttpResponse | None:
    if fresh.state not in MOVABLE:
        return None
    form = CancelForm(initial={"seen_event": last_event(fresh), "reason": reason})
    return show_about(request, member, fresh, "panel/visit/cancel.html", FormPage(about(fresh), form), status=status)
