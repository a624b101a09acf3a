"""Time off and closures: which visits one would strand is said before it is written, and is listed beside it after."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import AlreadyAsked, NoAddress, Refused
from booking.scheduling.stranding import WouldStrand, reviewing, waiting
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_moment, zone_name
from clinic.panel.before_saving import describe_question, goes_back, seen_visits
from clinic.panel.door.rights import Member, Right
from clinic.panel.staff_page import hand_of, show, staff_page, warn_of_mail
from clinic.panel.time_off.forms import TimeOffForm
from clinic.record.audit import on_record
from services import catalogue, rota
from services.models import TimeOff, WorkingHours


@staff_page(Right.CHANGE_ROTA, methods=("GET", "POST"))
def time_off(request: HttpRequest, member: Member) -> HttpResponse:
    """Who is away from now on, the visits that this leaves alone, and a form for more."""
    locations = catalogue.locations_open()
    if not locations:
        return show(request, member, "panel/no_location.html")
    form = TimeOffForm(request.POST if request.method == "POST" else None, locations=locations)
    if goes_back(request):
        return _show(request, member, form)
    if form.is_valid():
        return _save(request, member, form)
    return _show(request, member, form, status=422 if form.is_bound else 200)


@staff_page(Right.CHANGE_ROTA, methods=("POST",))
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


@staff_page(Right.CHANGE_ROTA, methods=("POST",))
def ask_stranded(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """Ask the clients of all visits that this time off leaves alone to choose another time; none of them twice."""
    found = _find(time_off_id)
    rows = [row for row in waiting(now=timezone.now()) if _strands(found, row.appointment)]
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
    except Refused:
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
            reviewing(now=now, seen=seen_visits(request)) as review,
            on_record(by=request.user, verb="add", object_type="time off", now=now) as line,
        ):
            row = (
                rota.add_time_off(therapist=wanted["therapist"], **times, review=review)
                if wanted["therapist"]
                else rota.add_closure(location=wanted["location"], **times, review=review)
            )
            line.object_id = str(row.pk)
            stranded = len(review.stranded())
    except WouldStrand as would:
        # Only what was shown is stranded: with other times, or a visit booked since, the question is asked anew.
        question = describe_question(request, would, button=_("Save all the same"))
        return show(request, member, "panel/before_saving.html", question, status=409)
    except rota.RotaRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, member, form, status=422)
    messages.success(request, _said(stranded))
    return redirect("panel:time_off")


def _said(stranded: int) -> str:
    if not stranded:
        return _("Saved.")
    return ngettext(
        "Saved. %(count)s visit needs a new time: move it, or ask its client to choose another time.",
        "Saved. %(count)s visits need a new time: move them, or ask their clients to choose another time.",
        stranded,
    ) % {"count": stranded}


def _show(request: HttpRequest, member: Member, form: TimeOffForm, *, status: int = 200) -> HttpResponse:
    names_zone = len({location.time_zone for location in form.locations}) > 1
    context: dict[str, Any] = {
        "form": form,
        "location": form.locations[0] if len(form.locations) == 1 else None,
        "rows": _rows(names_zone=names_zone, usual=Wall.of_place(form.locations[0])),
    }
    return show(request, member, "panel/time_off/time_off.html", context, status=status)


def _rows(*, names_zone: bool, usual: Wall) -> list[dict[str, Any]]:
    """Time off that is not over, by the clock of its place, with the visits that it leaves alone."""
    now = timezone.now()
    found = list(TimeOff.objects.filter(ends_at__gt=now).select_related("therapist", "location"))
    walls = _home_walls(row.therapist_id for row in found if row.therapist_id is not None)
    visits = [row.appointment for row in waiting(now=now)]
    asked = _who_was_asked(visits)
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
                "alone": [_line(visit, was_asked=visit.pk in asked, names_zone=names_zone) for visit in alone],
                "can_ask": any(visit.booker_email and visit.pk not in asked for visit in alone),
            }
        )
    return rows


def _who_was_asked(visits: Sequence[Appointment]) -> set[int]:
    """The ids of those whose clients have been asked to choose another time for them as they are."""
    asked = Message.objects.filter(
        appointment__in=visits, kind=Message.Kind.CHOOSE_AGAIN, version=F("appointment__version")
    )
    return set(asked.exclude(state=Message.State.SUPPRESSED).values_list("appointment_id", flat=True))


def _strands(row: TimeOff, visit: Appointment) -> bool:
    is_theirs = row.therapist_id in (None, visit.therapist_id) and row.location_id in (None, visit.location_id)
    return is_theirs and visit.starts_at < row.ends_at and visit.ends_at > row.starts_at


def _line(visit: Appointment, *, was_asked: bool, names_zone: bool) -> dict[str, Any]:
    wall = Wall.of_visit(visit)
    moment = format_moment(visit.starts_at, wall)
    return {
        "visit": visit,
        "moment": f"{moment}, {zone_name(wall.zone)}" if names_zone else moment,
        "phone": format_phone(visit.booker_phone, country=wall.country),
        "was_asked": was_asked,
    }


def _home_walls(therapist_ids: Iterable[int]) -> dict[int, Wall]:
    """The clock of the first location at which each therapist has hours."""
    hours = WorkingHours.objects.filter(therapist__in=set(therapist_ids)).order_by("-location_id")
    return {row.therapist_id: Wall.of_place(row.location) for row in hours.select_related("location")}
