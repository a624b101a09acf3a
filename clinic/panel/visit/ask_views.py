"""Asking the client: for the form of a visit, by mail or by reading the questions out, and for another time."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from booking.intake.decisions import IncompleteAnswers
from booking.models import Appointment
from booking.pages.layout import list_errors
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome, screen
from booking.scheduling import appointments
from booking.scheduling.states import UNTREATED
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.about import about
from clinic.panel.visit.change import make_change
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.questions import QuestionsPage, ReadOutForm
from clinic.panel.visit.result import describe_result, describe_unkept_emergency
from clinic.panel.visit.showing import show_about
from clinic.record.audit import on_record
from services.refusals import Refusal

# Whoever read the questions out may read the result to the client for this long; the answers themselves are not shown again.
TOLD_WITHIN = timedelta(minutes=15)


@staff_page("send_form", methods=("POST",))
def send_form(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Mail the client a link to the health form of this visit."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)

    def ask() -> None:
        now = timezone.now()
        appointments.ask_for_form(appointment=found, by=hand_of(request), now=now)
        messages.success(request, _("The client is asked for the form by email."))
        warn_of_mail(request, now=now)

    return make_change(request, member, found, ask, verb="ask for form")


@staff_page("choose_again", methods=("POST",))
def choose_again(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Mail the client that this time can't be kept, with a link to choose another."""
    found = find_visit(reference, member, Right.CHANGE_VISIT)

    def ask() -> None:
        now = timezone.now()
        appointments.ask_to_choose_again(appointment=found, by=hand_of(request), now=now)
        messages.success(request, _("The client is asked by email to choose another time."))
        warn_of_mail(request, now=now)

    return make_change(request, member, found, ask, verb="ask for a new time")


@sensitive_post_parameters()
@staff_page("read_out", methods=("GET", "POST"))
def read_out(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Every question on one page, read to the client. Nothing that is stored is shown; what was typed comes back."""
    found = find_visit(reference, member, Right.STEP_VISIT)
    if request.method != "POST" and _tell_late(request, found):
        return redirect("panel:visit", reference=reference)
    form = ReadOutForm(request.POST if request.method == "POST" else None, said_by=found.booker_name)
    if request.method != "POST":
        return _show_questions(request, member, found, form)
    is_ready = form.is_valid() and not form.is_asked_so_far
    emergency = screen(form.fresh, load_rulebook())
    if not is_ready and emergency.level is None:
        _tell_late(request, found)
        return _show_questions(request, member, found, form)
    if form.fresh.get("consent") is not True:
        # Without the agreement nothing is kept; an emergency sign counts all the same.
        why = _("Nothing was kept, because there was no agreement to keep it.")
        page = describe_unkept_emergency(found, emergency.fired, why=why)
        return show_about(request, member, found, "panel/visit/result.html", page)
    return _take(request, member, found, form, emergency)


@staff_page("read_out_result")
def read_out_result(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """What to tell the client, for whoever has just read the questions out; anybody else gets the visit."""
    found = find_visit(reference, member, Right.STEP_VISIT)
    now = timezone.now()
    reading = appointments.find_reading(found)
    is_theirs = reading is not None and reading.by == request.user and now - reading.at < TOLD_WITHIN
    if found.intake is None or not is_theirs:
        return redirect("panel:visit", reference=reference)
    page = describe_result(member, found, found.intake, now=now)
    return show_about(request, member, found, "panel/visit/result.html", page)


def _tell_late(request: HttpRequest, found: Appointment) -> bool:
    """Whether it is too late for questions; then staff are told so."""
    is_late = found.state not in UNTREATED
    if is_late:
        messages.error(
            request, _("It is too late for questions: this visit is %(state)s.") % {"state": found.get_state_display()}
        )
    return is_late


def _take(
    request: HttpRequest, member: Member, found: Appointment, form: ReadOutForm, emergency: Outcome
) -> HttpResponse:
    """Decide on what was said, on record. What can't be kept stays on the page, and an emergency sign is told first."""
    now = timezone.now()
    try:
        with on_record(
            by=request.user,
            verb="read out",
            object_type="visit",
            object_id=found.reference,
            fields=["answers"],
            now=now,
        ):
            appointments.read_out(
                appointment=found, answers=form.fresh, said_by=form.said_by, by=hand_of(request), now=now
            )
    except IncompleteAnswers as missing:
        for error in missing.errors:
            form.add_error(error.key if error.key in form.fields else None, error.sentence)
        return _show_questions(request, member, found, form)
    except Refusal as refusal:
        if emergency.level is not None:
            page = describe_unkept_emergency(
                found, emergency.fired, why=_("Nothing was kept.") + f" {refusal.for_staff}"
            )
            return show_about(request, member, found, "panel/visit/result.html", page)
        messages.error(request, refusal.for_staff)
        return _show_questions(request, member, found, form, status=409)
    return redirect("panel:read_out_result", reference=found.reference)


def _show_questions(
    request: HttpRequest, member: Member, found: Appointment, form: ReadOutForm, *, status: int = 200
) -> HttpResponse:
    errors = list_errors(form) if form.is_bound else []
    if form.is_bound and form.is_asked_so_far and not errors:
        messages.info(request, _("No emergency sign so far. Please go on with the questions."))
    page = QuestionsPage(about(found), form, errors)
    return show_about(request, member, found, "panel/visit/questions.html", page, status=422 if errors else status)
