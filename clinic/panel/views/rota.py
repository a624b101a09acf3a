"""Time off and closures: which visits one would strand is said before it is written, and stands beside it after."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, Message, State
from booking.phones import format_phone
from booking.scheduling import appointments
from booking.scheduling.appointments import AlreadyAsked, NoAddress, Refused
from booking.when import Wall, format_moment, zone_name
from clinic.audit import on_record
from clinic.panel.access import Member, Right
from clinic.panel.forms.rota import TimeOffForm
from clinic.panel.pages import hand_of, show, staff_page, warn_of_mail
from services import catalogue, rota
from services.intervals import Interval
from services.models import Location, Therapist, TimeOff, WorkingHours

STRANDABLE = (State.HELD, State.REQUESTED, State.BOOKED)
ASKABLE = (State.REQUESTED, State.BOOKED)


def stranded_visits(*, therapist: Therapist | None, location: Location | None, span: Interval) -> list[Appointment]:
    """The visits that would lie in `span` with nobody there to give them, in order of time."""
    rows = _visits_in(span)
    return list(rows.filter(therapist=therapist) if therapist else rows.filter(location=location))


@staff_page(Right.CHANGE_ROTA, methods=("GET", "POST"))
def time_off(request: HttpRequest, member: Member) -> HttpResponse:
    """Who is away from now on, the visits that this leaves alone, and a form for more."""
    locations = catalogue.locations_open()
    if not locations:
        return show(request, member, "panel/no_location.html")
    form = TimeOffForm(request.POST if request.method == "POST" else None, locations=locations)
    if form.is_valid():
        return _save(request, member, form)
    return _show(request, member, form, status=422 if form.is_bound else 200)


@staff_page(Right.CHANGE_ROTA, methods=("POST",))
def remove_time_off(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """The therapist is there after all; the place is open after all."""
    found = _find(time_off_id)
    now = timezone.now()
    with on_record(by=request.user, verb="remove", object_type="time off", object_id=time_off_id, now=now):
        rota.remove_time_off(time_off=found)
    messages.success(request, _("Removed."))
    return redirect("panel:time_off")


@staff_page(Right.CHANGE_ROTA, methods=("POST",))
def ask_stranded(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """Ask the clients of all visits that this time off leaves alone to choose another time; none of them twice."""
    found = _find(time_off_id)
    span = Interval(found.starts_at, found.ends_at)
    stranded = stranded_visits(therapist=found.therapist, location=found.location, span=span)
    results = [_ask(request, visit) for visit in stranded if visit.state in ASKABLE]
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
    except Refused:
        return "not possible"
    return "asked"


def _find(time_off_id: int) -> TimeOff:
    found = TimeOff.objects.select_related("therapist", "location").filter(pk=time_off_id).first()
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, member: Member, form: TimeOffForm) -> HttpResponse:
    wanted = form.cleaned_data
    therapist, location = wanted["therapist"], wanted["location"]
    times = {"starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"], "reason": wanted["reason"]}
    try:
        rota.check_time_off(**times)
        span = Interval(wanted["starts_at"], wanted["ends_at"])
        stranded = stranded_visits(therapist=therapist, location=location, span=span)
        # Only what was shown is confirmed: other times, or a visit booked since, are shown first.
        if not {visit.reference for visit in stranded} <= set(wanted["confirmed"].split()):
            asked = request.POST.copy()
            asked["confirmed"] = " ".join(visit.reference for visit in stranded)
            return _show(request, member, TimeOffForm(asked, locations=form.locations), stranded=stranded, status=409)
        with on_record(by=request.user, verb="add", object_type="time off", now=timezone.now()) as line:
            row = (
                rota.add_time_off(therapist=therapist, **times)
                if therapist
                else rota.add_closure(location=location, **times)
            )
            line.object_id = str(row.pk)
    except rota.RotaRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, member, form, status=422)
    messages.success(request, _said(len(stranded)))
    return redirect("panel:time_off")


def _said(stranded: int) -> str:
    if not stranded:
        return _("Saved.")
    return ngettext(
        "Saved. %(count)s visit has nobody to give it now: move it, or ask its client to choose another time.",
        "Saved. %(count)s visits have nobody to give them now: move them, or ask their clients to choose another time.",
        stranded,
    ) % {"count": stranded}


def _show(
    request: HttpRequest,
    member: Member,
    form: TimeOffForm,
    *,
    stranded: Sequence[Appointment] = (),
    status: int = 200,
) -> HttpResponse:
    names_zone = len({location.time_zone for location in form.locations}) > 1
    context: dict[str, Any] = {
        "form": form,
        "location": form.locations[0] if len(form.locations) == 1 else None,
        "stranded": [_line(visit, names_zone=names_zone) for visit in stranded],
        "rows": _rows(names_zone=names_zone, usual=Wall.of_place(form.locations[0])),
    }
    return show(request, member, "panel/time_off.html", context, status=status)


def _rows(*, names_zone: bool, usual: Wall) -> list[dict[str, Any]]:
    """Time off that is not over, by the clock of its place, with the visits that it leaves alone."""
    now = timezone.now()
    found = list(TimeOff.objects.filter(ends_at__gt=now).select_related("therapist", "location"))
    walls = _home_walls(row.therapist_id for row in found if row.therapist_id is not None)
    visits: list[Appointment] = []
    if found:
        visits = list(_visits_in(Interval(now, max(row.ends_at for row in found))).filter(state__in=ASKABLE))
    rows = []
    for row in found:
        wall = Wall.of_place(row.location) if row.location else walls.get(row.therapist_id or 0, usual)
        alone = [visit for visit in visits if _strands(row, visit)]
        rows.append(
            {
                "row": row,
                "start": format_moment(row.starts_at, wall),
                "end": format_moment(row.ends_at, wall),
                "zone": zone_name(wall.zone) if names_zone else "",
                "alone": [_line(visit, names_zone=names_zone) for visit in alone],
                "can_ask": any(visit.booker_email and not visit.is_asked for visit in alone),  # type: ignore[attr-defined]
            }
        )
    return rows


def _visits_in(span: Interval) -> QuerySet[Appointment]:
    """Each knows as `is_asked` whether its client has been asked to choose another time."""
    asked = Message.objects.filter(
        appointment=OuterRef("pk"), version=OuterRef("version"), kind=Message.Kind.CHOOSE_AGAIN
    ).exclude(state=Message.State.SUPPRESSED)
    rows = Appointment.objects.filter(state__in=STRANDABLE, starts_at__lt=span.end, ends_at__gt=span.start)
    return (
        rows.select_related("client", "therapist", "treatment", "location")
        .annotate(is_asked=Exists(asked))
        .order_by("starts_at")
    )


def _strands(row: TimeOff, visit: Appointment) -> bool:
    is_theirs = row.therapist_id in (None, visit.therapist_id) and row.location_id in (None, visit.location_id)
    return is_theirs and visit.starts_at < row.ends_at and visit.ends_at > row.starts_at


def _line(visit: Appointment, *, names_zone: bool) -> tuple[Appointment, str, str]:
    wall = Wall.of_visit(visit)
    moment = format_moment(visit.starts_at, wall)
    phone = format_phone(visit.booker_phone, country=wall.country)
    return visit, f"{moment}, {zone_name(wall.zone)}" if names_zone else moment, phone


def _home_walls(therapist_ids: Iterable[int]) -> dict[int, Wall]:
    """The clock of the first location at which each therapist has hours."""
    hours = WorkingHours.objects.filter(therapist__in=set(therapist_ids)).order_by("-location_id")
    return {row.therapist_id: Wall.of_place(row.location) for row in hours.select_related("location")}
