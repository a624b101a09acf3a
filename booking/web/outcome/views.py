"""What the safety check says: which answers led there, what to do now, and a way to correct one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from booking.cases import follow_up
from booking.rules.levels import Level
from booking.web import wish
from booking.web.journey import Journey, begin_journey
from booking.web.outcome.bookable import show_bookable
from booking.web.outcome.doctor_first import make_call_form, show_doctor_first
from booking.web.outcome.emergency import show_emergency
from booking.web.outcome.forms import YES, CallForm
from booking.web.outcome.page import case_of
from booking.web.steps import Step, at_step, with_journey


@never_cache
@require_safe
@at_step(Step.SAFETY)
def outcome(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    return _show(request, journey)


@never_cache
@sensitive_post_parameters()
@require_POST
@at_step(Step.SAFETY)
def call_me(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """The client says whether the clinic may call about the outcome, and leaves name and number."""
    if journey.decision is None:
        return redirect("booking:safety")
    case = case_of(journey)
    if case is None:
        return redirect("booking:outcome")
    form = make_call_form(journey, request.POST)
    if not form.is_valid():
        return _show(request, journey, call_form=form)
    if form.cleaned_data["may_call"] == YES:
        follow_up.ask_for_call(
            case=case, name=form.cleaned_data["name"], phone=form.cleaned_data["phone"], now=journey.now
        )
        messages.success(request, _("Thank you. We will call you within two working days."))
    else:
        messages.success(request, _("We will not call. You can always call us."))
    return redirect("booking:outcome")


@never_cache
@require_POST
@with_journey
def begin_again(request: HttpRequest, journey: Journey | None) -> HttpResponseBase:
    """A new safety check, for somebody else or from the beginning. What was decided before stays known."""
    begin_journey(request, now=timezone.now(), previous=journey.draft if journey else None)
    response = redirect("booking:start")
    wish.forget(response)
    return response


def _show(request: HttpRequest, journey: Journey, *, call_form: CallForm | None = None) -> HttpResponse:
    """The page of this outcome; to the questions where there is none yet."""
    decision = journey.decision
    if decision is None:
        return redirect("booking:safety")
    if decision.level == Level.EMERGENCY:
        return show_emergency(request, journey)
    if decision.is_bookable:
        return show_bookable(request, journey, decision)
    return show_doctor_first(request, journey, call_form=call_form)
