"""One page of questions, as the visitor sees it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm, list_errors
from booking.rules.pages import Page, pages, since
from booking.rules.rulebook import load_rulebook
from booking.web.asking import Asking
from booking.web.journey import Journey, clear_form
from booking.web.safety.forms import QuestionsForm, SinceForm
from booking.web.site import load_site, show
from booking.web.so_far import SoFar, StepPage
from booking.web.steps import Step, StepLine
from booking.wording.times import format_day, local_date


@dataclass(frozen=True, kw_only=True)
class SafetyPage(StepPage):
    """`back` is the id of the page before; None at the first."""

    page: Page
    lead: str
    form: QuestionsForm
    has_open_questions: bool
    back: str | None
    is_correcting: bool
    asking: Asking | None
    clear_answers: PressForm


def make_form(journey: Journey, page: Page, data: Any = None) -> QuestionsForm:
    """The questions of `page`, with what was answered before; a returning client is asked its own from nothing."""
    if page is since():
        return SinceForm(data, page=page, answers={})
    return QuestionsForm(data, page=page, answers=journey.checked, skipped=journey.skipped)


def show_questions(request: HttpRequest, journey: Journey, page: Page, form: QuestionsForm) -> HttpResponse:
    site = load_site()
    is_first = page in (pages()[0], since())
    asking = (
        None if journey.kept else Asking.of(journey.draft, policy=site.policy, now=journey.now, is_folded=not is_first)
    )
    shown = journey.shown_pages
    words = _("safety check")
    shown_page = SafetyPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        steps=StepLine.at(Step.SAFETY, words),
        so_far=None if asking else SoFar.of(journey, policy=site.policy),
        journey_mark=journey.mark,
        page=page,
        lead=_lead(journey, page),
        form=form,
        has_open_questions=bool(form.open_questions),
        back=_back(shown, page),
        is_correcting=journey.draft.intake_id is not None,
        asking=asking,
        clear_answers=clear_form(),
    )
    return show(request, "web/safety/safety.html", shown_page)


def _lead(journey: Journey, page: Page) -> str:
    if page is pages()[0]:
        return load_rulebook().questionnaire.intro
    if page is not since() or journey.earlier is None:
        return ""
    day = format_day(local_date(journey.earlier.created_at, journey.zone), with_year=True)
    return _("You answered the safety check on %(day)s. These signs are asked about every time.") % {"day": day}


def _back(shown: list[Page], page: Page) -> str | None:
    if page is since():
        return None
    before = [one for one in shown if pages().index(one) < pages().index(page)]
    return before[-1].id if before else None
