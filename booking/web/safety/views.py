"""Step 2: the safety check, a page a screen of the questionnaire. Consent first, the urgent signs second.

After every page the EMERGENCY rules are asked about what is there; one that fires ends the questions at once, also
where the rest of the page is not answered yet.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.intake import drafts
from booking.intake.decisions import IncompleteAnswers, decide, stop_at_emergency
from booking.links import LinkRevoked
from booking.models import Appointment, Decision
from booking.pages.layout import PressForm, list_errors
from booking.rules.answers import check_answers
from booking.rules.levels import Level
from booking.rules.pages import Page, pages, since
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome, screen
from booking.rules.version_1 import answers_to_start_from
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.web.addresses import url_of
from booking.web.journey import ANEW, TAKEN_OVER, Journey, clear_form
from booking.web.outcome.emergency import show_unsaved_emergency
from booking.web.safety.forms import QuestionsForm, SinceForm
from booking.web.site import load_site, show
from booking.web.so_far import SoFar, StepPage
from booking.web.steps import Step, StepLine, at_step, send_to_missing, send_to_start, with_journey
from booking.wording.times import format_day
from services.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class SafetyPage(StepPage):
    """`back` is the id of the page before; None at the first."""

    page: Page
    lead: str
    form: QuestionsForm
    has_open_questions: bool
    back: str | None
    is_correcting: bool
    clear_answers: PressForm


@never_cache
@require_safe
@at_step(Step.SAFETY)
def safety(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """To the first page with something to answer, or to the outcome."""
    if journey.draft.intake is not None:
        return redirect("booking:outcome")
    return redirect("booking:safety_page", page_id=(journey.first_open_page() or journey.shown_pages[-1]).id)


@never_cache
@require_POST
@at_step(Step.SAFETY)
def answer_anew(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """A returning client answers everything again, from empty pages."""
    keys = load_rulebook().questionnaire.by_key.keys()
    drafts.save_answers(draft=journey.draft, keys=keys, answers={}, now=journey.now)
    drafts.save_typed(draft=journey.draft, typed=journey.typed | {TAKEN_OVER: "", ANEW: "yes"})
    return redirect("booking:safety")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_journey
def safety_page(request: HttpRequest, journey: Journey | None, page_id: str) -> HttpResponseBase:
    """One page of questions."""
    page = next((page for page in (*pages(), since()) if page.id == page_id), None)
    if page is None:
        raise Http404
    if request.method == "POST" and _is_elsewhere(journey, page):
        # Whatever became of the journey, an emergency sign that was sent is answered first.
        outcome = _screen_sent(request, journey, page)
        if outcome.level is Level.EMERGENCY:
            return show_unsaved_emergency(request, outcome, is_booked=bool(journey and journey.booked))
    if journey is None:
        return send_to_start(request)
    if away := send_to_missing(request, journey, step=Step.SAFETY) or _to_earlier_page(journey, page):
        return away
    if request.method != "POST":
        return _show(request, journey, page, _form(journey, page))
    return _take_since(request, journey) if page is since() else _take(request, journey, page)


def _is_elsewhere(journey: Journey | None, page: Page) -> bool:
    """Whether this page can't be answered now: no journey, one that is booked, or another page comes first."""
    return journey is None or journey.booked is not None or _to_earlier_page(journey, page) is not None


def _screen_sent(request: HttpRequest, journey: Journey | None, page: Page) -> Outcome:
    """The EMERGENCY rules on what was sent, with what is known beside it unless that is hidden."""
    known = {} if journey is None or journey.is_taken_over else journey.answers
    form = QuestionsForm(request.POST, page=page, answers=known)
    form.is_valid()
    return screen(known | form.fresh, load_rulebook())


def _take(request: HttpRequest, journey: Journey, page: Page) -> HttpResponseBase:
    form = _form(journey, page, data=request.POST)
    is_ready = form.is_ready
    is_first = page is pages()[0]
    if is_first and not _agrees(form):
        # Without consent nothing is stored; an emergency sign counts all the same.
        outcome = screen(form.fresh, load_rulebook())
        if outcome.level is Level.EMERGENCY:
            return show_unsaved_emergency(request, outcome)
        return _show(request, journey, page, form)
    if is_first:
        # From here on the session leads to health answers: a key that was known before may not.
        request.session.cycle_key()
    asked = {field.key for field in form.asked_fields}
    draft = drafts.save_answers(draft=journey.draft, keys=asked, answers=form.fresh, now=journey.now)
    now_standing = Journey(draft, now=journey.now)
    if (decision := stop_at_emergency(draft=draft, now=journey.now)) is not None:
        return _show_result(request, now_standing, decision)
    if not is_ready:
        return _show(request, now_standing, page, form)
    return _go_on(request, now_standing, after=page)


