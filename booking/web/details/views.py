"""Steps 4 and 5: who comes, and the last look before the visit is booked."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.intake import drafts
from booking.intake.gate import GateRefused
from booking.late_changes import free_until
from booking.models import Appointment
from booking.pages.layout import PressForm, list_errors
from booking.scheduling import appointments
from booking.scheduling.appointments import AlreadyBooked, KeyReused, Refused, SlotTaken, TooManyOpen, TooManyWaiting
from booking.web.details.forms import SOMEONE_ELSE, BookForm, DetailsForm, details_of
from booking.web.journey import (
    Journey,
    Step,
    describe_check,
    find_journey,
    hand_of,
    open_journey,
    send_to_missing,
    show_so_far,
    step_line,
    visit_path,
)
from booking.web.site import Site, load_site, show
from booking.web.treatment import wish
from booking.web.when.views import refused_at_gate, taken_address
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_span, local_date, zone_name
from services.models import ClinicPolicy


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponseBase:
    now = timezone.now()
    journey = find_journey(request, now=now)
    if request.method == "POST":
        journey = _remember(request, journey or open_journey(request, now=now))
    if away := send_to_missing(request, journey, step=Step.DETAILS):
        return away
    assert journey is not None
    form = _form(request, journey)
    if request.method == "POST" and form.is_valid():
        return redirect("booking:check")
    site = load_site()
    context = {
        "site": site,
        "form": form,
        "errors": list_errors(form) if form.is_bound else [],
        "steps": step_line(Step.DETAILS, _("your details")),
        "more_time": _more_time(),
        **show_so_far(journey, policy=site.policy),
    }
    return show(request, "web/details/details.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    journey = find_journey(request, now=timezone.now())
    if request.method == "POST" and journey is not None and (journey.booked or not journey.first_missing(Step.CHECK)):
        # A second press of the same button comes here after the first has booked: the same answer.
        return _book(request, journey)
    if away := send_to_missing(request, journey, step=Step.CHECK):
        return away
    assert journey is not None
    return _show(request, journey, _book_form(journey))


def _remember(request: HttpRequest, journey: Journey) -> Journey:
    """Whatever was typed is kept, also where something else has to be done first."""
    form = _form(request, journey)
    form.is_valid()
    if journey.booked is None:
        drafts.save_typed(draft=journey.draft, typed=journey.typed | form.typed)
    return journey


def _form(request: HttpRequest, journey: Journey) -> DetailsForm:
    data = request.POST if request.method == "POST" else None
    return DetailsForm(data, typed=journey.typed, country=journey.country, save_label=_("Continue to check"))


def _book(request: HttpRequest, journey: Journey) -> HttpResponseBase:
    form = _book_form(journey, data=request.POST)
    is_repeated = journey.booked is not None
    if not form.is_valid() or not (is_repeated or form.cleaned_data["seen"] == _digest(journey)):
        messages.warning(request, _("Something has changed since this page was opened. Please look at it once more."))
        return redirect("booking:check")
    return _call_book(request, journey, key=form.cleaned_data["key"])


def _call_book(request: HttpRequest, journey: Journey, *, key: str) -> HttpResponseBase:
    try:
        visit = appointments.book(
            draft=journey.draft,
            details=details_of(journey.typed),
            key=key,
            now=journey.now,
            hand=hand_of(request),
        )
    except (KeyReused, AlreadyBooked) as refusal:
        messages.info(request, str(refusal))
        return redirect(visit_path(refusal.appointment))
    except SlotTaken as refusal:
        return redirect(taken_address(refusal))
    except GateRefused as refusal:
        return refused_at_gate(request, refusal)
    except (TooManyOpen, TooManyWaiting) as refusal:
        messages.warning(request, str(refusal))
        return redirect("booking:check")
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("booking:when")
    response = redirect(visit_path(visit))
    wish.forget(response)
    return response


def _book_form(journey: Journey, data: Any = None) -> BookForm:
    return BookForm(data, label=_("Book this visit"), seen=_digest(journey))


def _digest(journey: Journey) -> str:
    """Of what the check page shows; it names nothing and nobody."""
    kept = journey.kept
    start = [kept.starts_at.isoformat(), kept.therapist_id, kept.treatment_id, kept.minutes] if kept else []
    text = json.dumps([start, asdict(details_of(journey.typed))])
    return hashlib.sha256(text.encode()).hexdigest()


def _show(request: HttpRequest, journey: Journey, form: BookForm) -> HttpResponse:
    site = load_site()
    assert journey.kept is not None
    context = {
        "site": site,
        "form": form,
        "steps": step_line(Step.CHECK, _("check and book")),
        "visit_rows": _visit_rows(journey.kept, site=site),
        "you_rows": _you_rows(journey),
        "plans_change": plans_change(journey.kept, policy=site.policy, now=journey.now),
        "waits_for_press": journey.kept.deadline_at is None,
        "will_be_requested": bool(journey.decision and journey.decision.conditions),
        "more_time": _more_time(),
        **show_so_far(journey, policy=site.policy),
    }
    return show(request, "web/details/check.html", context)


def plans_change(visit: Appointment, *, policy: ClinicPolicy, now: datetime, can_move: bool = True) -> dict[str, Any]:
    """Until when moving and cancelling are free, as a date, and the clinic's words for later."""
    return describe_deadline(free_until(visit, policy=policy), visit=visit, policy=policy, now=now) | {
        "can_move": can_move
    }


