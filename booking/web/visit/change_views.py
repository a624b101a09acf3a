"""Moving and cancelling a visit by its link, taking that back, and saying that one comes. GET only explains."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.intake.gate import GateRefused
from booking.intake.stops import Stop
from booking.late_changes import free_until_once_moved, kept_deadline
from booking.models import Appointment
from booking.pages.layout import PressForm, list_errors
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, NotOnOffer, Refused, SlotTaken
from booking.scheduling.states import CALLED_OFF
from booking.web.details.views import describe_deadline, plans_change
from booking.web.picker import Picker, address_of_start, address_of_taken, read_taken
from booking.web.site import Site, load_site, show
from booking.web.visit.forms import SeenForm
from booking.web.visit.views import (
    StopWords,
    away_unless_open,
    by_link,
    describe,
    health_form_of,
    stop_of,
    url_of,
    urls_of,
)
from booking.web.when.forms import StartForm
from booking.wording.times import Wall, format_moment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def move(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Another start for the same visit: same reference, same link. Choosing one leads to the page that asks once."""
    if away := away_unless_open(request, visit, now):
        return away
    if (what_first := _what_first(request, visit, now)) is not None:
        return what_first
    picker = Picker(wish=appointments.wish_of(visit), query=request.GET, now=now, moving=visit)
    form = _start_form(request.POST if request.method == "POST" else None, picker)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{url_of(visit, 'move_check')}?{urlencode({'start': request.POST['start']})}")
    site = load_site()
    taken = read_taken(request.GET, picker=picker)
    errors = (list_errors(form) if form.is_bound else []) + (
        list_errors(picker.date_form) if picker.date_form.is_bound else []
    )
    context = {
        "site": site,
        "visit": visit,
        "form": picker.start_form(taken=taken),
        "taken": taken,
        "errors": errors,
        "plans_change": plans_change(visit, policy=site.policy, now=now),
        "back_url": url_of(visit, "visit"),
        **picker.context(),
        **describe(visit, now=now),
    }
    return show(request, "web/visit/move.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def move_check(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The chosen start, asked once: from, to, until when changes are free then, and what a late one costs."""
    if away := away_unless_open(request, visit, now):
        return away
    if (what_first := _what_first(request, visit, now)) is not None:
        return what_first
    picker = Picker(wish=appointments.wish_of(visit), query={}, now=now, moving=visit)
    chosen = _start_form(request.POST if request.method == "POST" else request.GET, picker)
    if not chosen.is_valid():
        messages.warning(request, _("Choose one of the times on this page."))
        return redirect(url_of(visit, "move"))
    starts_at, therapist_id = chosen.cleaned_data["start"]
    if request.method == "POST":
        seen = SeenForm(request.POST)
        return _move(request, visit, now, starts_at, therapist_id, seen_start=seen.instant())
    if picker.why_not(starts_at, therapist_id=therapist_id):
        return redirect(f"{url_of(visit, 'move')}?{address_of_start(starts_at, therapist_id=therapist_id)}")
    return _ask_once(request, visit, picker, starts_at, therapist_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def cancel(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A page that explains, and a button that cancels."""
    if visit.state in CALLED_OFF:
        return redirect(url_of(visit, "visit"))
    if away := away_unless_open(request, visit, now):
        return away
    if request.method == "POST":
        return _try(request, visit, lambda: appointments.cancel(appointment=visit, by=CLIENT, now=now))
    site = load_site()
    can_move = visit.intake is not None and stop_of(visit, now=now) is None
    context = {
        "site": site,
        "visit": visit,
        "form": PressForm(label=_("Cancel this visit"), action=url_of(visit, "cancel")),
        "can_move": can_move,
        "plans_change": plans_change(visit, policy=site.policy, now=now, can_move=can_move),
        "undo_minutes": _undo_minutes(site, visit.starts_at, now=now),
        "urls": urls_of(visit),
        **describe(visit, now=now),
    }
    return show(request, "web/visit/cancel.html", context)


@never_cache
@require_POST
@by_link
def undo(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Take a cancellation back."""
    return _try(request, visit, lambda: appointments.undo_cancel(appointment=visit, by=CLIENT, now=now))


@never_cache
@require_POST
@by_link
def undo_move(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Put the visit back where it was before its last move."""
    return _try(request, visit, lambda: appointments.undo_move(appointment=visit, by=CLIENT, now=now))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def confirm(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The client says "I'm coming", by a button. Where something stops the visit, its page says what comes first."""
    if away := away_unless_open(request, visit, now):
        return away
    if stop_of(visit, now=now):
        return redirect(url_of(visit, "visit"))
    if request.method == "POST":
        return _try(
            request,
            visit,
            lambda: appointments.confirm_attendance(appointment=visit, now=now),
            thanks=_("Thank you. We expect you."),
        )
    context = {
        "visit": visit,
        "form": PressForm(label=_("Yes, I am coming"), action=url_of(visit, "confirm"), style="primary"),
        "urls": urls_of(visit),
        **describe(visit, now=now),
    }
    return show(request, "web/visit/confirm.html", context)


def _what_first(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase | None:
    """The page that says why the visit can't be moved, and what to do; None where it can."""
    stop = Stop.FORM if visit.intake is None else stop_of(visit, now=now)
    if stop is None:
        return None
    context = {
        "visit": visit,
        "stop": StopWords.of(stop) if visit.intake else StopWords.of_missing_form(),
        "health_form": health_form_of(visit, style="primary"),
        "urls": urls_of(visit),
        **describe(visit, now=now),
    }
    return show(request, "web/visit/cannot_move.html", context)


def _start_form(data: Any, picker: Picker) -> StartForm:
    return StartForm(data, therapist_ids={therapist.pk for therapist in picker.therapists}, now=picker.now)


def _ask_once(
    request: HttpRequest, visit: Appointment, picker: Picker, starts_at: datetime, therapist_id: int
) -> HttpResponseBase:
    site, wall, now = load_site(), Wall.of_visit(visit), picker.now
    until = free_until_once_moved(visit, starts_at=starts_at, policy=site.policy, now=now)
    names = {therapist.pk: therapist.name for therapist in picker.therapists}
    sends = {"start": f"{starts_at.isoformat()} {therapist_id}", "seen_start": visit.starts_at.isoformat()}
    context = {
        "site": site,
        "visit": visit,
        "rows": [
            {"label": _("From"), "value": format_moment(visit.starts_at, wall), "more": visit.therapist.name},
            {"label": _("To"), "value": format_moment(starts_at, wall), "more": names[therapist_id]},
        ],
        "is_late": kept_deadline(visit, policy=site.policy, now=now) is not None,
        "plans_change": describe_deadline(until, visit=visit, policy=site.policy, now=now) | {"can_move": True},
        "undo_minutes": _undo_minutes(site, min(visit.starts_at, starts_at), now=now),
        "form": PressForm(label=_("Move the visit"), action=url_of(visit, "move_check"), style="primary", sends=sends),
        "back_url": url_of(visit, "move"),
        "keep_url": url_of(visit, "visit"),
        **describe(visit, now=now),
    }
    return show(request, "web/visit/move_check.html", context)


def _undo_minutes(site: Site, at_the_latest: datetime, *, now: datetime) -> int:
    """For how many whole minutes what is done now can be undone."""
    return min(timedelta(minutes=site.policy.undo_minutes), at_the_latest - now) // timedelta(minutes=1)


def _move(
    request: HttpRequest,
    visit: Appointment,
    now: datetime,
    starts_at: datetime,
    therapist_id: int,
    *,
    seen_start: datetime | None,
) -> HttpResponseBase:
    try:
        appointments.move(
            appointment=visit,
            starts_at=starts_at,
            therapist_id=therapist_id,
            by=CLIENT,
            now=now,
            seen_start=seen_start,
        )
    except NotOnOffer as refusal:
        messages.warning(request, str(refusal))
    except SlotTaken as refusal:
        return redirect(f"{url_of(visit, 'move')}?{address_of_taken(refusal)}")
    except (Refused, GateRefused) as refusal:
        messages.warning(request, str(refusal))
    else:
        return redirect(url_of(visit, "visit"))
    return redirect(url_of(visit, "move"))


def _try(request: HttpRequest, visit: Appointment, act: Callable[[], object], *, thanks: str = "") -> HttpResponseBase:
    """Do it and go back to the visit, with the sentence of a refusal where there is one."""
    try:
        act()
    except (Refused, GateRefused) as refusal:
        messages.warning(request, str(refusal))
    else:
        if thanks:
            messages.success(request, thanks)
    return redirect(url_of(visit, "visit"))
