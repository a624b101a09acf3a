"""PHYSICIAN, and what no rule could decide: why, what to do now, and whether we may call."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm, list_errors
from booking.rules.advice import CALL_AT_ONCE_IF, Card
from booking.rules.levels import Level
from booking.web.journey import Journey
from booking.web.outcome.advice import explain, self_care
from booking.web.outcome.forms import CallForm
from booking.web.outcome.page import OutcomePage, case_of, known_of, shown_keys
from booking.web.site import load_site, show

URGENT = ("now", "same_day")


@dataclass(frozen=True, kw_only=True)
class DoctorFirstPage(OutcomePage):
    """`call_form` asks whether we may call; None where there is no case to call about, or `will_call` says we do."""

    is_today: bool
    call_at_once_if: Sequence[str]
    cards: Sequence[Card]
    may_book: bool
    will_call: bool
    call_form: CallForm | None
    begin_again: PressForm


def show_doctor_first(request: HttpRequest, journey: Journey, *, call_form: CallForm | None = None) -> HttpResponse:
    """`call_form` is one that was sent and is wrong."""
    assert journey.decision is not None
    found = [reason for reason in journey.findings.reasons if reason.level == Level.PHYSICIAN]
    case = case_of(journey)
    will_call = case is not None and case.may_call
    page = DoctorFirstPage(
        site=load_site(),
        errors=list_errors(call_form) if call_form else (),
        explained=explain(found, only=shown_keys(journey)),
        is_today=any(reason.urgency in URGENT for reason in found),
        call_at_once_if=CALL_AT_ONCE_IF,
        cards=() if journey.is_taken_over else self_care(journey.checked),
        may_book=journey.may_book,
        will_call=will_call,
        call_form=None if case is None or will_call else call_form or make_call_form(journey),
        begin_again=PressForm(
            label=_("Start again for someone else"), action=reverse("booking:begin_again"), style="plain"
        ),
        **known_of(journey),
    )
    template = "physician" if journey.decision.level == Level.PHYSICIAN else "unclear"
    return show(request, f"web/outcome/{template}.html", page)


def make_call_form(journey: Journey, data: object = None) -> CallForm:
    return CallForm(data, country=journey.country, action=reverse("booking:call_me"))
