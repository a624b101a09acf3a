"""Where a visitor goes from a page of questions: to the next one, to the outcome, or back to the visit."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.intake import drafts
from booking.intake.decisions import IncompleteAnswers, decide
from booking.links import LinkRevoked
from booking.models import Appointment, Decision
from booking.rules.levels import Level
from booking.rules.pages import Page, pages, since
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.web import wish
from booking.web.addresses import url_of
from booking.web.asking import why_not_wished
from booking.web.journey import TAKEN_OVER, Journey
from booking.web.when.keeping import keep_wish
from booking.web.when.taken import to_nearest
from services.refusals import Refusal


def go_on(request: HttpRequest, journey: Journey, *, after: Page) -> HttpResponseBase:
    """To the next page with something to answer; after the last one, to the outcome."""
    if (page := journey.next_page(after=after)) is not None:
        return redirect("booking:safety_page", page_id=page.id)
    try:
        decision = decide(draft=journey.draft, now=journey.now)
    except IncompleteAnswers:
        return redirect("booking:safety")
    return go_to_result(request, journey, decision)


def go_to_result(request: HttpRequest, journey: Journey, decision: Decision) -> HttpResponseBase:
    """To the outcome; past it where there is nothing to read, and back to the visit whose form this was."""
    is_quiet = decision.level == Level.CLEAR and not decision.conditions
    if journey.updates is not None:
        return _renew_form(request, journey.updates, decision, now=journey.now)
    if not decision.is_bookable:
        return drop_wish(journey, redirect("booking:outcome"))
    wished = journey.draft.wished_start if journey.has_treatment else None
    if is_quiet and wished and why_not_wished(journey):
        return redirect(to_nearest(wished, therapist_id=journey.draft.wished_therapist_id))
    if is_quiet and journey.typed.get(TAKEN_OVER) and journey.has_treatment:
        return keep_wish(request, journey) if wished else redirect("booking:when")
    return redirect("booking:outcome")


def drop_wish(journey: Journey | None, response: HttpResponseBase) -> HttpResponseBase:
    """A physician or a call for help comes first: what was wished for is forgotten, on the device too."""
    if journey is not None and journey.booked is None:
        drafts.drop_wish(draft=journey.draft)
    wish.forget(response)
    return response


def _renew_form(request: HttpRequest, visit: Appointment, decision: Decision, *, now: datetime) -> HttpResponseBase:
    """The visit rests on the new answers. The client reads an outcome that stops it, whatever became of it meanwhile."""
    is_stop = not decision.is_bookable
    try:
        appointments.replace_form(appointment=visit, intake=decision.intake, by=CLIENT, now=now)
    except LinkRevoked:
        pass  # the page of that link says so
    except Refusal as refusal:
        if not is_stop:
            messages.warning(request, str(refusal))
    else:
        if not is_stop:
            messages.success(request, _("Thank you. Your health form is up to date."))
    return redirect("booking:outcome" if is_stop else url_of(visit))


def send_to_earlier_page(journey: Journey, page: Page) -> HttpResponseBase | None:
    """Pages are answered in order, because what is asked later depends on what was said before."""
    if journey.is_taken_over:
        return redirect("booking:outcome")
    if journey.is_asked_since or page is since():
        return None if journey.is_asked_since and page is since() else redirect("booking:safety")
    first = journey.first_open_page()
    if first is not None and pages().index(first) < pages().index(page):
        return redirect("booking:safety_page", page_id=first.id)
    if page not in journey.shown_pages:
        return redirect("booking:safety")
    return None
