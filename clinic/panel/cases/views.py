"""Cases: who waits for a call, what was said, and a physician's letter."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.cases import clearances, follow_up
from booking.cases.follow_up import CaseChanged
from booking.models import Case, Clearance
from clinic.panel.cases.forms import CaseStepForm, ClearanceForm
from clinic.panel.cases.page import describe_page, load_cases
from clinic.panel.cases.waiting import EVENT_WORDS, SINCE
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.refusals import refusals_told_in
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view


@staff_page("cases")
def cases(request: HttpRequest, member: Member) -> HttpResponse:
    """Who waits: why, how urgent, until when, what is overdue first; visits that need a new time; what was closed lately.

    Those who left nothing to find them by are only counted.
    """
    return show(request, member, "panel/cases/cases.html", load_cases(member, now=timezone.now()))


@staff_page("case", methods=("GET", "POST"))
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
                by=user_of(request),
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


@staff_page("clear", methods=("POST",))
def clear(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Record what a physician wrote."""
    found = _find(case_id)
    form = ClearanceForm(request.POST, case=found)
    if form.is_valid():
        now = timezone.now()
        with (
            refusals_told_in(form),
            on_record(by=request.user, verb="clear", object_type="case", object_id=case_id, now=now),
        ):
            clearances.record_clearance(case=found, letter=form.letter(), by=user_of(request), now=now)
    if form.is_valid():
        messages.success(request, _("The letter is recorded."))
        return redirect("panel:case", case_id=case_id)
    return _show(request, member, found, CaseStepForm(case=found), form, status=422)


@staff_page("void_letter", methods=("POST",))
def void_letter(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """A letter does not count any more: withdrawn, or recorded by mistake."""
    letter = Clearance.objects.filter(case=case_id, voided_at=None).first()
    if letter is None:
        raise Http404
    now = timezone.now()
    with on_record(by=request.user, verb="void letter", object_type="case", object_id=case_id, now=now):
        clearances.void_clearance(clearance=letter, by=user_of(request), now=now)
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
    clearance_form: ClearanceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    write_view(by=request.user, client_id=found.client_id, now=now, fields=["case"])
    page = describe_page(found, member=member, form=form, clearance_form=clearance_form, now=now)
    return show(request, member, "panel/cases/case.html", page, status=status)
