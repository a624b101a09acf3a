"""One visit: what to be careful about first, and the steps of the day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from booking.intake.decisions import IncompleteAnswers
from booking.models import Appointment, State
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import screen
from booking.rules.version_1 import answers_today
from booking.scheduling import appointments
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.about import FormPage, about
from clinic.panel.visit.begin import spell_out
from clinic.panel.visit.change import make_change
from clinic.panel.visit.forms import AskAgainForm, StepForm
from clinic.panel.visit.load import find_visit
from clinic.panel.visit.page import Typed
from clinic.panel.visit.result import describe_unkept_emergency
from clinic.panel.visit.showing import show_about, show_visit
from clinic.panel.visit.steps import is_for_reception
from clinic.record.audit import on_record
from services.refusals import Refusal


@staff_page("visit")
def visit(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The side panel; a whole page where there is no board beside it."""
    found = find_visit(reference, member, Right.SEE_VISIT)
    return show_visit(request, member, found, timezone.now())


@staff_page("step", methods=("POST",))
def step(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Take one step of the day."""
    found = find_visit(reference, member, Right.STEP_VISIT)
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors.get("reason", [_("That step is not possible.")])[0]))
        typed = Typed(reason=request.POST.get("reason", ""))
        return show_visit(request, member, found, timezone.now(), typed=typed, status=422)
    if is_for_reception(member, found):
        # A therapist's page may be older than what happened to the visit.
        state = found.get_state_display()
        messages.error(request, _("This visit is %(state)s; reception decides what follows.") % {"state": state})
        return show_visit(request, member, found, timezone.now(), status=409)
    wanted = form.cleaned_data
    return make_change(
        request,
        member,
        found,
        lambda: appointments.change_state(
            appointment=found,
            target=State(wanted["target"]),
            by=hand_of(request),
            now=timezone.now(),
            reason=wanted["reason"],
            seen_event=wanted["seen_event"],
            acknowledged=wanted["acknowledged"],
        ),
        verb="step",
        fields=["state"],
        typed=Typed(reason=wanted["reason"]),
    )


@sensitive_post_parameters()
@staff_page("ask_again", methods=("GET", "POST"))
def ask_again(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Read the urgent questions out, and record what was said."""
    found = find_visit(reference, member, Right.STEP_VISIT)
    form = AskAgainForm(spell_out(request.POST) if request.method == "POST" else None)
    if request.POST.get("begins") and found.state == State.IN_TREATMENT:
        return _begin(request, member, found)  # a second press
    if not form.is_bound:
        return show_about(request, member, found, "panel/visit/ask_again.html", FormPage(about(found), form))
    if not form.is_valid():
        return _show_again(request, member, found, form, why=_("Other questions are still open."), status=422)
    return _ask(request, member, found, form)


def _ask(request: HttpRequest, member: Member, found: Appointment, form: AskAgainForm) -> HttpResponse:
    """Keep the answers, on record, and lead to what they mean; or begin the treatment, where that was pressed."""
    try:
        with on_record(
            by=request.user,
            verb="ask again",
            object_type="visit",
            object_id=found.reference,
            fields=["answers"],
            now=timezone.now(),
        ):
            decision = appointments.ask_again(
                appointment=found,
                answers=form.answers(),
                by=hand_of(request),
                now=timezone.now(),
                seen_event=form.cleaned_data["seen_event"],
            )
    except IncompleteAnswers as missing:
        for error in missing.errors:
            form.add_error(error.key if error.key in form.fields else None, error.sentence)
        return _show_again(request, member, found, form, why=_("Other questions are still open."), status=422)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return _show_again(request, member, found, form, why=refusal.for_staff, status=409)
    if decision.is_bookable and form.cleaned_data["begins"]:
        return _begin(request, member, found)
    if not decision.is_bookable:
        messages.error(request, _("These answers do not go with a massage today. See what they mean below."))
    else:
        messages.success(request, _("The urgent questions were asked again."))
    return redirect("panel:visit", reference=found.reference)


def _begin(request: HttpRequest, member: Member, found: Appointment) -> HttpResponse:
    """The step that follows the answers, unless somebody else was there between them."""
    asked = found.events.filter(verb=appointments.ASKED_AGAIN).order_by("-pk").values_list("pk", flat=True).first()
    return make_change(
        request,
        member,
        found,
        lambda: appointments.change_state(
            appointment=found,
            target=State.IN_TREATMENT,
            by=hand_of(request),
            now=timezone.now(),
            seen_event=asked,
            acknowledged=True,
        ),
        verb="step",
        fields=["state"],
    )


def _show_again(
    request: HttpRequest, member: Member, found: Appointment, form: AskAgainForm, *, why: str, status: int
) -> HttpResponse:
    """The questions with what was marked. An emergency sign in it comes first, whatever became of the rest."""
    known = answers_today(found.intake.answers, version=found.intake.schema_version)[0] if found.intake else {}
    emergency = screen(known | form.answers(), load_rulebook())
    if emergency.level is not None:
        told = describe_unkept_emergency(found, emergency.fired, why=_("Nothing was kept.") + f" {why}")
        return show_about(request, member, found, "panel/visit/result.html", told)
    page = FormPage(about(found), form)
    return show_about(request, member, found, "panel/visit/ask_again.html", page, status=status)
