"""The rulebook for people to read: in words, with the place to sign. Pure."""

from typing import Any

from booking.rules.expressions import All, AnyOf, Compare, CompareCount, Count, Expression, Has, Named, Not, OneOf
from booking.rules.levels import Level
from booking.rules.questionnaire import Questionnaire
from booking.rules.rulebook import Rule, Rulebook

COMPARISON_WORDS = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
NOT_REVIEWED = (
    "These rules were written for this software from public references. They decide who can book; they diagnose "
    "nothing. Until a clinician has signed this version, no physician has reviewed them."
)


def as_json(rulebook: Rulebook) -> dict[str, Any]:
    """What a program may want to know of the rulebook in force."""
    return {
        "version": rulebook.version,
        "questionnaire": rulebook.questionnaire.version,
        "derived": [{"name": entry.name, "when": entry.text, "means": entry.meaning} for entry in rulebook.named],
        "rules": [
            {
                "id": rule.id,
                "level": rule.level.value,
                "condition": rule.text,
                "in_words": in_words(rule.condition, rulebook.questionnaire),
                "excluded_treatments": list(rule.excluded),
                "avoid": list(rule.avoid),
                "condition_to_settle": rule.hold,
                "urgency": rule.urgency,
                "client": rule.client,
                "staff": rule.staff,
                "source": rule.source,
            }
            for rule in rulebook.rules
        ],
    }


def as_markdown(rulebook: Rulebook) -> str:
    """The page that a clinician signs, with every rule in the order in which it is kept."""
    parts = [
        "# Safety rulebook\n",
        f"Version `{rulebook.version}`, questionnaire {rulebook.questionnaire.version}.\n",
        f"{NOT_REVIEWED}\n",
        "## Names used in the rules\n",
        *(
            f"- **{entry.name}**, {entry.meaning}: {in_words(entry.condition, rulebook.questionnaire)}."
            for entry in rulebook.named
        ),
        "",
    ]
    for level in sorted(Level, reverse=True):
        rules = [rule for rule in rulebook.rules if rule.level is level]
        parts += [f"## {level.name}, {len(rules)} rules\n", *(_rule(rule, rulebook.questionnaire) for rule in rules)]
    parts += [
        "## Signature\n",
        f"I have read the {len(rulebook.rules)} rules of this version.\n",
        "Name:\n",
        "Registration:\n",
        "Date:\n",
        "Signature:",
    ]
    return "\n".join(parts) + "\n"


def in_words(condition: Expression, questionnaire: Questionnaire) -> str:  # noqa: PLR0911 - a line a kind
    """The condition as a clinician would read it, with the questions' own labels."""
    match condition:
        case Has(key, choices):
            labels = [f"“{questionnaire.field(key).label_of(choice)}”" for choice in choices]
            return f"{_name(key)} includes {_or(labels)}"
        case Compare(key, op, value):
            return f"{_name(key)} {COMPARISON_WORDS[op]} {_value(key, value, questionnaire)}"
        case OneOf(key, values):
            return f"{_name(key)} is {_or([_value(key, value, questionnaire) for value in values])}"
        case CompareCount(count, op, value):
            counted = count.name if isinstance(count, Named) else in_words(count, questionnaire)
            return f"{counted} {COMPARISON_WORDS[op]} {value}"
        case Count(items):
            return "the number of these that hold: " + "; ".join(in_words(item, questionnaire) for item in items)
        case Named(name):
            return name
        case Not(item):
            return f"not ({in_words(item, questionnaire)})"
        case All(items):
            return " and ".join(_grouped(item, questionnaire) for item in items)
        case AnyOf(items):
            return " or ".join(_grouped(item, questionnaire) for item in items)


def _grouped(condition: Expression, questionnaire: Questionnaire) -> str:
    words = in_words(condition, questionnaire)
    return f"({words})" if isinstance(condition, All | AnyOf) else words


def _name(key: str) -> str:
    return key.replace("_", " ")


def _value(key: str, value: object, questionnaire: Questionnaire) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{questionnaire.field(key).label_of(value)}”"
    return str(value)


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _rule(rule: Rule, questionnaire: Questionnaire) -> str:
    lines = [
        f"### {rule.id}\n",
        f"- When: {in_words(rule.condition, questionnaire)}.",
        f"- As kept: `{rule.text}`",
        f"- The client reads: {rule.client}",
    ]
    if rule.staff.strip(" -"):
        lines.append(f"- Staff read: {rule.staff}")
    if rule.excluded:
        lines.append(f"- Not offered: {', '.join(rule.excluded)}")
    if rule.avoid:
        lines.append(f"- Avoid: {', '.join(rule.avoid)}")
    if rule.hold:
        lines.append(f"- To settle first: {rule.hold}")
    if rule.urgency:
        lines.append(f"- How soon: {rule.urgency}")
    return "\n".join([*lines, f"- Source: {rule.source}", ""])
