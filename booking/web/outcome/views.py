"""What the safety check says: which answers led there, what to do now, and a way to correct one."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from booking.cases import follow_up
from booking.intake.findings import Reason, reason_of
from booking.models import Case
from booking.pages.layout import PressForm, list_errors
from booking.rules.advice import CALL_AT_ONCE_IF, MATERNITY_RULE, SEE_A_DOCTOR_IF
from booking.rules.levels import Level
from booking.rules.pages import pages, since
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome
from booking.scheduling.states import UNTREATED
from booking.web.journey import (
    TAKEN_OVER,
    UNSEEN,
    Journey,
    Step,
    begin_journey,
    clear_form,
    find_journey,
    send_to_missing,
    show_so_far,
    step_line,
)
from booking.web.outcome.advice import advise, explain, self_care
from booking.web.outcome.forms import YES, CallForm
from booking.web.site import load_site, show
from booking.wording.conditions import condition_for_client
from booking.wording.lists import join_words
from booking.wording.times import Wall, format_moment

TEMPLATES = {
    Level.EMERGENCY: "web/outcome/emergency.html",
    Level.PHYSICIAN: "web/outcome/physician.html",
    Level.CAUTION: "web/outcome/caution.html",
    Level.CLEAR: "web/outcome/clear.html",
    "": "web/outcome/unclear.html",
}


@never_cache
@require_safe
def outcome(request: HttpRequest) -> HttpResponseBase:
    journey = find_journey(request, now=timezone.now())
    if away := _away(request, journey):
        return away
    assert journey is not None
    return _show(request, journey)


@never_cache
@sensitive_post_parameters()
@require_POST
def call_me(request: HttpRequest) -> HttpResponseBase:
    """The client says whether the clinic may call about the outcome, and leaves name and number."""
    journey = find_journey(request, now=timezone.now())
    if away := _away(request, journey):
        return away
    assert journey is not None
    form = CallForm(request.POST, country=journey.country, action=reverse("booking:call_me"))
    case = _case(journey)
    if case is None:
        return redirect("booking:outcome")
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
def begin_again(request: HttpRequest) -> HttpResponseBase:
    """A new safety check, for somebody else or from the beginning. What was decided before stays known."""
    now = timezone.now()
    journey = find_journey(request, now=now)
    begin_journey(request, now=now, previous=journey.draft if journey else None)
    return redirect("booking:treatment")


def show_unsaved_emergency(request: HttpRequest, found: Outcome, *, is_booked: bool = False) -> HttpResponse:
    """An emergency sign where answers can't be stored: not agreed to, or the journey is over. Nothing is kept.

    `is_booked` where the journey has led to a visit, which is left as it was.
    """
    reasons = [reason_of(rule, found.behind.get(rule.id, {}), load_rulebook()) for rule in found.fired]
    context = _emergency(reasons) | {"site": load_site(), "is_booked": is_booked}
    return show(request, TEMPLATES[Level.EMERGENCY], context)


def _away(request: HttpRequest, journey: Journey | None) -> HttpResponseBase | None:
    away = send_to_missing(request, journey, step=Step.SAFETY)
    if away is None and journey is not None and journey.decision is None:
        return redirect("booking:safety")
    return away


def _show(request: HttpRequest, journey: Journey, *, call_form: CallForm | None = None) -> HttpResponse:
    assert journey.decision is not None
    assert journey.draft.intake is not None
    level = journey.decision.level
    site = load_site()
    context: dict[str, Any] = {
        "site": site,
        "level": level,
        "reference": journey.draft.intake.reference,
        "updated": _describe_updated(journey),
        "is_taken_over": journey.is_taken_over,
        "answer_anew": PressForm(label=_("Answer all questions again"), action=reverse("booking:answer_anew")),
        "clear_answers": clear_form(),
        "begin_again": PressForm(
            label=_("Start again for someone else"), action=reverse("booking:begin_again"), style="plain"
        ),
    }
    if level == Level.EMERGENCY:
        context |= _emergency(journey.findings.reasons, only=_shown_keys(journey))
    elif journey.decision.is_bookable:
        context |= _bookable(journey) | show_so_far(journey, policy=site.policy)
    else:
        context |= _doctor_first(journey, call_form)
    return show(request, TEMPLATES.get(level, TEMPLATES[""]), context)


def _emergency(reasons: Iterable[Reason], *, only: tuple[str, ...] | None = None) -> dict[str, Any]:
    found = [reason for reason in reasons if reason.level == Level.EMERGENCY]
    explained = explain(found, only=only)
    # What a label explains in brackets is for reading; somebody in need says the sign itself.
    said = [re.sub(r"\s*\([^()]*\)", "", answered.answer) for one in explained for answered in one.answers]
    answers = [f"“{words.strip('“”')}”" for words in said]
    return {
        "level": Level.EMERGENCY,
        "explained": explained,
        "say": join_words(list(dict.fromkeys(answers))[:3]),
        "shows_maternity_line": any(reason.rule == MATERNITY_RULE for reason in found),
    }


def _doctor_first(journey: Journey, call_form: CallForm | None) -> dict[str, Any]:
    found = [reason for reason in journey.findings.reasons if reason.level == Level.PHYSICIAN]
    case = _case(journey)
    form = call_form or CallForm(country=journey.country, action=reverse("booking:call_me"))
    return {
        "explained": explain(found, only=_shown_keys(journey)),
        "is_today": any(reason.urgency in ("now", "same_day") for reason in found),
        "call_at_once_if": CALL_AT_ONCE_IF,
        "cards": () if journey.is_taken_over else self_care(journey.checked),
        "case": case,
        "form": form,
        "errors": list_errors(form) if form.is_bound else [],
        "may_book": journey.may_book,
    }


def _bookable(journey: Journey) -> dict[str, Any]:
    advice = advise(journey)
    names = {offer.treatment.key: offer.treatment.name for offer in journey.offers}
    assert journey.decision is not None
    chosen = journey.draft.treatment
    not_offered = [name for key, name in names.items() if key in journey.excluded]
    is_open = bool(chosen and journey.has_treatment and not journey.excludes(chosen))
    return {
        "steps": step_line(Step.SAFETY, _("safety check, result")),
        "explained": explain(
            (reason for reason in journey.findings.reasons if reason.level == Level.CAUTION), only=_shown_keys(journey)
        ),
        "remarks": []
        if journey.is_taken_over
        else [reason.client for reason in journey.findings.reasons if reason.level == Level.CLEAR],
        "avoid": journey.findings.avoid,
        "not_offered": bool(not_offered),
        "not_offered_names": join_words(not_offered),
        "conditions": [condition_for_client(kind) for kind in journey.decision.conditions],
        "suggested": names.get(advice.suggested, ""),
        "why": advice.why,
        "first_page": pages()[0].id,
        "chosen": chosen.name if chosen and is_open else "",
        "chosen_is_excluded": bool(chosen and not is_open),
        "nothing_left": not [key for key in names if key not in journey.excluded],
        "see_a_doctor_if": SEE_A_DOCTOR_IF,
    }


def _describe_updated(journey: Journey) -> str:
    """When the visit is whose form was renewed, in words; empty where there is none, or it is over or out of
    reach meanwhile.
    """
    visit = journey.updates
    if visit is None or visit.state not in UNTREATED or journey.came_by_revoked_link:
        return ""
    return format_moment(visit.starts_at, Wall.of_visit(visit))


def _shown_keys(journey: Journey) -> tuple[str, ...] | None:
    """The questions whose answers may be shown; None for all. What was taken over came by a link, and stays hidden."""
    if not journey.is_taken_over:
        return None
    return () if journey.typed[TAKEN_OVER] == UNSEEN else since().keys


def _case(journey: Journey) -> Case | None:
    """The case that this outcome has opened."""
    return Case.objects.filter(intake=journey.draft.intake, appointment=None).order_by("id").first()
