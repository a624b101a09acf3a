"""Step 2: the safety check, a page a screen of the questionnaire. Consent first, the urgent signs second.

After every page the EMERGENCY rules are asked about what is there; one that fires ends the questions at once, also
where the rest of the page is not answered yet.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.intake import drafts
from booking.intake.decisions import take_answers
from booking.rules.answers import check_answers
from booking.rules.levels import Level
from booking.rules.pages import Page, pages, since
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome, screen
from booking.rules.version_1 import answers_to_start_from
from booking.web.journey import ANEW, TAKEN_OVER, Journey
from booking.web.outcome.emergency import show_unsaved_emergency
from booking.web.safety.forms import QuestionsForm, SinceForm
from booking.web.safety.onward import drop_wish, go_on, go_to_result, send_to_earlier_page
from booking.web.safety.page import make_form, show_questions
from booking.web.steps import Step, at_step, send_to_missing, send_to_start, with_journey


@never_cache
@require_safe
@at_step(Step.SAFETY)
def safety(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """To the first page with something to answer, or to the outcome."""
    if journey.draft.intake_id is not None:
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
        # Whatever has become of the journey, an emergency sign that was sent is answered first.
        outcome = _screen_sent(request, journey, page)
        if outcome.level is Level.EMERGENCY:
            return drop_wish(
                journey, show_unsaved_emergency(request, outcome, is_booked=bool(journey and journey.booked))
            )
    if journey is None:
        return send_to_start(request)
    if away := send_to_missing(request, journey, step=Step.SAFETY) or send_to_earlier_page(journey, page):
        return away
    if request.method != "POST":
        return show_questions(request, journey, page, make_form(journey, page))
    return _take_since(request, journey) if page is since() else _take(request, journey, page)


def _is_elsewhere(journey: Journey | None, page: Page) -> bool:
    """Whether this page can't be answered now: no journey, one that is booked, or another page comes first."""
    return journey is None or journey.booked is not None or send_to_earlier_page(journey, page) is not None


def _screen_sent(request: HttpRequest, journey: Journey | None, page: Page) -> Outcome:
    """The EMERGENCY rules on what was sent, with what is known beside it unless that is hidden."""
    known = {} if journey is None or journey.is_taken_over else journey.answers
    form = QuestionsForm(request.POST, page=page, answers=known)
    form.is_valid()
    return screen(known | form.fresh, load_rulebook())


def _take(request: HttpRequest, journey: Journey, page: Page) -> HttpResponseBase:
    """Keep what is right, once there is consent; then on, or the page again with what is missing."""
    form = make_form(journey, page, data=request.POST)
    is_ready = form.is_ready
    is_first = page is pages()[0]
    if is_first and not _agrees(form):
        # Without consent nothing is stored; an emergency sign counts all the same.
        outcome = screen(form.fresh, load_rulebook())
        if outcome.level is Level.EMERGENCY:
            return drop_wish(journey, show_unsaved_emergency(request, outcome))
        return show_questions(request, journey, page, form)
    if is_first:
        # From here on the session leads to health answers: a key that was known before may not.
        request.session.cycle_key()
    asked = {field.key for field in form.asked_fields}
    draft, decision = take_answers(draft=journey.draft, keys=asked, answers=form.fresh, now=journey.now)
    now_standing = journey.with_draft(draft)
    if decision is not None:
        return go_to_result(request, now_standing, decision)
    if not is_ready:
        return show_questions(request, now_standing, page, form)
    return go_on(request, now_standing, after=page)


def _take_since(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """The signs of a returning client. If nothing else has changed, the earlier answers count with them."""
    form = make_form(journey, since(), data=request.POST)
    assert isinstance(form, SinceForm)
    if not form.is_ready:
        return _show_again(request, journey, form)
    answers, earlier = form.fresh, _taken_over(journey)
    # Nothing that was taken over is ever asked on a page: where something is missing, everything is answered again.
    if not form.tells_of_change and not check_answers(earlier | answers).errors:
        answers = earlier | answers
        drafts.save_typed(draft=journey.draft, typed=journey.typed | {TAKEN_OVER: "yes"})
    draft, decision = take_answers(draft=journey.draft, keys=answers.keys(), answers=answers, now=journey.now)
    now_standing = journey.with_draft(draft)
    if decision is not None:
        return go_to_result(request, now_standing, decision)
    return go_on(request, now_standing, after=since())


def _show_again(request: HttpRequest, journey: Journey, form: SinceForm) -> HttpResponseBase:
    """The short page with what is missing. An emergency sign on it is answered first: with the agreement it is kept."""
    outcome = screen(form.fresh, load_rulebook())
    if outcome.level is not Level.EMERGENCY:
        return show_questions(request, journey, since(), form)
    if not _agrees(form):
        return drop_wish(journey, show_unsaved_emergency(request, outcome))
    draft, decision = take_answers(draft=journey.draft, keys=form.fresh.keys(), answers=form.fresh, now=journey.now)
    assert decision is not None
    return go_to_result(request, journey.with_draft(draft), decision)


def _taken_over(journey: Journey) -> dict[str, Any]:
    """Earlier answers without those that are asked again. A doctor's view stays until a new sign asks for one."""
    if journey.earlier is None:
        return {}
    earlier = answers_to_start_from(journey.earlier.answers, version=journey.earlier.schema_version)
    return {key: answer for key, answer in earlier.items() if key not in since().keys or key == "doctor_review"}


def _agrees(form: QuestionsForm) -> bool:
    return form.fresh.get("consent") is True
