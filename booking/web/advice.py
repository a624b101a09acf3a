"""What a decision says of treatments and self-care, in the words of the rulebook, for show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from booking.intake.advice import Card, choose_cards, match_treatments
from booking.intake.decisions import Findings, Reason
from booking.intake.pages import PAGES
from booking.intake.questionnaire import load_questionnaire
from booking.intake.rules import load_rulebook
from booking.intake.triage import Outcome, triage
from booking.web.forms.treatment import Advice
from booking.web.journey import Journey
from booking.web.words import format_answer
from services.models import Treatment


@dataclass(frozen=True)
class Answered:
    """A question with the answer that counted, and the page on which it can be corrected."""

    key: str
    question: str
    answer: str
    page_id: str


@dataclass(frozen=True)
class Explained:
    """Answers that led to one reason, or to several in a row."""

    answers: tuple[Answered, ...]
    reasons: tuple[str, ...]
    urgency: str


def advise(journey: Journey) -> Advice:
    """The suggested treatment and those not offered, for this visitor; empty before there is an outcome."""
    if not journey.may_book or journey.draft.intake is None:
        return Advice()
    match = match_treatments(journey.answers, _outcome(journey.answers), load_rulebook())
    hidden = (_("It does not go with your answers."),)
    why_not = {
        key: hidden if journey.is_taken_over else tuple(_why_not(journey.findings, treatment))
        for key, treatment in journey.excluded.items()
    }
    for suggestion in (match.suggested, *match.also_possible):
        if suggestion is not None and (treatment := _pick(journey, kind=suggestion.treatment)):
            why = () if journey.is_taken_over else tuple(point.reason for point in suggestion.reasons)
            return Advice(suggested=treatment.key, why=why, why_not=why_not)
    return Advice(why_not=why_not)


def self_care(journey: Journey) -> tuple[Card, ...]:
    """Cards for what the client can do at home."""
    return choose_cards(journey.answers, _outcome(journey.answers), load_rulebook())


def explain(reasons: Iterable[Reason], *, only: Collection[str] | None = None) -> list[Explained]:
    """Which answers led here. Reasons that rest on the same answers stand together.

    With `only` the reasons that rest on other questions are left out.
    """
    grouped: dict[tuple[Answered, ...], list[Reason]] = {}
    for reason in reasons:
        if only is not None and not set(reason.behind) <= set(only):
            continue
        grouped.setdefault(_answers_behind(reason.behind), []).append(reason)
    return [
        Explained(
            answers=answers,
            reasons=tuple(dict.fromkeys(reason.client for reason in group)),
            urgency=group[0].urgency,
        )
        for answers, group in grouped.items()
    ]


def page_of(key: str) -> str:
    """The id of the page that asks the question `key`."""
    return next((page.id for page in PAGES if key in page.keys), PAGES[0].id)


def _answers_behind(behind: dict[str, Any]) -> tuple[Answered, ...]:
    questions = load_questionnaire()
    return tuple(
        Answered(key, questions.field(key).label, format_answer(questions.field(key), answer), page_of(key))
        for key, answer in behind.items()
        if key in questions.by_key
    )


def _pick(journey: Journey, *, kind: str) -> Treatment | None:
    """Of what this visitor may have and what counts as `kind`: the chosen one, then the kind itself, then the first."""
    of_kind = [
        offer.treatment
        for offer in journey.offers
        if offer.treatment.counts_as == kind and offer.treatment.key not in journey.excluded
    ]
    chosen = journey.draft.treatment
    return min(of_kind, key=lambda treatment: (treatment != chosen, treatment.key != kind), default=None)


def _why_not(findings: Findings, treatment: Treatment) -> list[str]:
    """The reasons of the rules that exclude a treatment. Which rule excludes what, the rulebook of today says."""
    rules = {rule.id: rule for rule in load_rulebook().rules}
    found = [
        reason.client
        for reason in findings.reasons
        if reason.rule in rules and treatment.counts_as in rules[reason.rule].excluded
    ]
    if treatment.uses_heat and findings.no_heat:
        found.append(_("Warmth is not safe with what you told us."))
    return found or [_("It does not go with your answers.")]


def _outcome(answers: dict[str, Any]) -> Outcome:
    return triage(answers, load_rulebook())
