"""Step 1: which treatment, how long, and where there are several places, where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.intake import drafts
from booking.models import Draft
from booking.pages.layout import list_errors
from booking.scheduling import appointments
from booking.web.journey import Journey, begin_journey
from booking.web.outcome.advice import Advice, advise
from booking.web.site import Site, load_site, show
from booking.web.so_far import StepPage
from booking.web.steps import Step, StepLine, with_journey
from booking.web.treatment import wish
from booking.web.treatment.forms import Choice, TreatmentForm
from services import catalogue
from services.catalogue import Offer


@dataclass(frozen=True, kw_only=True)
class TreatmentPage(StepPage):
    """`is_advised` where one is suggested; `nothing_left` where there is none to choose."""

    form: TreatmentForm
    offers: Sequence[Offer]
    is_advised: bool
    nothing_left: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_journey
def treatment(request: HttpRequest, journey: Journey | None) -> HttpResponse:
    before = journey
    if journey is not None and journey.booked is not None:
        journey = None  # that one is done; a new choice begins a new journey
    site = load_site()
    form = _form(request, journey, site)
    if request.method == "POST" and form.is_valid():
        if journey is None:
            journey = begin_journey(request, now=timezone.now(), previous=before.draft if before else None)
        _choose(journey, form.choice)
        response = redirect("booking:when" if journey.may_book and form.choice.treatment else "booking:safety")
        _remember(response, form.choice)
        return response
    page = TreatmentPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        steps=StepLine.at(Step.TREATMENT, _("treatment")),
        journey_mark=journey.mark if journey else "new",
        form=form,
        offers=form.offers,
        is_advised=bool(form.advice.suggested),
        nothing_left=not any(card.rows for card in form.cards()),
    )
    return show(request, "web/treatment/treatment.html", page)


def _form(request: HttpRequest, journey: Journey | None, site: Site) -> TreatmentForm:
    return TreatmentForm(
        request.POST if request.method == "POST" else None,
        offers=journey.offers if journey else catalogue.treatments_on_offer(),
        places=site.locations,
        currency=site.policy.currency,
        country=site.country,
        advice=advise(journey) if journey else Advice(),
        may_be_unsure=journey is None or not journey.may_book,
        chosen=_chosen(journey.draft) if journey else _wished(request, site),
    )


def _remember(response: HttpResponse, choice: Choice) -> None:
    """For the same device within a day, also where the browser was closed meanwhile."""
    if choice.treatment and choice.minutes and choice.location:
        wish.remember(response, wish.Wished(choice.treatment.key, choice.minutes, choice.location.pk))
    else:
        wish.forget(response)


def _wished(request: HttpRequest, site: Site) -> Choice | None:
    wished = wish.recall(request)
    if wished is None:
        return None
    offers = {offer.treatment.key: offer.treatment for offer in catalogue.treatments_on_offer()}
    places = {place.pk: place for place in site.locations}
    treatment = offers.get(wished.treatment)
    return Choice(treatment, wished.minutes, places.get(wished.location_id)) if treatment else None


def _chosen(draft: Draft) -> Choice:
    return Choice(draft.treatment, draft.minutes, draft.location)


def _choose(journey: Journey, choice: Choice) -> None:
    """Another treatment, length or place needs another start: what was kept is given back."""
    if choice != _chosen(journey.draft):
        if not journey.is_new:
            appointments.release_kept(draft=journey.draft, now=journey.now)
        drafts.choose_treatment(
            draft=journey.draft, treatment=choice.treatment, minutes=choice.minutes, location=choice.location
        )
