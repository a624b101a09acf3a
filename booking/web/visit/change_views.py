"""Moving and cancelling a visit by its link, taking that back, and saying that you are coming. GET only explains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.models import Appointment
from booking.pages.layout import PressForm
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, NotOnOffer, SlotTaken
from booking.web.addresses import url_of, urls_of
from booking.web.plans_change import PlansChange
from booking.web.site import Page, load_site, show
from booking.web.visit.by_link import act_on, away_unless_here, away_unless_open, by_link
from booking.web.visit.forms import SeenForm
from booking.web.visit.in_words import VisitInWords, is_cancelled
from booking.web.visit.moving import ask_once, show_starts, show_why_not, undo_minutes
from booking.web.visit.stopped import in_the_way_of_moving, stop_of
from booking.web.when.forms import StartForm
from booking.web.when.picker import Picker
from booking.web.when.taken import address_of_start, address_of_taken
from services.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class CancelPage(Page):
    """`undo_minutes`: 0 where it can't be undone."""

    visit: VisitInWords
    form: PressForm
    can_move: bool
    plans_change: PlansChange
    undo_minutes: int
    urls: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ConfirmPage(Page):
    visit: VisitInWords
    by_phone: bool
    form: PressForm
    urls: Mapping[str, str]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def move(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Another start for the same visit: same reference, same link. Choosing one leads to the page that asks once."""
    if away := _away_unless_movable(request, visit, now):
        return away
    picker = Picker(wish=appointments.wish_of(visit), query=request.GET, now=now, moving=visit)
    form = _start_form(request.POST if request.method == "POST" else None, picker)
    if form.is_valid():
        return redirect(f"{url_of(visit, 'move_check')}?{urlencode({'start': request.POST['start']})}")
    return show_starts(request, visit, picker, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def move_check(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The chosen start, and the question whether to move there."""
    if away := _away_unless_movable(request, visit, now):
        return away
    picker = Picker(wish=appointments.wish_of(visit), query={}, now=now, moving=visit)
    chosen = _start_form(request.POST if request.method == "POST" else request.GET, picker)
    if not chosen.is_valid():
        messages.warning(request, _("Choose one of the times on this page."))
        return redirect(url_of(visit, "move"))
    starts_at, therapist_id = chosen.cleaned_data["start"]
    if request.method == "POST":
        return _move(request, visit, now, starts_at, therapist_id)
    if picker.why_not(starts_at, therapist_id=therapist_id):
        return redirect(f"{url_of(visit, 'move')}?{address_of_start(starts_at, therapist_id=therapist_id)}")
    return ask_once(request, visit, picker, starts_at, therapist_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def cancel(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A page that explains, and a button that cancels."""
    if is_cancelled(visit):
        return redirect(url_of(visit))
    if away := away_unless_here(request, visit, now):
        return away
    if request.method == "POST":
        return act_on(request, visit, now, lambda: appointments.cancel(appointment=visit, by=CLIENT, now=now))
    site = load_site()
    can_move = in_the_way_of_moving(visit, now=now) is None
    page = CancelPage(
        site=site,
        visit=VisitInWords.of(visit, now=now),
        form=PressForm(label=_("Cancel this visit"), action=url_of(visit, "cancel")),
        can_move=can_move,
        plans_change=PlansChange.of(visit, policy=site.policy, now=now, can_move=can_move),
        undo_minutes=undo_minutes(site, visit.starts_at, now=now),
        urls=urls_of(visit),
    )
    return show(request, "web/visit/cancel.html", page)


@never_cache
@require_POST
@by_link
def undo(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Take a cancellation back."""
    return act_on(request, visit, now, lambda: appointments.undo_cancel(appointment=visit, by=CLIENT, now=now))


@never_cache
@require_POST
@by_link
def undo_move(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Put the visit back where it was before its last move."""
    return act_on(request, visit, now, lambda: appointments.undo_move(appointment=visit, by=CLIENT, now=now))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def confirm(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The client says "I'm coming", by a button. Where something stops the visit, its page says what comes first."""
    if away := away_unless_open(request, visit, now):
        return away
    if stop_of(visit, now=now):
        return redirect(url_of(visit))
    if request.method == "POST":
        done = _("Thank you. See you on %(weekday)s.") % {"weekday": VisitInWords.of(visit, now=now).weekday}
        return act_on(
            request, visit, now, lambda: appointments.confirm_attendance(appointment=visit, now=now), done=done
        )
    site = load_site()
    page = ConfirmPage(
        site=site,
        by_phone=site.policy.changes_by_phone,
        visit=VisitInWords.of(visit, now=now),
        form=PressForm(label=_("Yes, I am coming"), action=url_of(visit, "confirm"), style="primary"),
        urls=urls_of(visit),
    )
    return show(request, "web/visit/confirm.html", page)


def _away_unless_movable(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase | None:
    """To the visit's page, or to the one that says what comes before moving; None where it can be moved now."""
    if away := away_unless_here(request, visit, now):
        return away
    stop = in_the_way_of_moving(visit, now=now)
    return show_why_not(request, visit, stop, now=now) if stop else None


def _start_form(data: Any, picker: Picker) -> StartForm:
    return StartForm(data, therapist_ids={therapist.pk for therapist in picker.therapists}, now=picker.now)


def _move(
    request: HttpRequest, visit: Appointment, now: datetime, starts_at: datetime, therapist_id: int
) -> HttpResponseBase:
    """To the visit, or back to the starts, with the nearest ones if this one has been taken since."""
    seen = SeenForm(request.POST)
    try:
        appointments.move(
            appointment=visit,
            starts_at=starts_at,
            therapist_id=therapist_id,
            by=CLIENT,
            now=now,
            seen_start=seen.instant(),
        )
    except Refusal as refusal:
        if isinstance(refusal, SlotTaken) and not isinstance(refusal, NotOnOffer):
            return redirect(f"{url_of(visit, 'move')}?{address_of_taken(refusal)}")
        messages.warning(request, str(refusal))
        return redirect(url_of(visit, "move"))
    return redirect(url_of(visit))
