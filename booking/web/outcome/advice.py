"""What a decision says of treatments and self-care, in the words of the rulebook, for show."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.intake.findings import Findings, Reason
from booking.rules.advice import Card, choose_cards, match_treatments
from booking.rules.answers import CheckedAnswers
from booking.rules.levels import Level
from booking.rules.pages import asked_later, pages
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import triage
from booking.web.journey import Journey
from booking.wording.answers import Answered, some_in_words
from services.catalogue import Offer
from services.models import Treatment


@dataclass(frozen=True)
class Advice:
    """What the safety check says about treatments: the suggested one with its reasons, and those not offered."""

    suggested: str = ""
    why: tuple[str, ...] = ()
    why_not: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Explained:
    """Answers that led to one reason, or to several in a row."""

    answers: tuple[Answered, ...]
    reasons: tuple[str, ...]
    urgency: str

    @property
    def page_id(self) -> str:
        """Where the first of the answers can be corrected."""
        return page_of(self.answers[0].key) if self.answers else pages()[0].id


def advise(journey: Journey) -> Advice:
    """The suggested treatment and those not offered, for this visitor; empty before there is an outcome."""
    if not journey.may_book or journey.draft.intake_id is None:
        return Advice()
    hidden = (_ask_us(),)
    why_not = {
        key: hidden if journey.is_taken_over else tuple(_why_not(journey.findings, treatment))
        for key, treatment in journey.excluded.items()
    }
    if journey.draft.treatment is not None:  # who has chosen did not ask for a suggestion
        return Advice(why_not=why_not)
    suggested, why = suggest(journey)
    return Advice(suggested=suggested.treatment.key if suggested else "", why=why, why_not=why_not)


def suggest(journey: Journey) -> tuple[Offer | None, tuple[str, ...]]:
    """What the answers speak for, of what this visitor may have, and why; the reasons of hidden answers are hidden."""
    match = match_treatments(journey.checked, triage(journey.checked, load_rulebook()), load_rulebook())
    for suggestion in (match.suggested, *match.also_possible):
        if suggestion is not None and (offer := _pick(journey, kind=suggestion.treatment)):
            return offer, () if journey.is_taken_over else tuple(point.reason for point in suggestion.reasons)
    return None, ()


def self_care(answers: CheckedAnswers) -> tuple[Card, ...]:
    """Cards for what the client can do at home; `answers` may hold those for advice too."""
    return choose_cards(answers, triage(answers, load_rulebook()), load_rulebook())


def remarks_for_advice(answers: CheckedAnswers) -> tuple[str, ...]:
    """What the rulebook says to what was answered after booking; it raises no level."""
    found = triage(answers, load_rulebook())
    later = set(asked_later().keys)
    return tuple(
        rule.client for rule in found.fired if rule.level is Level.CLEAR and later & set(found.behind[rule.id])
    )


def explain(reasons: Iterable[Reason], *, only: Collection[str] | None = None) -> list[Explained]:
    """Which answers led here. Reasons that rest on the same answers stand together.

    With `only` the reasons that rest on other questions are left out.
    """
    grouped: dict[tuple[Answered, ...], list[Reason]] = {}
    for reason in reasons:
        if only is not None and not set(reason.behind) <= set(only):
            continue
        grouped.setdefault(some_in_words(reason.behind, version=reason.version), []).append(reason)
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
    return next((page.id for page in pages() if key in page.keys), pages()[0].id)


def _pick(journey: Journey, *, kind: str) -> Offer | None:
    """Of what this visitor may have and what counts as `kind`: the kind itself, then the first."""
    of_kind = [
        offer
        for offer in journey.offers
        if offer.treatment.counts_as == kind and offer.treatment.key not in journey.excluded
    ]
    return min(of_kind, key=lambda offer: offer.treatment.key != kind, default=None)


def _why_not(findings: Findings, treatment: Treatment) -> list[str]:
    """The reasons of the rules that exclude a treatment."""
    found = [reason.client for reason in findings.reasons if treatment.counts_as in reason.excluded]
    if treatment.uses_heat and findings.no_heat:
        found.append(_("Warmth is not safe with what you told us."))
    return found or [_ask_us()]


def _ask_us() -> str:
    """Where the reason may not be shown, or stands in a physician's letter."""
    return _("Call us if you would like to know why.")
