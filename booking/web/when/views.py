"""Step 3: when and with whom. Choosing a start keeps it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.pages.refusals import telling_refusals
from booking.scheduling import appointments
from booking.web.journey import Journey
from booking.web.site import load_site, show
from booking.web.so_far import SoFar, StepPage, describe_what
from booking.web.steps import Step, StepLine, at_step
from booking.web.when.forms import StartForm
from booking.web.when.keeping import keep_start
from booking.web.when.picker import AroundStarts, Picker
from booking.web.when.taken import Taken
from services import catalogue


@dataclass(frozen=True, kw_only=True)
class WhenPage(StepPage):
    form: StartForm
    what: str
    kept_for: str
    taken: Taken | None
    around: AroundStarts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_step(Step.WHEN)
def when(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """The starts to choose from; a press on one keeps it."""
    return _keep(request, journey) if request.method == "POST" else _show(request, journey)


@require_POST
@at_step(Step.WHEN)
def keep_longer(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    """More time, once."""
    with telling_refusals(request):
        appointments.keep_longer(draft=journey.draft, now=journey.now)
    return redirect("booking:details")


def _keep(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    wish = appointments.wish_of_draft(journey.draft)
    therapists = catalogue.therapists_for(treatment=wish.treatment, location=wish.location)
    form = StartForm(request.POST, therapist_ids={therapist.pk for therapist in therapists}, now=journey.now)
    if not form.is_valid():
        return _show(request, journey, problem=form)
    return keep_start(request, journey, *form.cleaned_data["start"])


def _show(request: HttpRequest, journey: Journey, *, problem: StartForm | None = None) -> HttpResponse:
    site = load_site()
    picker = Picker(
        wish=appointments.wish_of_draft(journey.draft),
        query=request.GET,
        now=journey.now,
        draft=journey.draft,
        kept=journey.kept,
        decision=journey.decision,
    )
    taken = picker.read_taken(request.GET)
    page = WhenPage(
        site=site,
        errors=picker.errors(problem),
        steps=StepLine.at(Step.WHEN, _("time")),
        so_far=SoFar.of(journey, policy=site.policy, with_more_time=True) if journey.kept else None,
        journey_mark=journey.mark,
        what=describe_what(journey.draft, policy=site.policy, now=journey.now),
        kept_for=ngettext(
            "Press a time and we keep it for %(count)s minute.",
            "Press a time and we keep it for %(count)s minutes.",
            site.policy.hold_minutes,
        )
        % {"count": site.policy.hold_minutes},
        form=picker.start_form(taken=taken),
        taken=taken,
        around=picker.around(),
    )
    return show(request, "web/when/when.html", page)
