"""Which treatment, how long, and at which time: all treatments, one with a week of real times, and the press on a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.pages.layout import list_errors
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import why_not_offered
from booking.web import wish
from booking.web.choice import Choice, choose, read_start, read_treatment, url_of_treatment
from booking.web.journey import UPDATES, Journey, begin_journey
from booking.web.outcome.advice import Advice, advise
from booking.web.site import Site, load_site, show
from booking.web.so_far import StepPage
from booking.web.steps import with_journey
from booking.web.treatment.forms import TreatmentForm
from booking.web.treatment.one import make_treatment_page
from booking.web.when.taken import address_of_start
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
    """All treatments. A POST chooses one without a time, or none at all for who is not sure."""
    before = journey
    if journey is not None and journey.booked is not None:
        journey = None  # that one is done; a new choice begins a new journey
    site = load_site()
    form = _form(request, journey, site)
    if request.method == "POST" and form.is_valid():
        if journey is None:
            journey = begin_journey(request, now=timezone.now(), previous=before.draft if before else None)
        choose(journey, form.choice)
        response = redirect("booking:when" if journey.may_book and form.choice.treatment else "booking:safety")
        wish.remember(response, wish.Wished.of(journey.draft))
        return response
    page = TreatmentPage(
        site=site,
        errors=list_errors(form) if form.is_bound else (),
        journey_mark=journey.mark if journey else "new",
        form=form,
        offers=form.offers,
        is_advised=bool(form.advice.suggested),
        nothing_left=not any(card.lengths for card in form.cards()),
    )
    return show(request, "web/treatment/treatment.html", page)


@never_cache
@require_safe
@with_journey
def one_treatment(request: HttpRequest, journey: Journey | None, key: str) -> HttpResponse:
    """One treatment: its lengths, and a week of its times."""
    site = load_site()
    now = timezone.now()
    offers = catalogue.treatments_on_offer(on=catalogue.home_day(now))
    offer = next((one for one in offers if one.treatment.key == key), None)
    if offer is None or not site.locations:
        raise Http404
    page = make_treatment_page(site, offer, offers=offers, query=request.GET, journey=journey, now=now)
    return show(request, "web/treatment/one.html", page)


@never_cache
@require_POST
@with_journey
def wish_for(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """A pressed time is a wish: it reserves nothing, and the safety check comes first."""
    now = timezone.now()
    wanted = _read_wish(request, site=load_site())
    if wanted is None:
        messages.warning(request, _("Choose one of the times on this page."))
        return redirect("booking:start")
    starts_at, therapist_id = wanted.start
    reason = why_not_offered(
        search=Search(wanted.wish, now, draft=journey.draft if journey else None), starts_at=starts_at
    )
    if reason is not None:
        address = url_of_treatment(wanted.wish.treatment, minutes=wanted.wish.minutes, location=wanted.wish.location)
        return redirect(f"{address}&{address_of_start(starts_at, therapist_id=therapist_id)}")
    journey = _journey_for_wish(request, journey)
    if journey.draft.intake_id is not None and not journey.may_book:
        return redirect("booking:outcome")  # a doctor comes first, whatever the time
    choice = Choice(wanted.wish.treatment, wanted.wish.minutes, wanted.wish.location)
    choose(journey, choice, wished=(starts_at, catalogue.find_therapist(therapist_id=therapist_id)))
    response = redirect("booking:safety")
    wish.remember(response, wish.Wished.of(journey.draft))
    return response


@dataclass(frozen=True)
class _Wanted:
    wish: Wish
    start: tuple[datetime, int]


def _read_wish(request: HttpRequest, *, site: Site) -> _Wanted | None:
    """What was pressed; None for what no page offers."""
    now = timezone.now()
    offers = catalogue.treatments_on_offer(on=catalogue.home_day(now))
    found = read_treatment(request.POST.get("treatment", ""), offers=offers)
    sent = request.POST.get("location", "")
    place = next((one for one in site.locations if str(one.pk) == sent), None)
    if found is None or place is None:
        return None
    ids = {one.pk for one in catalogue.therapists_for(treatment=found[0], location=place)}
    start = read_start(request.POST.get("start", ""), therapist_ids=ids, now=now)
    return _Wanted(Wish(*found, place, start[1]), start) if start else None


def _journey_for_wish(request: HttpRequest, journey: Journey | None) -> Journey:
    """The journey that goes on; a new one where this one is done, or renews the form of a visit."""
    if journey is not None and journey.booked is None and not journey.typed.get(UPDATES):
        return journey
    return begin_journey(request, now=timezone.now(), previous=journey.draft if journey else None)


def _form(request: HttpRequest, journey: Journey | None, site: Site) -> TreatmentForm:
    return TreatmentForm(
        request.POST if request.method == "POST" else None,
        offers=journey.offers if journey else catalogue.treatments_on_offer(on=catalogue.home_day(timezone.now())),
        places=site.locations,
        currency=site.policy.currency,
        country=site.country,
        advice=advise(journey) if journey else Advice(),
        may_be_unsure=journey is None or not journey.may_book,
        location_id=journey.draft.location_id if journey else None,
    )