def _take_since(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """The signs of a returning client. Where nothing else has changed, the earlier answers stand with them."""
    form = _form(journey, since(), data=request.POST)
    assert isinstance(form, SinceForm)
    if not form.is_ready:
        return _show_again(request, journey, form)
    answers, earlier = form.fresh, _taken_over(journey)
    # Nothing that was taken over is ever asked on a page: where something is missing, all is answered anew.
    if not form.tells_of_change and not check_answers(earlier | answers).errors:
        answers = earlier | answers
        drafts.save_typed(draft=journey.draft, typed=journey.typed | {TAKEN_OVER: "yes"})
    draft = drafts.save_answers(draft=journey.draft, keys=answers.keys(), answers=answers, now=journey.now)
    now_standing = Journey(draft, now=journey.now)
    if (decision := stop_at_emergency(draft=draft, now=journey.now)) is not None:
        return _show_result(request, now_standing, decision)
    return _go_on(request, now_standing, after=since())


def _show_again(request: HttpRequest, journey: Journey, form: SinceForm) -> HttpResponseBase:
    """The short page with what is missing. An emergency sign on it is answered first: with the agreement it is kept."""
    outcome = screen(form.fresh, load_rulebook())
    if outcome.level is not Level.EMERGENCY:
        return _show(request, journey, since(), form)
    if not _agrees(form):
        return show_unsaved_emergency(request, outcome)
    draft = drafts.save_answers(draft=journey.draft, keys=form.fresh.keys(), answers=form.fresh, now=journey.now)
    decision = stop_at_emergency(draft=draft, now=journey.now)
    assert decision is not None
    return _show_result(request, Journey(draft, now=journey.now), decision)


def _taken_over(journey: Journey) -> dict[str, Any]:
    """Earlier answers without those that are asked again. A doctor's view stays until a new sign asks for one."""
    if journey.earlier is None:
        return {}
    earlier = answers_to_start_from(journey.earlier.answers, version=journey.earlier.schema_version)
    return {key: answer for key, answer in earlier.items() if key not in since().keys or key == "doctor_review"}


def _go_on(request: HttpRequest, journey: Journey, *, after: Page) -> HttpResponseBase:
    """To the next page with something to answer; after the last one, to the outcome."""
    if (page := journey.next_page(after=after)) is not None:
        return redirect("booking:safety_page", page_id=page.id)
    try:
        decision = decide(draft=journey.draft, now=journey.now)
    except IncompleteAnswers:
        return redirect("booking:safety")
    return _show_result(request, journey, decision)


def _show_result(request: HttpRequest, journey: Journey, decision: Decision) -> HttpResponseBase:
    """To the outcome; past it where there is nothing to read, and back to the visit whose form this was."""
    is_quiet = decision.level == Level.CLEAR and not decision.conditions
    if journey.updates is not None:
        return _renew_form(request, journey.updates, decision, now=journey.now)
    if is_quiet and journey.typed.get(TAKEN_OVER) and journey.has_treatment:
        return redirect("booking:when")
    return redirect("booking:outcome")


def _renew_form(request: HttpRequest, visit: Appointment, decision: Decision, *, now: datetime) -> HttpResponseBase:
    """The visit rests on the new answers. The client reads an outcome that stops it, whatever became of it meanwhile."""
    is_stop = not decision.is_bookable
    try:
        appointments.replace_form(appointment=visit, intake=decision.intake, by=CLIENT, now=now)
    except LinkRevoked:
        pass  # where the link leads to now, its page says
    except Refusal as refusal:
        if not is_stop:
            messages.warning(request, str(refusal))
    else:
        if not is_stop:
            messages.success(request, _("Thank you. Your health form is up to date."))
    return redirect("booking:outcome" if is_stop else url_of(visit))


def _to_earlier_page(journey: Journey, page: Page) -> HttpResponseBase | None:
    """Pages are answered in order, because what is asked later depends on what was said before."""
    if journey.is_taken_over:
        return redirect("booking:outcome")
    if journey.is_asked_since or page is since():
        return None if journey.is_asked_since and page is since() else redirect("booking:safety")
    first = journey.first_open_page()
    if first is not None and pages().index(first) < pages().index(page):
        return redirect("booking:safety_page", page_id=first.id)
    if page not in journey.shown_pages:
        return redirect("booking:safety")
    return None


def _form(journey: Journey, page: Page, data: Any = None) -> QuestionsForm:
    if page is since():
        return SinceForm(data, page=page, answers={})
    return QuestionsForm(data, page=page, answers=journey.checked, skipped=journey.skipped)


def _agrees(form: QuestionsForm) -> bool:
    return form.fresh.get("consent") is True


def _show(request: HttpRequest, journey: Journey, page: Page, form: QuestionsForm) -> HttpResponse:
    site = load_site()
    shown = journey.shown_pages
    number = shown.index(page) + 1 if page in shown else len(shown)
    words = _("safety check, page %(number)s of %(last)s") % {"number": number, "last": len(shown)}
    if page is since():
        words = _("safety check")
    shown_page = SafetyPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        steps=StepLine.at(Step.SAFETY, words),
        so_far=SoFar.of(journey, policy=site.policy),
        journey_mark=journey.mark,
        page=page,
        lead=_lead(journey, page),
        form=form,
        has_open_questions=bool(form.open_questions),
        back=_back(shown, page),
        is_correcting=journey.draft.intake is not None,
        clear_answers=clear_form(),
    )
    return show(request, "web/safety/safety.html", shown_page)


def _lead(journey: Journey, page: Page) -> str:
    if page is pages()[0]:
        return load_rulebook().questionnaire.intro
    if page is not since() or journey.earlier is None:
        return ""
    day = format_day(journey.earlier.created_at.date(), with_year=True)
    return _("You answered the safety check on %(day)s. These signs are asked about every time.") % {"day": day}


def _back(shown: list[Page], page: Page) -> str | None:
    if page is since():
        return None
    before = [one for one in shown if pages().index(one) < pages().index(page)]
    return before[-1].id if before else None
