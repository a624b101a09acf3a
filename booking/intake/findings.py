"""What a decision says beside its level: kept as ids of rules and keys of regions, read in the words of their file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from booking.models import Clearance, Decision
from booking.rules.levels import Level, rank
from booking.rules.questionnaire import VERSIONS
from booking.rules.rulebook import Rule, Rulebook, find_rulebook, load_rulebook, region_key
from booking.rules.triage import Outcome
from booking.rules.version_1 import SUCCESSORS
from services.models import Treatment


@dataclass(frozen=True)
class Reason:
    """A rule that fired, in the words of the rulebook that decided, with the answers that led to it.

    `version` is that of the questionnaire whose keys `behind` has. `is_liftable` where a doctor's word turns it off.
    """

    rule: str
    level: str
    urgency: str
    client: str
    staff: str
    behind: dict[str, Any] = field(default_factory=dict)
    version: str = VERSIONS[-1]
    excluded: tuple[str, ...] = ()
    hold: str = ""
    is_liftable: bool = True


@dataclass(frozen=True)
class Findings:
    """What a decision says. `excluded` counts CAUTION rules apart, because a physician's clearance sets aside what
    PHYSICIAN rules exclude, and never what CAUTION rules do. `kept` is what an earlier version had said besides."""

    reasons: tuple[Reason, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_by_caution: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    no_heat: bool = True
    kept: "Kept | None" = None

    def excludes(self, treatment: Treatment, *, has_letter: bool = False) -> bool:
        """Whether `treatment` is left out: the one of the four that it is like, or heat that it uses.

        A physician's letter sets neither heat nor what CAUTION rules exclude aside.
        """
        excluded = self.excluded_by_caution if has_letter else self.excluded
        return treatment.counts_as in excluded or (treatment.uses_heat and self.no_heat)

    @classmethod
    def of(cls, decision: Decision) -> Self:
        stored, kept = decision.findings, Kept.read(decision.findings.get("kept"))
        return cls(
            reasons=tuple(
                _reason(one, one.get("rulebook", decision.rulebook_version))
                for one in _all_rules(stored["rules"], kept)
            ),
            excluded=tuple(stored["excluded"]),
            excluded_by_caution=tuple(stored["excluded_by_caution"]),
            avoid=tuple(dict.fromkeys(_region(key, decision.rulebook_version) for key in stored["avoid"])),
            failed=tuple(stored["failed"]),
            no_heat=stored.get("no_heat", True),
            kept=kept,
        )


@dataclass(frozen=True)
class Kept:
    """What a decision of an earlier version said beyond today's: it stays (v1_to_v2.md, "Never lower").

    `level` is empty where a rule had failed. `rules` are as they are stored, each with the hash of its rulebook.
    """

    level: str
    rules: tuple[dict[str, Any], ...]
    excluded: tuple[str, ...]
    excluded_by_caution: tuple[str, ...]
    avoid: tuple[str, ...]
    failed: tuple[str, ...]
    conditions: tuple[str, ...]

    @classmethod
    def beyond(cls, outcome: Outcome, *, before: Decision) -> Self | None:
        """What `before` says and `outcome` does not; None where that is nothing."""
        old, new = before.findings, to_store(outcome)
        avoid, conditions = set(new["avoid"]), set(outcome.conditions)
        lower = rank(before.level) > rank(level_of(outcome))
        kept = cls(
            level=before.level,
            rules=tuple(
                {"rulebook": before.rulebook_version, **one}
                for one in _all_rules(old["rules"], cls.read(old.get("kept")))
                if _says_more(one, one.get("rulebook", before.rulebook_version), outcome, new)
            ),
            excluded=_without(old["excluded"], new["excluded"]),
            excluded_by_caution=_without(old["excluded_by_caution"], new["excluded_by_caution"]),
            avoid=_without(old["avoid"], avoid),
            failed=_without(old["failed"], new["failed"]),
            conditions=_without(before.conditions, conditions),
        )
        says_more = kept.excluded or kept.excluded_by_caution or kept.avoid or kept.failed or kept.conditions
        return kept if lower or says_more else None

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self | None:
        if stored is None:
            return None
        level, lists = stored["level"], {name: tuple(value) for name, value in stored.items() if name != "level"}
        return cls(level=level, **lists)

    def as_json(self) -> dict[str, Any]:
        return {name: value if name == "level" else list(value) for name, value in vars(self).items()}


def to_store(outcome: Outcome, kept: Kept | None = None) -> dict[str, Any]:
    """Rule ids, keys and the answers behind them; no sentence. The limits of both where something is kept."""
    by_caution = [key for rule in outcome.fired if rule.level is Level.CAUTION for key in rule.excluded]
    stored: dict[str, Any] = {
        "rules": [
            {
                "rule": rule.id,
                "level": rule.level.value,
                "urgency": rule.urgency,
                "behind": outcome.behind.get(rule.id, {}),
            }
            for rule in outcome.fired
        ],
        "excluded": _united(outcome.excluded, kept.excluded if kept else ()),
        "excluded_by_caution": _united(by_caution, kept.excluded_by_caution if kept else ()),
        "avoid": _united(map(region_key, outcome.avoid), kept.avoid if kept else ()),
        "failed": _united(outcome.failed, kept.failed if kept else ()),
        "no_heat": outcome.no_heat,
    }
    return stored | ({"kept": kept.as_json()} if kept else {})


def level_of(outcome: Outcome, kept: Kept | None = None) -> str:
    """The level to record, never below what is kept. A form that no longer passes the questions has none either."""
    level = outcome.level or ""
    if kept is None:
        return level
    # Answers that an emergency had cut short are only screened; where that finds nothing, what was found stays.
    was_screened = not level and not outcome.errors
    return kept.level if was_screened else max(level, kept.level, key=rank)


def is_covered(*, letter: Clearance, decision: Decision) -> bool:
    """Whether a physician's letter still stands against this decision, made after it was recorded.

    A reason that the physician could not know of, and that no letter lifts, opens the case again.
    """
    if decision.decided_at <= letter.recorded_at:
        return True
    before = Decision.objects.filter(intake=letter.intake_id, decided_at__lte=letter.recorded_at).first()
    known = {SUCCESSORS.get(reason.rule, reason.rule) for reason in Findings.of(before).reasons} if before else set()
    stops = [reason for reason in Findings.of(decision).reasons if reason.level == Level.PHYSICIAN]
    return before is None or all(reason.is_liftable or reason.rule in known for reason in stops)


def reason_of(rule: Rule, behind: dict[str, Any], rulebook: Rulebook) -> Reason:
    """The rule in its own words."""
    return Reason(
        rule=rule.id,
        level=rule.level,
        urgency=rule.urgency,
        client=rule.client,
        staff=rule.staff,
        behind=behind,
        version=rulebook.questionnaire.version,
        excluded=rule.excluded,
        hold=rule.hold,
        is_liftable=rulebook.is_liftable(rule),
    )


def _reason(stored: Mapping[str, Any], rulebook: str) -> Reason:
    for book in _rulebooks(rulebook):
        if (rule := book.by_id.get(stored["rule"])) is not None:
            return reason_of(rule, stored["behind"], book)
    # From a rulebook that this software no longer has: a person looks, and nothing is taken as harmless.
    looked_at = _("A person at the clinic looks at this first.")
    return Reason(stored["rule"], stored["level"], stored["urgency"], looked_at, "", stored["behind"])


def _region(key: str, rulebook: str) -> str:
    found = (book.regions[key] for book in _rulebooks(rulebook) if key in book.regions)
    return next(found, key.replace("_", " "))


def _rulebooks(version: str) -> list[Rulebook]:
    """The one that decided, first. The words are English in all of them; another language would be chosen here."""
    decided = find_rulebook(version)
    others = [load_rulebook(one) for one in reversed(VERSIONS)]
    return [decided, *(one for one in others if one is not decided)] if decided else others


def _all_rules(rules: list[dict[str, Any]], kept: Kept | None) -> list[dict[str, Any]]:
    return [*rules, *(kept.rules if kept else ())]


def _says_more(stored: Mapping[str, Any], rulebook: str, outcome: Outcome, new: Mapping[str, Any]) -> bool:
    """Whether a rule of an earlier rulebook is needed to explain what is kept of it."""
    reason = _reason(stored, rulebook)
    if reason.level == Level.CLEAR:
        return False
    excluded = new["excluded_by_caution"] if reason.level == Level.CAUTION else new["excluded"]
    return (
        rank(reason.level) > rank(level_of(outcome))
        or not set(reason.excluded) <= set(excluded)
        or (reason.hold != "" and reason.hold not in outcome.conditions)
    )


def _united(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _without(values: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left_out = set(others)
    return tuple(value for value in values if value not in left_out)
