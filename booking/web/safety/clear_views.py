"""Leaving nothing behind on a device that others use, and what is answered after booking for better advice."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from booking.intake.later import save_for_advice
from booking.scheduling import appointments
from booking.web.addresses import url_of
from booking.web.journey import SESSION_KEY, Journey
from booking.web.safety.forms import AdviceForm
from booking.web.steps import with_journey


@never_cache
@require_POST
@with_journey
def clear(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """Delete unfinished answers at once, and forget on this device what was decided or booked."""
    is_decided = journey is not None and journey.draft.intake_id is not None
    if journey is not None:
        appointments.forget_draft(draft=journey.draft, now=journey.now)
    list(messages.get_messages(request))  # what was to be said next may give an answer away
    request.session.pop(SESSION_KEY, None)
    request.session.cycle_key()
    messages.success(
        request,
        _("This device no longer shows your answers.") if is_decided else _("Your answers are deleted."),
    )
    return redirect("booking:start")


@never_cache
@sensitive_post_parameters()
@require_POST
@with_journey
def advice(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """What helps us to advise, in the browser that answered the safety check."""
    if journey is None or journey.booked is None or journey.booked.intake is None or journey.is_taken_over:
        return redirect("booking:start")
    form = AdviceForm(request.POST)
    if form.is_valid():
        save_for_advice(intake=journey.booked.intake, answers=form.fresh, now=journey.now)
    else:
        messages.warning(request, next(iter(form.sentences())))
    return redirect(f"{url_of(journey.booked)}#advice")
