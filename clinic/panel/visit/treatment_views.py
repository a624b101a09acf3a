"""Another treatment or length for a visit, in place; price and end come first."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.change import make_change
from clinic.panel.visit.forms import TreatmentForm
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.showing import show_about
from clinic.panel.visit.treatments import describe_treatments


@staff_page("change_treatment", methods=("GET", "POST"))
def change_treatment(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """What is on offer with price, end and what the rulebook says of it; then the change."""
    found, now = find_visit(reference, member, Right.CHANGE_VISIT), timezone.now()
    form = TreatmentForm(request.POST)
    if request.method != "POST":
        return _show(request, member, found, now)
    if not form.is_valid():
        messages.error(request, _("Choose a treatment and its length."))
        return _show(request, member, found, now, status=422)
    wanted = form.cleaned_data
    return make_change(
        request,
        member,
        found,
        lambda: appointments.change_treatment(
            appointment=found,
            treatment=wanted["length"].treatment,
            minutes=wanted["length"].minutes,
            by=hand_of(request),
            now=now,
            seen_event=wanted["seen_event"],
            tell_client=wanted["tell_client"],
        ),
        verb="change treatment",
        fields=["treatment", "minutes", "price"],
        again=lambda fresh, status: _again(request, member, fresh, wanted["length"].pk, status),
    )


@staff_page("undo_treatment", methods=("POST",))
def undo_treatment(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Take the last change of treatment back."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)
    return make_change(
        request,
        member,
        found,
        lambda: appointments.undo_treatment(appointment=found, by=hand_of(request), now=timezone.now()),
        verb="undo treatment",
        fields=["treatment", "minutes", "price"],
    )


def _again(request: HttpRequest, member: Member, fresh: Appointment, chosen: int, status: int) -> HttpResponse | None:
    if fresh.state not in MOVABLE:
        return None
    return _show(request, member, fresh, timezone.now(), chosen=chosen, status=status)


def _show(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    now: datetime,
    *,
    chosen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    page = describe_treatments(found, chosen=chosen, now=now)
    return show_about(request, member, found, "panel/visit/treatment.html", page, status=status)
