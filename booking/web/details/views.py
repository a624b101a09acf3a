"""The last step: who comes, what is booked, and the button that books it."""

import hashlib
import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.intake import drafts
from booking.pages.layout import list_errors
from booking.pages.mail_slips import suggest_address
from booking.scheduling import appointments
from booking.web import known, wish
from booking.web.addresses import url_of
from booking.web.details.forms import DetailsForm, details_of
from booking.web.details.pages import DetailsPage, rows_of, say_request
from booking.web.journey import Journey, hand_of, open_journey
from booking.web.plans_change import PlansChange
from booking.web.site import load_site, show
from booking.web.so_far import SoFar
from booking.web.steps import Step, StepLine, send_to_missing, send_to_start, with_journey
from booking.web.when.refusals import answer_refusal
from services.refusals import Refusal


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_journey
def details(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """Who is coming. Whatever was typed is kept, even if something else has to be done first."""
    if request.method == "POST":
        return _take(request, journey or open_journey(request, now=timezone.now()))
    if journey is None:
        return send_to_start(request)
    return send_to_missing(request, journey, step=Step.DETAILS) or _show(request, journey, _form(request, journey))


@require_POST
def forget_me(request: HttpRequest) -> HttpResponseBase:
    """Name and email on this device."""
    response = redirect("booking:start")
    known.forget(response)
    return response


def _take(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """Keep what was typed, and book it where nothing is missing, wrong or changed meanwhile."""
    form = _form(request, journey)
    is_right = form.is_valid()
    if journey.booked is not None and is_right and form.key:
        # A second press of the same button comes here after the first has booked: the same answer.
        return _book(request, journey, form)
    if journey.booked is None:
        _keep_typed(form, journey)
    if away := send_to_missing(request, journey, step=Step.DETAILS):
        return away
    if form.takes_suggestion:
        return redirect("booking:details")
    if not is_right or form.suggestion:
        return _show(request, journey, form)
    if not form.key or not form.was_seen:
        messages.warning(request, _("Something has changed since this page was opened. Please look at it once more."))
        return redirect("booking:details")
    return _book(request, journey, form)


def _keep_typed(form: DetailsForm, journey: Journey) -> None:
    typed = journey.typed | form.typed
    if form.takes_suggestion:
        typed["booker_email"] = suggest_address(typed["booker_email"])
    if typed != journey.typed:
        drafts.save_typed(draft=journey.draft, typed=typed)


def _book(request: HttpRequest, journey: Journey, form: DetailsForm) -> HttpResponseBase:
    details = details_of(form.typed)
    try:
        visit = appointments.book(
            draft=journey.draft, details=details, key=form.key, now=journey.now, hand=hand_of(request)
        )
    except Refusal as refusal:
        return answer_refusal(request, refusal)
    response = redirect(url_of(visit))
    wish.forget(response)
    if form.wants_to_be_known:
        known.remember(response, known.Known(name=details.booker_name, email=details.booker_email))
    elif known.recall(request):
        known.forget(response)
    return response


def _form(request: HttpRequest, journey: Journey) -> DetailsForm:
    asks = bool(journey.decision and journey.decision.conditions)
    return DetailsForm(
        request.POST if request.method == "POST" else None,
        typed=_known_or_typed(request, journey),
        country=journey.country,
        label=_("Ask for this visit") if asks else _("Book this visit"),
        therapist=journey.kept.therapist.first_name if journey.kept else "",
        seen=_digest(journey),
        summary="web/details/booking.html",
    )


def _known_or_typed(request: HttpRequest, journey: Journey) -> dict[str, str]:
    """What was typed on this journey, else who asked this device to remember them."""
    who = known.recall(request)
    if who is None or "booker_name" in journey.typed:
        return journey.typed
    return journey.typed | {"booker_name": who.name, "booker_email": who.email, "remember": "yes"}


def _show(request: HttpRequest, journey: Journey, form: DetailsForm) -> HttpResponse:
    site, kept = load_site(), journey.kept
    assert kept is not None
    page = DetailsPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        steps=StepLine.at(Step.DETAILS, _("your name")),
        so_far=SoFar.of(journey, policy=site.policy, with_more_time=True),
        journey_mark=journey.mark,
        form=form,
        rows=rows_of(kept),
        plans_change=PlansChange.of(kept, policy=site.policy, now=journey.now),
        waits_for_press=kept.deadline_at is None,
        will_be_requested=say_request(journey, kept, policy=site.policy),
    )
    return show(request, "web/details/details.html", page)


def _digest(journey: Journey) -> str:
    """A digest of the start that the page shows. It gives nothing and nobody away."""
    kept = journey.kept
    start = [kept.starts_at.isoformat(), kept.therapist_id, kept.treatment_id, kept.minutes] if kept else []
    return hashlib.sha256(json.dumps(start).encode()).hexdigest()