def describe_deadline(until: datetime, *, visit: Appointment, policy: ClinicPolicy, now: datetime) -> dict[str, Any]:
    """A deadline for free changes in words, by the visit's clock: still to come, or passed."""
    moment = format_moment(until, Wall.of_visit(visit))
    return {
        "free_until": moment if until > now else "",
        "ended": moment if until <= now else "",
        "later": policy.late_cancelling_words,
    }


def _visit_rows(visit: Appointment, *, site: Site) -> list[dict[str, str]]:
    wall = Wall.of_visit(visit)
    day = format_day(local_date(visit.starts_at, wall.zone), with_year=True)
    span = format_span(visit.starts_at, visit.ends_at, wall)
    price = format_price(visit.price, visit.currency, country=visit.location.country)
    treatment, when = reverse("booking:treatment"), reverse("booking:when")
    rows = [
        (_("Treatment"), format_treatment(visit.treatment.name, visit.minutes), "", treatment),
        (_("When"), _("%(day)s, %(span)s") % {"day": day, "span": span}, zone_name(wall.zone), when),
        (_("With"), visit.therapist.name, "", when),
        (_("Where"), ", ".join(visit.location.address.splitlines()), "", treatment if len(site.locations) > 1 else ""),
        (_("Price"), _("%(price)s, paid at the clinic") % {"price": price}, "", ""),
    ]
    return [{"label": label, "value": value, "more": more, "url": url} for label, value, more, url in rows]


def _you_rows(journey: Journey) -> list[dict[str, str]]:
    typed, details_url = journey.typed, reverse("booking:details")
    is_other = typed.get("for_whom") == SOMEONE_ELSE
    rows = [
        (_("Name"), typed.get("booker_name", ""), f"{details_url}#id_booker_name"),
        (_("Email"), typed.get("booker_email", ""), f"{details_url}#id_booker_email"),
        (_("Mobile"), typed.get("booker_phone") or _("Not given"), f"{details_url}#id_booker_phone"),
        (_("Visit is for"), typed.get("person_name", "") if is_other else _("Me"), f"{details_url}#id_for_whom_0"),
        (_("Access needs"), typed.get("access_needs") or _("None"), f"{details_url}#id_access_needs"),
        (_("Safety check"), describe_check(journey), reverse("booking:outcome")),
    ]
    return [{"label": label, "value": value, "more": "", "url": url} for label, value, url in rows]


def _more_time() -> PressForm:
    return PressForm(label=_("Give me more time"), action=reverse("booking:keep_longer"), style="plain")
