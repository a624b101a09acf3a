"""The letter to a physician: made on request from the answers of this session, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.intake.referral_letter import Letter, as_pdf, write_letter
from booking.networks import network_of
from booking.pages.layout import PressForm, list_errors
from booking.rules.levels import Level
from booking.rules.questionnaire import load_questionnaire
from booking.web.journey import Journey, clear_form, visitor_address
from booking.web.outcome.letter_forms import LetterForm, PdfForm
from booking.web.site import Page, load_site, show
from booking.web.so_far import StepPage
from booking.web.steps import Step, at_step
from booking.wording.answers import Answered, answers_behind, answers_in_words, some_in_words
from booking.wording.times import local_date
from services import catalogue, rota


@dataclass(frozen=True, kw_only=True)
class LetterChoicePage(StepPage):
    form: LetterForm
    clear_answers: PressForm


@dataclass(frozen=True, kw_only=True)
class LetterPage(Page):
    letter: Letter
    pdf_form: PdfForm
    clear_answers: PressForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@at_step(Step.SAFETY)
def letter(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """Choose what it shows; then the letter as a page to print, or as a file."""
    site = load_site()
    if journey.decision is None or journey.decision.level != Level.PHYSICIAN or not site.locations:
        return redirect("booking:outcome")
    if journey.is_taken_over:  # earlier answers came by a link that others may hold: they are not shown
        return redirect("booking:outcome")
    led_there = _answers_that_led_there(journey)
    version = load_questionnaire().version
    rows = answers_in_words(journey.answers, version=version, without=led_there.get(version))
    form = LetterForm(request.POST or None, rows=rows, name=journey.typed.get("booker_name", ""))
    if request.method != "POST" or not form.is_valid():
        choice = LetterChoicePage(
            site=site,
            errors=list_errors(form) if form.is_bound else (),
            journey_mark=journey.mark,
            form=form,
            clear_answers=clear_form(),
        )
        return show(request, "web/outcome/letter_choose.html", choice)
    name, keys = form.cleaned_data["name"], form.cleaned_data["shared"]
    found = [row for used, behind in led_there.items() for row in some_in_words(behind, version=used)]
    written = _write(journey, name=name, found=found, shared=[row for row in rows if row.key in keys])
    if request.POST.get("as") == "pdf":
        return _as_file(written, network=network_of(visitor_address(request)), now=journey.now)
    page = LetterPage(
        site=site,
        letter=written,
        pdf_form=PdfForm(action=reverse("booking:letter"), name=name, shared=keys),
        clear_answers=clear_form(),
    )
    return show(request, "web/outcome/letter.html", page)


def _answers_that_led_there(journey: Journey) -> dict[str, dict[str, Any]]:
    """By version of the questions: what the rules counted that ask for a physician."""
    stops = [reason for reason in journey.findings.reasons if reason.level == Level.PHYSICIAN]
    versions = dict.fromkeys(reason.version for reason in stops)
    return {
        version: answers_behind(reason.behind for reason in stops if reason.version == version) for version in versions
    }


def _write(journey: Journey, *, name: str, found: list[Answered], shared: list[Answered]) -> Letter:
    location = journey.draft.location or catalogue.locations_open()[0]
    return write_letter(
        name=name,
        case=journey.draft.intake.reference if journey.draft.intake else "",
        clinic=load_site().name,
        location=location,
        found=found,
        shared=shared,
        # A box for each line of the form in which staff record the reply.
        treatments=[", ".join(one.name for one in same) for same in catalogue.treatments_by_kind().values()],
        day=local_date(journey.now, rota.zone_of(location=location)),
    )


def _as_file(written: Letter, *, network: str, now: datetime) -> HttpResponse:
    limits.take((limits.PDFS, network), now=now)
    with limits.at_a_time(limits.DRAWING):
        drawn = as_pdf(written)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_("letter-to-a-physician")}.pdf"'
    return response
