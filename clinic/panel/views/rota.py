"""Time off and closures. Before one is written it is said which visits it would strand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, State
from booking.when import format_moment
from clinic.audit import on_record
from clinic.panel.access import Member, Right
from clinic.panel.forms import TimeOffForm
from clinic.panel.pages import show, staff_page
from services import catalogue, rota
from services.intervals import Interval
from services.models import Location, Therapist, TimeOff

STRANDABLE = (State.HELD, State.REQUESTED, State.BOOKED)


def stranded_visits(*, therapist: Therapist | None, location: Location, span: Interval) -> Sequence[Appointment]:
    """The visits that would lie in `span` with nobody there to give them, in order of time."""
    rows = Appointment.objects.filter(state__in=STRANDABLE, starts_at__lt=span.end, ends_at__gt=span.start)
    rows = rows.filter(therapist=therapist) if therapist else rows.filter(location=location)
    return list(rows.select_related("client", "therapist", "treatment").order_by("starts_at"))


@staff_page(Right.CHANGE_ROTA, methods=("GET", "POST"))
def time_off(request: HttpRequest, member: Member) -> HttpResponse:
    """Who is away from now on, and a form for more."""
    form = TimeOffForm(request.POST or None)
    location = next(iter(catalogue.locations_open()), None)
    if location is None:
        return show(request, member, "panel/no_location.html")
    if request.method == "POST" and form.is_valid():
        return _save(request, member, form, location)
    return _show(request, member, form, location, status=422 if request.method == "POST" else 200)


@staff_page(Right.CHANGE_ROTA, methods=("POST",))
def remove_time_off(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """The therapist is there after all; the place is open after all."""
    found = TimeOff.objects.filter(pk=time_off_id).first()
    if found is None:
        raise Http404
    now = timezone.now()
    with on_record(by=request.user, verb="remove", object_type="time off", object_id=time_off_id, now=now):
        rota.remove_time_off(time_off=found)
    messages.success(request, _("Removed."))
    return redirect("panel:time_off")


def _save(request: HttpRequest, member: Member, form: TimeOffForm, location: Location) -> HttpResponse:
    wanted = form.cleaned_data
    zone = rota.zone_of(location=location)
    start = datetime.combine(wanted["first_day"], wanted["first_time"], tzinfo=zone).astimezone(UTC)
    end = datetime.combine(wanted["last_day"], wanted["last_time"], tzinfo=zone).astimezone(UTC)
    therapist = wanted["therapist"]
    try:
        rota.check_time_off(starts_at=start, ends_at=end, reason=wanted["reason"])
        stranded = stranded_visits(therapist=therapist, location=location, span=Interval(start, end))
        if stranded and not wanted["confirmed"]:
            asked = request.POST.copy()
            asked["confirmed"] = "on"
            form = TimeOffForm(asked)
            return _show(request, member, form, location, stranded=stranded, status=409)
        times = {"starts_at": start, "ends_at": end, "reason": wanted["reason"]}
        with on_record(by=request.user, verb="add", object_type="time off", now=timezone.now()) as line:
            row = (
                rota.add_time_off(therapist=therapist, **times)
                if therapist
                else rota.add_closure(location=location, **times)
            )
            line.object_id = str(row.pk)
    except rota.RotaRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, member, form, location, status=422)
    messages.success(request, _("Saved. %(count)s visits have to be moved by hand.") % {"count": len(stranded)})
    return redirect("panel:time_off")


def _show(
    request: HttpRequest,
    member: Member,
    form: TimeOffForm,
    location: Location,
    *,
    stranded: Sequence[Appointment] = (),
    status: int = 200,
) -> HttpResponse:
    zone = rota.zone_of(location=location)
    rows = TimeOff.objects.filter(ends_at__gt=timezone.now()).select_related("therapist", "location")
    context: dict[str, Any] = {
        "form": form,
        "location": location,
        "stranded": [(visit, format_moment(visit.starts_at, zone)) for visit in stranded],
        "rows": [(row, format_moment(row.starts_at, zone), format_moment(row.ends_at, zone)) for row in rows],
    }
    return show(request, member, "panel/time_off.html", context, status=status)
