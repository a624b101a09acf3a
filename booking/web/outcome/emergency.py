"""EMERGENCY: call now. The page works without a journey too, for a sign in answers that can't be stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from booking.intake.findings import Reason, reason_of
from booking.rules.advice import MATERNITY_RULE
from booking.rules.levels import Level
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome
from booking.web.journey import Journey
from booking.web.outcome.advice import explain
from booking.web.outcome.page import OutcomePage, known_of, shown_keys
from booking.web.site import load_site, show
from booking.wording.lists import join_words

TEMPLATE = "web/outcome/emergency.html"
MOST_SAID = 3  # signs in the sentence to say


@dataclass(frozen=True, kw_only=True)
class EmergencyPage(OutcomePage):
    """`say`: the answers to tell whoever helps. `is_booked`: the journey had led to a visit, which is left as it was."""

    say: str
    shows_maternity_line: bool
    is_booked: bool = False


def show_emergency(request: HttpRequest, journey: Journey) -> HttpResponse:
    known = _of_reasons(journey.findings.reasons, only=shown_keys(journey))
    return show(request, TEMPLATE, EmergencyPage(site=load_site(), **known, **known_of(journey)))


def show_unsaved_emergency(request: HttpRequest, found: Outcome, *, is_booked: bool = False) -> HttpResponse:
    """An emergency sign where answers can't be stored: not agreed to, or the journey is over. Nothing is kept."""
    reasons = [reason_of(rule, found.behind.get(rule.id, {}), load_rulebook()) for rule in found.fired]
    return show(request, TEMPLATE, EmergencyPage(site=load_site(), **_of_reasons(reasons), is_booked=is_booked))


def _of_reasons(reasons: Iterable[Reason], *, only: tuple[str, ...] | None = None) -> dict[str, Any]:
    found = [reason for reason in reasons if reason.level == Level.EMERGENCY]
    explained = explain(found, only=only)
    # What a label explains in brackets is for reading; somebody in need says the sign itself.
    said = [re.sub(r"\s*\([^()]*\)", "", answered.answer) for one in explained for answered in one.answers]
    answers = [f"“{words.strip('“”')}”" for words in said]
    return {
        "explained": explained,
        "say": join_words(list(dict.fromkeys(answers))[:MOST_SAID]),
        "shows_maternity_line": any(reason.rule == MATERNITY_RULE for reason in found),
    }
