"""The desk: a visit for somebody on the phone."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.models import Client
from booking.scheduling import appointments
from booking.scheduling.appointments import OUTWEIGHED, SlotTaken
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import nearest_starts
from booking.wording.times import Wall, format_moment, local_date
from clinic.panel.desk.finding import find_client
from clinic.panel.desk.forms import BookForm
from clinic.panel.desk.gap import begin_with, read_gap
from clinic.panel.desk.page import describe_booking, describe_form
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import hand_of
from clinic.panel.no_location import show_no_location
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services import catalogue
from services.refusals import Refusal


@staff_page("book", methods=("GET", "POST"))
def book(request: HttpRequest, member: Member) -> HttpResponse:
    """Quick add: place, therapist, day and time come filled in from the gap that was pressed."""
    locations = catalogue.locations_open()
    if not locations:
        return show_no_location(request, member)
    now = timezone.now()
    is_sent, gap = request.method == "POST", read_gap(request.GET)
    client = find_client(request.POST.get("client_id") if is_sent else request.GET.get("client"))
    initial = begin_with(gap, client, locations)
    needs_form, form_words = describe_form(client, initial.get("day") or local_date(now, locations[0].zone))
    form = BookForm(request.POST if is_sent else None, locations=locations, needs_form=needs_form, initial=initial)
    write_view(by=request.user, client_id=client.pk if client else None, now=now, fields=["contacts"])
    if form.is_valid() and (booked := _book(request, form, client, now)) is not None:
        return booked
    page = describe_booking(form, client, form_words, gap)
    return show(request, member, "panel/desk/book.html", page, status=422 if form.is_bound else 200)


def _book(request: HttpRequest, form: BookForm, client: Client | None, now: datetime) -> HttpResponse | None:
    """To the visit; None where it could not be booked, which the form then says."""
    wanted = form.cleaned_data
    wish = form.wish()
    try:
        with on_record(by=request.user, verb="book", object_type="visit", now=now) as line:
            visit = appointments.book_by_staff(
                wish=wish,
                starts_at=wanted["starts_at"],
                client=client,
                details=form.details(),
                # A known client's latest form; whether it still holds is the gate's to say.
                intake=newest_intake(client),
                by=hand_of(request),
                now=now,
                send_form=wanted.get("send_form", False),
                reason=wanted["reason"],
            )
            line.object_id = visit.reference
    except SlotTaken as taken:
        form.add_error("time", f"{taken.for_staff} {_nearest(wish, wanted['starts_at'], now)}")
        if taken.reason in OUTWEIGHED:
            form.ask_for_reason()
        return None
    except Refusal as refusal:
        form.add_error(None, refusal.for_staff)
        return None
    said = (
        _("Booked. The reference is %(reference)s. What is open is listed below.")
        if visit.conditions.filter(settled_at=None).exists()
        else _("Booked. The reference is %(reference)s.")
    )
    messages.success(request, said % {"reference": visit.reference})
    return redirect("panel:visit", reference=visit.reference)


def _nearest(wish: Wish, starts_at: datetime, now: datetime) -> str:
    starts = nearest_starts(search=Search(wish, now, by_staff=True), around=starts_at)
    if not starts:
        return ""
    return _("The nearest are: %(times)s.") % {
        "times": "; ".join(format_moment(start.starts_at, Wall.of_place(wish.location)) for start in starts)
    }
