"""From answers to an outcome: the highest level of any rule that fires. Pure, and fails closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from booking.rules.answers import AnswerError, AnyAnswers, check_answers
from booking.rules.conditions import NOTE_TO_READ
from booking.rules.expressions import Compiled
from booking.rules.levels import Level
from booking.rules.rulebook import Rule, Rulebook
from services.blanks import is_blank

# The rulebook's name for "warmth could harm".
NO_HEAT = "NO_HEAT"


@dataclass(frozen=True)
class Outcome:
    """What the rulebook says. Without a level there is no outcome: answers are missing, or a rule failed.

    `fired` are all rules that did, advice included, in the order of the rulebook. `conditions` must be settled before
    the visit is confirmed. `behind` says per rule which answers made it fire. `failed` are rules that could not be
    evaluated: a person must look. `no_heat`: no treatment that uses heat, also where the rulebook can't say.
    """

    level: Level | None
    fired: tuple[Rule, ...] = ()
    excluded: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    errors: tuple[AnswerError, ...] = ()
    behind: dict[str, dict[str, Any]] = field(default_factory=dict)
    no_heat: bool = True


def triage(answers: AnyAnswers, rulebook: Rulebook) -> Outcome:
    """The outcome of complete answers; level None with `errors` where they are not, or where a rule failed."""
    checked = check_answers(answers, questionnaire=rulebook.questionnaire)
    if checked.errors:
        return Outcome(level=None, errors=checked.errors)
    behind, failed = _ask(rulebook.compiled_rules, checked.answers)
    level = max((rule.level for rule in behind), default=Level.CLEAR)
    return _outcome(None if failed else level, behind, failed, checked.answers, rulebook)


def screen(answers: AnyAnswers, rulebook: Rulebook) -> Outcome:
    """The EMERGENCY rules on answers that are not complete yet: level EMERGENCY, or None where none fires.

    What is wrong with the answers so far is not looked at here; wrong ones count as not given. An emergency stands
    whatever another rule that failed would have said: rules only ever raise.
    """
    checked = check_answers(answers, questionnaire=rulebook.questionnaire)
    rules = [(rule, condition) for rule, condition in rulebook.compiled_rules if rule.level is Level.EMERGENCY]
    behind, failed = _ask(rules, checked.answers)
    return _outcome(Level.EMERGENCY if behind else None, behind, failed, checked.answers, rulebook)


def _ask(
    rules: Iterable[tuple[Rule, Compiled]], answers: Mapping[str, Any]
) -> tuple[dict[Rule, dict[str, Any]], list[str]]:
    """The rules that fire with the answers behind each, and the ids of those that failed."""
    behind: dict[Rule, dict[str, Any]] = {}
    failed: list[str] = []
    for rule, condition in rules:
        try:
            if condition.holds(answers):
                behind[rule] = condition.behind(answers, True)
        except Exception:  # noqa: BLE001 - whatever broke, the rule did not say "fine": a person must look
            failed.append(rule.id)
    return behind, failed


def _outcome(
    level: Level | None,
    behind: Mapping[Rule, dict[str, Any]],
    failed: list[str],
    answers: Mapping[str, Any],
    rulebook: Rulebook,
) -> Outcome:
    excluded = {treatment for rule in behind for treatment in rule.excluded}
    holds = [rule.hold for rule in behind if rule.hold]
    if not is_blank(answers.get("other_concern", "")):
        holds.append(NOTE_TO_READ)
    return Outcome(
        level=level,
        fired=tuple(behind),
        excluded=tuple(key for key in rulebook.questionnaire.treatments if key in excluded),
        avoid=tuple(dict.fromkeys(region for rule in behind for region in rule.avoid)),
        conditions=tuple(dict.fromkeys(holds)),
        failed=tuple(failed),
        errors=tuple(
            AnswerError(rule_id, f"Rule {rule_id} could not be evaluated; a person must look.") for rule_id in failed
        ),
        behind={rule.id: found for rule, found in behind.items()},
        no_heat=level is None or _rules_out_heat(answers, rulebook),  # without a level nobody has said that it is safe
    )


def _rules_out_heat(answers: Mapping[str, Any], rulebook: Rulebook) -> bool:
    condition = rulebook.compiled_names.get(NO_HEAT)
    try:
        return condition is None or condition.holds(answers)
    except Exception:  # noqa: BLE001 - whatever broke, nobody has said that warmth is safe
        return True
