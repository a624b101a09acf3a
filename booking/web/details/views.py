"""Steps 4 and 5: who comes, and the last look before the visit is booked."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.intake import drafts
from booking.pages.layout import list_errors
from booking.scheduling import appointments
from booking.web.addresses import url_of
from booking.web.details.forms import BookForm, DetailsForm, details_of
from booking.web.details.pages import CheckPage, DetailsPage, visit_rows, you_rows
from booking.web.journey import Journey, hand_of, open_journey
from booking.web.plans_change import PlansChange
from booking.web.site import load_site, show
from booking.web.so_far import SoFar
from booking.web.steps import Step, StepLine, first_missing, send_to_missing, send_to_start, with_journey
from booking.web.treatment import wish
from booking.web.when.refusals import answer_refusal
from services.refusals import Refusal


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_journey
def details(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """Who is coming. Whatever was typed is kept, even if something else has to be done first."""
    if request.method == "POST":
        journey = journey or open_journey(request, now=timezone.now())
        _remember(request, journey)
    if journey is None:
        return send_to_start(request)
    return send_to_missing(request, journey, step=Step.DETAILS) or _details(request, journey)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_journey
def check(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """All of it once more, and the button that books."""
    if journey is None:
        return send_to_start(request)
    if request.method == "POST" and (journey.booked or not first_missing(journey, Step.CHECK)):
        # A second press of the same button comes here after the first has booked: the same answer.
        return _book(request, journey)
    return send_to_missing(request, journey, step=Step.CHECK) or _check(request, journey)


def _remember(request: HttpRequest, journey: Journey) -> None:
    form = _form(request, journey)
    form.is_valid()
    if journey.booked is None:
        drafts.save_typed(draft=journey.draft, typed=journey.typed | form.typed)


def _details(request: HttpRequest, journey: Journey) -> HttpResponse:
    form = _form(request, journey)
    if form.is_valid():
        return redirect("booking:check")
    site = load_site()
    page = DetailsPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        steps=StepLine.at(Step.DETAILS, _("your details")),
        so_far=SoFar.of(journey, policy=site.policy, with_more_time=True),
        journey_mark=journey.mark,
        form=form,
    )
    return show(request, "web/details/details.html", page)


def _form(request: HttpRequest, journey: Journey) -> DetailsForm:
    data = request.POST if request.method == "POST" else None
    return DetailsForm(data, typed=journey.typed, country=journey.country, save_label=_("Continue to check"))


def _book(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    form = _book_form(journey, data=request.POST)
    is_repeated = journey.booked is not None
    if not form.is_valid() or not (is_repeated or form.cleaned_data["seen"] == _digest(journey)):
        messages.warning(request, _("Something has changed since this page was opened. Please look at it once more."))
        return redirect("booking:check")
    try:
        visit = appointments.book(
            draft=journey.draft,
            details=details_of(journey.typed),
            key=form.cleaned_data["key"],
            now=journey.now,
            hand=hand_of(request),
        )
    except Refusal as refusal:
        return answer_refusal(request, refusal)
    response = redirect(url_of(visit))
    wish.forget(response)
    return response


def _check(request: HttpRequest, journey: Journey) -> HttpResponse:
    site = load_site()
    assert journey.kept is not None
    page = CheckPage(
        site=site,
        steps=StepLine.at(Step.CHECK, _("check and book")),
        so_far=SoFar.of(journey, policy=site.policy, with_more_time=True),
        journey_mark=journey.mark,
        form=_book_form(journey),
        visit_rows=visit_rows(journey.kept, site=site),
        you_rows=you_rows(journey),
        plans_change=PlansChange.of(journey.kept, policy=site.policy, now=journey.now),
        waits_for_press=journey.kept.deadline_at is None,
        will_be_requested=bool(journey.decision and journey.decision.conditions),
    )
    return show(request, "web/details/check.html", page)


def _book_form(journey: Journey, data: Any = None) -> BookForm:
    return BookForm(data, label=_("Book this visit"), seen=_digest(journey))


def _digest(journey: Journey) -> str:
    """A digest of what the check page shows. It gives nothing and nobody away."""
    kept = journey.kept
    start = [kept.starts_at.isoformat(), kept.therapist_id, kept.treatment_id, kept.minutes] if kept else []
    text = json.dumps([start, asdict(details_of(journey.typed))])
    return hashlib.sha256(text.encode()).hexdigest()
