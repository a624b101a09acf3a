"""The letter to a physician: made on request from the answers of this session, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.intake.letter_file import as_pdf
from booking.intake.referral_letter import Letter, write_letter
from booking.networks import network_of
from booking.pages.layout import ALL, MARK, PressForm, list_errors
from booking.rules.levels import Level
from booking.rules.questionnaire import load_questionnaire
from booking.sheets import CannotWrite
from booking.web.journey import Journey, clear_form, visitor_address
from booking.web.outcome.letter_forms import LetterForm, PdfForm
from booking.web.site import Page, Site, load_site, show
from booking.web.so_far import StepPage
from booking.web.steps import Step, at_step
from booking.wording.answers import Answered, answers_behind, answers_in_words
from booking.wording.letter import findings_in_words, shorten
from booking.wording.times import local_date
from services import catalogue, rota
from services.models import Location, Treatment


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
    today = local_date(journey.now, rota.zone_of(location=_location(journey)))
    form = _read_form(request, rows=rows, today=today, name=journey.typed.get("booker_name", ""))
    if not form.is_bound or not form.is_valid():
        return _show_choice(request, journey, site=site, form=form)
    name, born, keys = form.cleaned_data["name"], form.cleaned_data["born"], form.cleaned_data["shared"]
    written = _write(
        journey,
        site=site,
        name=name,
        born=born,
        today=today,
        found=[row for used, behind in led_there.items() for row in findings_in_words(behind, version=used)],
        shared=shorten([row for row in rows if row.key in keys], journey.answers),
    )
    page = LetterPage(
        site=site,
        letter=written,
        pdf_form=PdfForm(action=reverse("booking:letter"), name=name, born=born, shared=keys),
        clear_answers=clear_form(),
    )
    if request.POST.get("as") == "pdf":
        try:
            return _as_file(written, network=network_of(visitor_address(request)), now=journey.now)
        except CannotWrite as fault:
            page = replace(page, errors=({"sentence": _tell(fault), "target": ""},))
    return show(request, "web/outcome/letter.html", page)


def _read_form(request: HttpRequest, *, rows: Sequence[Answered], today: date, name: str) -> LetterForm:
    """As it was sent; or, after "Select all" and "Clear", with what was typed and all or none of the answers ticked."""
    mark = request.POST.get(MARK)
    if request.method != "POST" or mark is not None:
        initial = {
            "name": request.POST.get("name", name),
            "born": request.POST.get("born", ""),
            "shared": [row.key for row in rows] if mark == ALL else [],
        }
        return LetterForm(rows=rows, today=today, initial=initial)
    return LetterForm(request.POST, rows=rows, today=today, initial={})


def _show_choice(request: HttpRequest, journey: Journey, *, site: Site, form: LetterForm) -> HttpResponse:
    page = LetterChoicePage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        journey_mark=journey.mark,
        form=form,
        clear_answers=clear_form(),
    )
    return show(request, "web/outcome/letter_choose.html", page)


def _tell(fault: CannotWrite) -> str:
    return _("The file cannot show “%(letters)s”. Print this page instead: it can.") % {"letters": fault.letters[:20]}


def _answers_that_led_there(journey: Journey) -> dict[str, dict[str, Any]]:
    """By version of the questions: what the rules counted that ask for a physician."""
    stops = [reason for reason in journey.findings.reasons if reason.level == Level.PHYSICIAN]
    versions = dict.fromkeys(reason.version for reason in stops)
    return {
        version: answers_behind(reason.behind for reason in stops if reason.version == version) for version in versions
    }


def _location(journey: Journey) -> Location:
    return journey.draft.location or catalogue.locations_open()[0]


def _write(
    journey: Journey,
    *,
    site: Site,
    name: str,
    born: date | None,
    today: date,
    found: Sequence[Answered],
    shared: Sequence[Answered],
) -> Letter:
    location, intake = _location(journey), journey.draft.intake
    given_at = intake.created_at if intake else journey.now
    return write_letter(
        name=name,
        born=born,
        case=intake.reference if intake else "",
        clinic=site.name,
        email=site.policy.contact_email,
        location=location,
        found=found,
        shared=shared,
        # A box for each line of the form in which staff record the reply.
        treatments=[_kind(same) for same in catalogue.treatments_by_kind().values()],
        day=today,
        answered=local_date(given_at, rota.zone_of(location=location)),
    )


def _kind(same: Sequence[Treatment]) -> str:
    """ "Swedish (light)": what counts as the same for a physician, and how firm the first of them is."""
    names = ", ".join(one.name for one in same)
    return _("%(names)s (%(firmness)s)") % {"names": names, "firmness": same[0].get_firmness_display()}


def _as_file(written: Letter, *, network: str, now: datetime) -> HttpResponse:
    limits.take((limits.PDFS, network), now=now)
    with limits.at_a_time(limits.DRAWING):
        drawn = as_pdf(written)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_("letter-to-a-physician")}.pdf"'
    return response
