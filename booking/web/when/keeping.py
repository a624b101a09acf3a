"""Keeping a start through the gate: for the page of starts, for a wish after the check, and for the suggestion."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from booking.intake import drafts
from booking.scheduling import appointments
from booking.scheduling.appointments import NotOnOffer, TooManyKept
from booking.web import wish
from booking.web.choice import Choice, choose, read_start, read_treatment
from booking.web.journey import Journey, visitor_address
from booking.web.steps import Step, at_step, send_to_missing
from booking.web.when.refusals import answer_refusal
from booking.web.when.taken import to_nearest
from services import catalogue
from services.refusals import Refusal


@never_cache
@require_POST
@at_step(Step.SAFETY)
def keep(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """What a result offers as one press: a treatment, and the start that was wished for where it is free for it."""
    if journey.draft.intake_id is None or not journey.may_book:
        return redirect("booking:safety")
    found = read_treatment(request.POST.get("treatment", ""), offers=journey.offers)
    if found is None:
        messages.warning(request, _("That is not on offer. Choose a treatment and a length from the list."))
        return redirect("booking:treatment")
    place = journey.draft.location or catalogue.the_only_location()
    if place is None:
        return redirect("booking:treatment")
    treatment, minutes = found
    if Choice.of(journey.draft) != Choice(treatment, minutes, place):
        choose(journey, Choice(treatment, minutes, place))
    if away := send_to_missing(request, journey, step=Step.WHEN):
        return away
    ids = {one.pk for one in catalogue.therapists_for(treatment=treatment, location=place)}
    start = read_start(request.POST.get("start", ""), therapist_ids=ids, now=journey.now)
    response = keep_start(request, journey, *start) if start else redirect("booking:when")
    wish.remember(response, wish.Wished.of(journey.draft))
    return response


def keep_start(request: HttpRequest, journey: Journey, starts_at: datetime, therapist_id: int) -> HttpResponseBase:
    """Keep it and go on; to the nearest ones where it can't be had, with the sentence that says why.

    If this network can't keep another, the visitor goes on with it all the same.
    """
    wanted: dict[str, Any] = {
        "draft": journey.draft,
        "starts_at": starts_at,
        "therapist_id": therapist_id,
        "now": journey.now,
    }
    try:
        try:
            appointments.keep_start(address=visitor_address(request), **wanted)
        except TooManyKept as refusal:
            appointments.want_unkept(**wanted)
            messages.info(request, str(refusal))
    except NotOnOffer as refusal:  # it never was a start, so there is none near it
        messages.warning(request, str(refusal))
        return redirect("booking:when")
    except Refusal as refusal:
        return answer_refusal(request, refusal)
    drafts.drop_wish(draft=journey.draft)
    return redirect("booking:details")


def keep_wish(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """What a client who comes back wished for is kept at once."""
    draft = journey.draft
    assert draft.wished_start is not None
    if draft.wished is None:
        return redirect(to_nearest(draft.wished_start, therapist_id=None))
    return keep_start(request, journey, *draft.wished)
