"""The next visit, booked by one press from one that is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.models import State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from booking.wording.times import Wall, format_moment
from clinic.panel.door.coming_back import DAY, comes_from
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.again import again_search
from clinic.panel.visit.change import day_of
from clinic.panel.visit.forms import BookAgainForm
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.showing import show_visit
from clinic.record.audit import on_record
from services.refusals import Refusal


@staff_page("book_again", methods=("POST",))
def book_again(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The same treatment with the same therapist at the start that was pressed, for the same person and booker."""
    found, now = find_visit(reference, member, Right.REBOOK), timezone.now()
    form = BookAgainForm(request.POST)
    if not form.is_valid() or found.state != State.COMPLETED or found.client is None:
        messages.error(request, _("That is not a time that can be booked."))
        return show_visit(request, member, found, now, status=422)
    details = Details(
        name=found.client.name,
        booker_name=found.booker_name or found.client.name,
        booker_email=found.booker_email,
        booker_phone=found.booker_phone,
        access_needs=found.access_needs,
    )
    try:
        with on_record(by=request.user, verb="book", object_type="visit", now=now) as line:
            visit = appointments.book_by_staff(
                wish=again_search(found, now=now).wish,
                starts_at=form.cleaned_data["start"],
                client=found.client,
                details=details,
                intake=newest_intake(found.client),
                by=hand_of(request),
                now=now,
                send_form=True,
            )
            line.object_id = visit.reference
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return show_visit(request, member, found, now, status=422)
    if comes_from(request) == DAY:
        booked = {"moment": format_moment(visit.starts_at, Wall.of_visit(visit)), "reference": visit.reference}
        messages.success(request, _("Booked for %(moment)s. The reference is %(reference)s.") % booked)
        return redirect(day_of(found, with_undo=False))
    messages.success(request, _("Booked. The reference is %(reference)s.") % {"reference": visit.reference})
    return redirect("panel:visit", reference=visit.reference)
