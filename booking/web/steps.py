"""The steps of the journey: which one a visitor may do now, and how its view comes by the journey."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Concatenate, ParamSpec, Self

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Draft
from booking.scheduling import appointments
from booking.web.addresses import url_of
from booking.web.journey import Journey, find_journey
from booking.wording.times import Wall, format_moment, format_time

P = ParamSpec("P")


class Step(IntEnum):
    TREATMENT = 1
    SAFETY = 2
    WHEN = 3
    DETAILS = 4


# What people read: the choice of a treatment is no step.
NUMBERS = {Step.SAFETY: 1, Step.WHEN: 2, Step.DETAILS: 3}
LAST = max(NUMBERS.values())


@dataclass(frozen=True)
class StepLine:
    """How far the visitor has come: a dash for each step, and the same in words."""

    dashes: tuple[bool, ...]
    words: str

    @classmethod
    def at(cls, step: Step, words: str) -> Self:
        return cls(
            dashes=tuple(number <= NUMBERS[step] for number in range(1, LAST + 1)),
            words=_("Step %(number)s of %(last)s: %(words)s") % {"number": NUMBERS[step], "last": LAST, "words": words},
        )


@dataclass(frozen=True)
class Missing:
    """Where to go first, and the sentence that says why; empty where the page itself says it."""

    url: str
    sentence: str = ""


def with_journey(
    view: Callable[Concatenate[HttpRequest, Journey | None, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the view the journey of this session, or None where there is none."""

    @functools.wraps(view)
    def with_what_is_known(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, find_journey(request, now=timezone.now()), *args, **kwargs)

    return with_what_is_known


def at_step(
    step: Step,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Journey, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Hand the view the journey of a visitor who may do `step`; anybody else is sent to what comes first."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Journey, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        @with_journey
        def checked(
            request: HttpRequest, journey: Journey | None, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if journey is None:
                return send_to_start(request)
            return send_to_missing(request, journey, step=step) or view(request, journey, *args, **kwargs)

        return checked

    return decorate


def send_to_start(request: HttpRequest) -> HttpResponse:
    """To the first step, for a visitor of whom nothing is known."""
    messages.warning(request, _("We have no answers from this device. Please begin with the treatment."))
    return redirect("booking:treatment")


def send_to_missing(request: HttpRequest, journey: Journey, *, step: Step) -> HttpResponse | None:
    """The redirect to what has to be done before `step`, or None where the visitor may go on."""
    if journey.booked is not None:
        messages.info(request, _("You have already booked this visit."))
        return redirect(url_of(journey.booked))
    if step > Step.SAFETY and journey.updates is not None:
        return redirect(url_of(journey.updates))
    missing = first_missing(journey, step)
    if missing is None:
        return None
    if missing.sentence:
        messages.warning(request, missing.sentence)
    return redirect(missing.url)


def first_missing(journey: Journey, step: Step) -> Missing | None:
    """What has to be done before `step`, or None."""
    if step <= Step.SAFETY:
        return None
    if journey.draft.intake_id is None:
        return Missing(reverse("booking:safety"), _("Please finish the safety check first."))
    if not journey.may_book:
        return Missing(reverse("booking:outcome"))
    treatment = journey.draft.treatment if journey.has_treatment else None
    if treatment is None or journey.excludes(treatment):
        return Missing(reverse("booking:treatment"), _("Please choose a treatment and length first."))
    if step > Step.WHEN and journey.kept is None:
        return Missing(reverse("booking:when"), _no_longer_kept(journey.draft))
    return None


def _no_longer_kept(draft: Draft) -> str:
    if appointments.wants_unkept(draft):
        return _("The time that you chose has been taken. Please choose another.")
    late = Appointment.objects.filter(hold__draft=draft, hold__unconfirmed_name="").first()
    if late is None:
        return _("Please choose a time first.")
    if late.deadline_at is None:  # given back since
        return _("We no longer keep %(moment)s for you. Your answers are still here; choose a time again.") % {
            "moment": format_moment(late.starts_at, Wall.of_visit(late))
        }
    return _("We kept this time for you until %(time)s. Your answers are still here; choose a time again.") % {
        "time": format_time(late.deadline_at, Wall.of_visit(late))
    }
