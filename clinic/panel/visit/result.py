"""The result of questions that were read out: what to tell the client in words, and what to be careful about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision
from booking.intake.findings import Findings, Reason, reason_of
from booking.models import Appointment, Case, Intake
from booking.rules.advice import CALL_AT_ONCE_IF, SEE_A_DOCTOR_IF, choose_cards
from booking.rules.answers import check_answers
from booking.rules.levels import BOOKABLE, Level
from booking.rules.rulebook import Rule, load_rulebook
from booking.rules.triage import triage
from booking.rules.version_1 import answers_today
from booking.web.outcome.views import MATERNITY_RULE
from booking.wording.conditions import condition_for_staff
from booking.wording.lists import join_words
from services import catalogue
from services.models import ClinicPolicy

URGENT = ("now", "same_day")


def describe_result(visit: Appointment, intake: Intake, *, now: datetime) -> dict[str, Any]:
    """What the page about a decided result shows. Reasons are the rulebook's sentences; no answer is repeated."""
    decision = current_decision(intake=intake, now=now)
    findings = Findings.of(decision)
    of_level = [reason for reason in findings.reasons if reason.level == decision.level]
    is_today = any(reason.urgency in URGENT for reason in of_level)
    answers = check_answers(answers_today(intake.answers, version=intake.schema_version)[0])
    goes_on = decision.is_bookable
    number = catalogue.emergency_number(country=visit.location.country)
    return {
        "level": decision.level,
        "title": _title(decision.level, number),
        "say": [*_say(decision.level, number, is_today=is_today), *_lines(of_level)],
        "reasons": list(dict.fromkeys(reason.client for reason in of_level)),
        "lists": _lists(decision.level, number),
        "cards": choose_cards(answers, triage(answers, load_rulebook()), load_rulebook()),
        "avoid": findings.avoid,
        "not_suitable": join_words(
            [
                offer.treatment.name_for_staff
                for offer in catalogue.treatments_on_offer()
                if findings.excludes(offer.treatment)
            ]
        ),
        "is_excluded": findings.excludes(visit.treatment),
        "notes": [
            reason.staff for reason in findings.reasons if reason.level != Level.CLEAR and reason.staff.strip(" -")
        ],
        "open_conditions": [condition_for_staff(one.kind) for one in visit.conditions.filter(settled_at=None)],
        "case": Case.objects.filter(intake=intake, appointment=None).order_by("id").first(),
        "goes_on": goes_on,
    }


def describe_unkept_emergency(fired: Iterable[Rule], *, country: str, why: str) -> dict[str, Any]:
    """An emergency sign in answers that are not kept: what to say. `why` is the sentence that tells staff the cause."""
    number = catalogue.emergency_number(country=country)
    reasons = [reason_of(rule, {}, load_rulebook()) for rule in fired]
    return {
        "level": Level.EMERGENCY,
        "title": _title(Level.EMERGENCY, number),
        "say": [*_say(Level.EMERGENCY, number, is_today=True), *_lines(reasons)],
        "reasons": list(dict.fromkeys(reason.client for reason in reasons)),
        "why_unkept": why,
    }


def _title(level: str, number: str) -> str:
    titles = {
        Level.CLEAR: _("This client can have a massage"),
        Level.CAUTION: _("A massage is possible, with care"),
        Level.PHYSICIAN: _("A doctor should look at this before a massage"),
        Level.EMERGENCY: _("Emergency: call %(number)s now") % {"number": number},
    }
    return titles.get(Level(level), "") if level else _("The result could not be worked out")


def _say(level: str, number: str, *, is_today: bool) -> list[str]:
    """Sentences to say, in order."""
    if level == Level.EMERGENCY:
        return [
            _(
                "What you told us needs a hospital, not a massage. Do not wait for it to pass, and do not drive yourself."
            ),
            _("Call %(number)s now, or let us call for you. If someone is with you, tell them.") % {"number": number},
        ]
    if level == Level.PHYSICIAN:
        when = _("Please speak to a doctor today.") if is_today else _("Please see a doctor in the next few days.")
        return [
            _("We can’t give this massage before a doctor has looked at it. A massage therapist cannot judge it."),
            when,
            _("If the doctor agrees, ask for a few lines that say so, with the date, and let us have them."),
        ]
    if level == Level.CAUTION:
        return [_("You can have a massage. We take care of what you told us.")]
    if level == Level.CLEAR:
        return [_("Thank you. You can have this massage.")]
    return [_("A person here has to look at your answers first. We will call you.")]


def _lines(reasons: Iterable[Reason]) -> list[str]:
    """The clinic's own lines to call, as the client's pages name them."""
    policy, found = ClinicPolicy.current(), list(reasons)
    lines = []
    if policy.maternity_line and any(reason.rule == MATERNITY_RULE for reason in found):
        lines.append(_("Maternity unit: %(line)s") % {"line": policy.maternity_line})
    is_today = any(reason.level == Level.PHYSICIAN and reason.urgency in URGENT for reason in found)
    if policy.advice_line and is_today:
        lines.append(_("Health advice line: %(line)s") % {"line": policy.advice_line})
    return lines


def _lists(level: str, number: str) -> list[tuple[str, tuple[str, ...]]]:
    if level == Level.PHYSICIAN:
        return [(_("Call %(number)s at once if") % {"number": number}, CALL_AT_ONCE_IF)]
    if level in BOOKABLE:
        return [(_("See a doctor if"), SEE_A_DOCTOR_IF)]
    return []
