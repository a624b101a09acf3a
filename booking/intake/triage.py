"""From answers to an outcome: the highest level of any rule that fires. Pure, and fails closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from booking.intake.conditions import answers_behind, evaluate
from booking.intake.questionnaire import AnswerError, check_answers
from booking.intake.rules import Level, Rule, Rulebook

NOTE_TO_READ = "note_to_read"


@dataclass(frozen=True)
class Outcome:
    """What the rulebook says. Without a level there is no outcome: answers are missing, or a rule failed.

    `conditions` must be settled before the visit is confirmed. `behind` says per rule which answers made it fire.
    """

    level: Level | None
    fired: tuple[Rule, ...] = ()
    excluded: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    errors: tuple[AnswerError, ...] = ()
    behind: dict[str, dict[str, Any]] = field(default_factory=dict)


def triage(answers: Mapping[str, Any], rulebook: Rulebook) -> Outcome:
    """The outcome of complete answers; level None with `errors` where they are not, or where a rule failed."""
    checked = check_answers(answers, questionnaire=rulebook.questionnaire)
    if checked.errors:
        return Outcome(level=None, errors=checked.errors)
    fired, failed = _ask(rulebook.rules, checked.answers, rulebook)
    level = max((rule.level for rule in fired), default=Level.CLEAR)
    return _outcome(level, fired, failed, checked.answers, rulebook)


def screen(answers: Mapping[str, Any], rulebook: Rulebook) -> Outcome:
    """The EMERGENCY rules on answers that are not complete yet: level EMERGENCY, or None where none fires.

    What is wrong with the answers so far is not looked at here; wrong ones count as not given.
    """
    checked = check_answers(answers, questionnaire=rulebook.questionnaire, partial=True)
    rules = [rule for rule in rulebook.rules if rule.level is Level.EMERGENCY]
    fired, failed = _ask(rules, checked.answers, rulebook)
    return _outcome(Level.EMERGENCY if fired else None, fired, failed, checked.answers, rulebook)


def _ask(rules: Iterable[Rule], answers: Mapping[str, Any], rulebook: Rulebook) -> tuple[list[Rule], list[str]]:
    named = rulebook.conditions_by_name
    fired: list[Rule] = []
    failed: list[str] = []
    for rule in rules:
        try:
            if evaluate(rule.condition, answers, named):
                fired.append(rule)
        except Exception:  # noqa: BLE001 - whatever broke, the rule did not say "fine": a person must look
            failed.append(rule.id)
    return fired, failed


def _outcome(
    level: Level | None, fired: list[Rule], failed: list[str], answers: Mapping[str, Any], rulebook: Rulebook
) -> Outcome:
    named = rulebook.conditions_by_name
    excluded = {treatment for rule in fired for treatment in rule.excluded}
    holds = [rule.hold for rule in fired if rule.hold]
    if str(answers.get("other_concern", "")).strip():
        holds.append(NOTE_TO_READ)
    return Outcome(
        level=None if failed else level,
        fired=tuple(fired),
        excluded=tuple(key for key in rulebook.questionnaire.treatments if key in excluded),
        avoid=tuple(dict.fromkeys(region for rule in fired for region in rule.avoid)),
        conditions=tuple(dict.fromkeys(holds)),
        failed=tuple(failed),
        errors=tuple(
            AnswerError(rule_id, f"Rule {rule_id} could not be evaluated; a person must look.") for rule_id in failed
        ),
        behind={rule.id: answers_behind(rule.condition, answers, named) for rule in fired},
    )
