"""Moving and cancelling a visit by its link, taking that back, and saying that one comes. GET only explains."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.intake.gate import GateRefused, find_obstacle
from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, NotOnOffer, Refused, SlotTaken
from booking.web.forms.layout import PressForm, list_errors
from booking.web.forms.other import StartForm
from booking.web.picker import Picker, address_of_taken, read_taken
from booking.web.site import load_site, show
from booking.web.views.details import plans_change
from booking.web.views.visit import away_unless_open, by_link, describe, stop_of, url_of, urls_of
from booking.when import Wall, format_moment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def move(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Another start for the same visit: same reference, same link."""
    if away := away_unless_open(request, visit, now):
        return away
    if obstacle := find_obstacle(intake=visit.intake):
        messages.warning(request, obstacle)
        return redirect(url_of(visit, "visit"))
    picker = Picker(wish=appointments.wish_of(visit), query=request.GET, now=now, moving=visit)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        therapist_ids={therapist.pk for therapist in picker.therapists},
        now=now,
    )
    if request.method == "POST" and form.is_valid():
        return _move(request, visit, now, *form.cleaned_data["start"])
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
    return show(request, "visit/move.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def cancel(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A page that explains, and a button that cancels."""
    if visit.state in (State.CANCELLING, State.CANCELLED):
        return redirect(url_of(visit, "visit"))
    if away := away_unless_open(request, visit, now):
        return away
    if request.method == "POST":
        return _try(request, visit, lambda: appointments.cancel(appointment=visit, by=CLIENT, now=now))
    site = load_site()
    context = {
        "site": site,
        "visit": visit,
        "form": PressForm(label=_("Cancel this visit"), action=url_of(visit, "cancel")),
        "plans_change": plans_change(visit, policy=site.policy, now=now),
        "undo_minutes": min(timedelta(minutes=site.policy.undo_minutes), visit.starts_at - now) // timedelta(minutes=1),
        "urls": urls_of(visit),
        **describe(visit, now=now),
    }
    return show(request, "visit/cancel.html", context)


@never_cache
@require_POST
@by_link
def undo(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """Take a cancellation back."""
    return _try(request, visit, lambda: appointments.undo_cancel(appointment=visit, by=CLIENT, now=now))


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
    return show(request, "visit/confirm.html", context)


def _move(
    request: HttpRequest, visit: Appointment, now: datetime, starts_at: datetime, therapist_id: int
) -> HttpResponseBase:
    try:
        moved = appointments.move(appointment=visit, starts_at=starts_at, therapist_id=therapist_id, by=CLIENT, now=now)
    except NotOnOffer as refusal:
        messages.warning(request, str(refusal))
    except SlotTaken as refusal:
        return redirect(f"{url_of(visit, 'move')}?{address_of_taken(refusal)}")
    except (Refused, GateRefused) as refusal:
        messages.warning(request, str(refusal))
    else:
        moment = format_moment(moved.starts_at, Wall.of_visit(moved))
        messages.success(request, _("Your visit is now on %(moment)s.") % {"moment": moment})
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
