"""Step 3: when and with whom. Choosing a start keeps it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.intake.gate import GateRefused
from booking.pages.layout import PressForm, list_errors
from booking.scheduling import appointments
from booking.scheduling.appointments import NotOnOffer, Refused, SlotTaken, TooManyKept
from booking.web.journey import (
    Journey,
    Step,
    find_journey,
    send_to_missing,
    show_so_far,
    step_line,
    visitor_address,
)
from booking.web.picker import Picker, address_of_taken, read_taken
from booking.web.site import load_site, show
from booking.web.when.forms import StartForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest) -> HttpResponseBase:
    journey = find_journey(request, now=timezone.now())
    if away := send_to_missing(request, journey, step=Step.WHEN):
        return away
    assert journey is not None
    picker = Picker(
        wish=appointments.wish_of_draft(journey.draft),
        query=request.GET,
        now=journey.now,
        draft=journey.draft,
        kept=journey.kept,
    )
    if request.method == "POST":
        return _keep(request, journey, picker)
    return _show(request, journey, picker)


@require_POST
def keep_longer(request: HttpRequest) -> HttpResponseBase:
    """More time, once."""
    journey = find_journey(request, now=timezone.now())
    if away := send_to_missing(request, journey, step=Step.WHEN):
        return away
    assert journey is not None
    try:
        appointments.keep_longer(draft=journey.draft, now=journey.now)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("booking:check" if journey.typed.get("is_complete") else "booking:details")


def taken_address(refusal: SlotTaken) -> str:
    """The starts page, with the start that could not be had."""
    return f"{reverse('booking:when')}?{address_of_taken(refusal)}"


def refused_at_gate(request: HttpRequest, refusal: GateRefused) -> HttpResponseBase:
    """To another treatment where the answers allow some, else to the result. Says why in either case."""
    messages.warning(request, str(refusal))
    return redirect("booking:treatment" if refusal.is_bookable else "booking:outcome")


def _keep(request: HttpRequest, journey: Journey, picker: Picker) -> HttpResponseBase:
    form = StartForm(request.POST, therapist_ids={therapist.pk for therapist in picker.therapists}, now=journey.now)
    if not form.is_valid():
        return _show(request, journey, picker, problem=form)
    starts_at, therapist_id = form.cleaned_data["start"]
    try:
        _keep_or_want(request, journey, starts_at, therapist_id)
    except NotOnOffer as refusal:
        messages.warning(request, str(refusal))
        return redirect("booking:when")
    except SlotTaken as refusal:
        return redirect(taken_address(refusal))
    except GateRefused as refusal:
        return refused_at_gate(request, refusal)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("booking:when")
    return redirect("booking:check" if journey.typed.get("is_complete") else "booking:details")


def _keep_or_want(request: HttpRequest, journey: Journey, starts_at: datetime, therapist_id: int) -> None:
    """Keep the start; where this network can't keep another, go on with it all the same."""
    wanted: dict[str, Any] = {
        "draft": journey.draft,
        "starts_at": starts_at,
        "therapist_id": therapist_id,
        "now": journey.now,
    }
    try:
        appointments.keep_start(address=visitor_address(request), **wanted)
    except TooManyKept as refusal:
        appointments.want_unkept(**wanted)
        messages.info(request, str(refusal))


def _show(request: HttpRequest, journey: Journey, picker: Picker, *, problem: StartForm | None = None) -> HttpResponse:
    site = load_site()
    assert journey.draft.location is not None
    taken = read_taken(request.GET, picker=picker)
    errors = list_errors(problem) if problem else []
    errors += list_errors(picker.date_form) if picker.date_form.is_bound else []
    context = {
        "site": site,
        "form": picker.start_form(taken=taken),
        "taken": taken,
        "errors": errors,
        "steps": step_line(Step.WHEN, _("time")),
        "more_time": PressForm(label=_("Give me more time"), action=reverse("booking:keep_longer"), style="plain"),
        **picker.context(),
        **show_so_far(journey, policy=site.policy),
    }
    return show(request, "web/when/when.html", context)
