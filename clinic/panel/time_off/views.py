"""Time off and closures: which visits it would strand is said before it is saved, and listed beside it afterwards."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.appointments import AlreadyAsked, NoAddress
from booking.scheduling.stranding import reviewing, waiting
from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import hand_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.no_location import show_no_location
from clinic.panel.refusals import refusals_told_in
from clinic.panel.staff_page import staff_page
from clinic.panel.time_off.forms import TimeOffForm
from clinic.panel.time_off.page import load_time_off, say_saved, strands
from clinic.record.audit import on_record
from services import catalogue, rota
from services.models import TimeOff
from services.refusals import Refusal


@staff_page("time_off", methods=("GET", "POST"))
def time_off(request: HttpRequest, member: Member) -> HttpResponse:
    """Who is away from now on, the visits that this strands, and a form for more."""
    locations = catalogue.locations_open()
    if not locations:
        return show_no_location(request, member)
    form = TimeOffForm(request.POST if request.method == "POST" else None, locations=locations, asked=request.GET)
    if goes_back(request):
        return _show(request, member, form)
    if form.is_valid():
        return _save(request, member, form)
    return _show(request, member, form, status=422 if form.is_bound else 200)


@staff_page("remove_time_off", methods=("POST",))
def remove_time_off(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """The therapist is there after all; the place is open after all."""
    found = _find(time_off_id)
    now = timezone.now()
    with (
        reviewing(now=now) as review,
        on_record(by=request.user, verb="remove", object_type="time off", object_id=time_off_id, now=now),
    ):
        rota.remove_time_off(time_off=found, review=review)
    messages.success(request, _("Removed."))
    return redirect("panel:time_off")


@staff_page("ask_stranded", methods=("POST",))
def ask_stranded(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """Ask the clients of all visits that this time off strands to choose another time; nobody is asked twice."""
    found = _find(time_off_id)
    rows = [row for row in waiting(now=timezone.now()) if strands(found, row.appointment)]
    results = [_ask(request, row.appointment) for row in rows]
    asked, alone = results.count("asked"), results.count("no address")
    messages.success(
        request,
        ngettext("%(count)s client is asked by email.", "%(count)s clients are asked by email.", asked)
        % {"count": asked},
    )
    if asked:
        warn_of_mail(request, now=timezone.now())
    if alone:
        no_address = ngettext(
            "%(count)s has no email address: please call.", "%(count)s have no email address: please call.", alone
        )
        messages.warning(request, no_address % {"count": alone})
    return redirect("panel:time_off")


def _ask(request: HttpRequest, visit: Appointment) -> str:
    """One visit, in a transaction of its own: the locks of several would be taken in no order."""
    now = timezone.now()
    verb = "ask for a new time"
    try:
        with on_record(by=request.user, verb=verb, object_type="visit", object_id=visit.reference, now=now):
            appointments.ask_to_choose_again(appointment=visit, by=hand_of(request), now=now)
    except NoAddress:
        return "no address"
    except AlreadyAsked:
        return "asked before"
    except Refusal:
        return "not possible"
    return "asked"


def _find(time_off_id: int) -> TimeOff:
    found = TimeOff.objects.select_related("therapist", "location").filter(pk=time_off_id).first()
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, member: Member, form: TimeOffForm) -> HttpResponse:
    wanted, now = form.cleaned_data, timezone.now()
    times = {"starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"], "reason": wanted["reason"]}
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(by=request.user, verb="add", object_type="time off", now=now) as line,
        ):
            row = (
                rota.add_time_off(therapist=wanted["therapist"], **times, review=review)
                if wanted["therapist"]
                else rota.add_closure(location=wanted["location"], **times, review=review)
            )
            line.object_id = str(row.pk)
    except AskFirst as asked:
        # Only what was shown is stranded: with other times, or a visit booked since, the question is asked again.
        return show_choices(request, member, asked, verb=_("Save"))
    if not form.is_valid():
        return _show(request, member, form, status=422)
    messages.success(request, say_saved(review))
    return redirect("panel:time_off")


def _show(request: HttpRequest, member: Member, form: TimeOffForm, *, status: int = 200) -> HttpResponse:
    page = load_time_off(form, now=timezone.now())
    return show(request, member, "panel/time_off/time_off.html", page, status=status)
