"""Cases: who waits for a call, what was said, and a physician's letter."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import links
from booking.cases import clearances, follow_up
from booking.cases.clearances import ClearanceRefused, Letter
from booking.cases.follow_up import CaseChanged
from booking.intake.decisions import current_decision
from booking.intake.findings import Findings
from booking.models import Case, Clearance
from booking.rules.levels import GRAVE
from booking.scheduling import stranding
from booking.wording.times import format_moment, zone_name
from clinic.panel.cases.forms import CaseStepForm, ClearanceForm
from clinic.panel.cases.waiting import EVENT_WORDS, SINCE, describe_case, describe_waiting
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.staff_page import clinic_wall, phone_of, show, staff_page
from clinic.panel.stranded import describe_stranded
from clinic.record.audit import on_record, write_view
from services import catalogue

CLOSED_SHOWN = timedelta(days=14)
NOBODY_KNOWN = Q(contact_name="", contact_email="", contact_phone="")


@staff_page(Right.WORK_CASES)
def cases(request: HttpRequest, member: Member) -> HttpResponse:
    """Who waits: why, how urgent, until when, what is overdue first; visits that need a new time; what was closed lately.

    Of those who left nothing to find them by only how many.
    """
    rows = Case.objects.select_related("owner", "appointment")
    now = timezone.now()
    waiting = rows.filter(state__in=Case.OPEN)
    closed = rows.exclude(state__in=Case.OPEN).filter(closed_at__gt=now - CLOSED_SHOWN)
    context = {
        "waiting": describe_waiting(waiting, member=member, wall=clinic_wall(), now=now),
        "stranded": describe_stranded(stranding.waiting(now=now)),
        "closed": closed.exclude(NOBODY_KNOWN)[:50],
        "counted": closed.filter(NOBODY_KNOWN).count(),
        "now": now,
    }
    return show(request, member, "panel/cases/cases.html", context)


@staff_page(Right.WORK_CASES, methods=("GET", "POST"))
def case(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """One case with its history; POST takes a step."""
    found = _find(case_id)
    form = CaseStepForm(request.POST if request.method == "POST" else None, case=found)
    if not form.is_valid():
        return _show(request, member, found, form, ClearanceForm(case=found), status=422 if form.is_bound else 200)
    wanted, now = form.cleaned_data, timezone.now()
    try:
        with on_record(by=request.user, verb="step", object_type="case", object_id=case_id, fields=["state"], now=now):
            follow_up.take_step(
                case=found,
                state=Case.State(wanted["state"]),
                by=_user(request),
                now=now,
                note=wanted["note"],
                seen_event=wanted["seen_event"],
            )
    except CaseChanged as meanwhile:
        messages.error(request, _say_who(meanwhile))
        fresh = _find(case_id)
        form = CaseStepForm(case=fresh, typed={"state": wanted["state"], "note": wanted["note"]})
        return _show(request, member, fresh, form, ClearanceForm(case=fresh), status=409)
    return redirect("panel:case", case_id=case_id)


@staff_page(Right.CLEAR_CASES, methods=("POST",))
def clear(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Record what a physician wrote."""
    found = _find(case_id)
    form = ClearanceForm(request.POST, case=found)
    if form.is_valid():
        wanted = form.cleaned_data
        letter = Letter(
            written_by=wanted["written_by"],
            written_date=wanted["written_date"],
            allowed_treatments=tuple(wanted["allowed_treatments"]),
            valid_until=wanted["valid_until"],
            avoid=tuple(line.strip() for line in wanted["avoid"].splitlines() if line.strip()),
            note=wanted["note"],
        )
        try:
            now = timezone.now()
            with on_record(by=request.user, verb="clear", object_type="case", object_id=case_id, now=now):
                clearances.record_clearance(case=found, letter=letter, by=_user(request), now=now)
        except ClearanceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The letter is recorded."))
            return redirect("panel:case", case_id=case_id)
    return _show(request, member, found, CaseStepForm(case=found), form, status=422)


@staff_page(Right.CLEAR_CASES, methods=("POST",))
def void_letter(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """A letter does not count any more: withdrawn, or recorded by mistake."""
    letter = Clearance.objects.filter(case=case_id, voided_at=None).first()
    if letter is None:
        raise Http404
    now = timezone.now()
    with on_record(by=request.user, verb="void letter", object_type="case", object_id=case_id, now=now):
        clearances.void_clearance(clearance=letter, by=_user(request), now=now)
    messages.success(request, _("The letter does not count any more. The case is open again."))
    return redirect("panel:case", case_id=case_id)


def _say_who(meanwhile: CaseChanged) -> str:
    event = meanwhile.event
    return _(
        "%(who)s has worked on this case after you had opened it (%(what)s). Nothing of that was overwritten, and what "
        "you typed is still here. Look at it again."
    ) % {"who": event.by.username if event.by else _("The system"), "what": EVENT_WORDS.get(event.verb, event.verb)}


def _find(case_id: int) -> Case:
    rows = Case.objects.select_related("intake", "appointment", "client", "owner").annotate(since=SINCE)
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    member: Member,
    found: Case,
    form: CaseStepForm,
    clearance: ClearanceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    write_view(by=request.user, client_id=found.client_id, now=timezone.now(), fields=["case"])
    decision = current_decision(intake=found.intake, now=timezone.now()) if found.intake else None
    wall = clinic_wall()
    today = timezone.localdate(timezone=wall.zone)
    is_open = Case.State(found.state).is_open
    waits = describe_case(found, member=member, wall=wall, now=timezone.now()) if is_open else None
    letters = found.clearances.select_related("intake", "recorded_by").order_by("-id")
    counts = next((one for one in letters if one.voided_at is None and one.valid_until >= today), None)
    may_clear = may(member, Right.CLEAR_CASES) and found.kind == Case.Kind.PHYSICIAN and counts is None
    context = {
        "case": found,
        "phone": phone_of(found.contact_phone),
        "form": form,
        "clearance_form": clearance if may_clear else None,
        "letters": [
            {
                "letter": one,
                "allowed": catalogue.names_of(keys=one.allowed_treatments),
                "recorded_at": format_moment(one.recorded_at, wall),
                "cleared_url": links.cleared_url(one) if one == counts else "",
            }
            for one in letters
        ],
        "level": decision.get_level_display() if decision and decision.level else "",
        "notes": [
            reason.staff
            for reason in Findings.of(decision).reasons
            if reason.level in GRAVE and not (waits and reason.staff in waits.why)
        ]
        if decision and may(member, Right.SEE_ANSWERS)
        else [],
        "events": [
            (format_moment(event.at, wall, with_year=True), EVENT_WORDS.get(event.verb, event.verb), event)
            for event in found.events.select_related("by")
        ],
        "zone": zone_name(wall.zone),
        "waits": waits,
    }
    return show(request, member, "panel/cases/case.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
