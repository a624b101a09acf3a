"""Small faults put into the rulebook one at a time, and whether the stored cases notice.

Three kinds: an atom dropped (a part of an "and" or "or", a choice of a list, an item of a count), an
operator flipped (the limit itself in or out, the direction turned, "and" for "or", a condition or its opposite), and a
limit moved by one. The named conditions are mutated like the rules. `python -m tests.booking.rules.mutants` prints the
figure.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from booking.rules.expressions import (
    All,
    AnyOf,
    Compare,
    CompareCount,
    Count,
    Expression,
    Has,
    Named,
    Not,
    OneOf,
    evaluate,
    names_used,
)
from booking.rules.rulebook import Rulebook, load_rulebook
from tests.booking.rules.rule_cases import NAMES, STARS, Case

LIMIT = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
DIRECTION = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Mutant:
    """`owner` is the id of a rule, or a name of the rulebook, whose condition is replaced by a faulty one."""

    owner: str
    change: str
    condition: Expression

    def __str__(self) -> str:
        return f"{self.owner}: {self.change}"


@dataclass(frozen=True)
class Report:
    killed: int
    total: int
    survivors: tuple[Mutant, ...]

    def __str__(self) -> str:
        return f"{self.killed} of {self.total} mutants of the rulebook killed, {len(self.survivors)} survive"


def run() -> Report:
    """Every mutant against the stored cases of the rules, or of the name itself, that it can change."""
    rulebook = load_rulebook()
    mutants = list(all_mutants(rulebook))
    survivors = tuple(mutant for mutant in mutants if find_killer(mutant, rulebook) is None)
    return Report(len(mutants) - len(survivors), len(mutants), survivors)


def all_mutants(rulebook: Rulebook) -> Iterator[Mutant]:
    for owner, condition in owners(rulebook).items():
        for change, faulty in mutate(condition):
            yield Mutant(owner, change, faulty)


def find_killer(mutant: Mutant, rulebook: Rulebook) -> Case | None:
    """The first case in which the mutant says something else than is written there."""
    changed = owners(rulebook) | {mutant.owner: mutant.condition}
    for rule in rules_built_on(mutant.owner, rulebook):
        for case in cases_by_rule()[rule]:
            if evaluate(changed[rule], case.answers, changed) is not case.fires:
                return case
    return None


def owners(rulebook: Rulebook) -> dict[str, Expression]:
    return rulebook.conditions_by_name | {rule.id: rule.condition for rule in rulebook.rules}


def rules_built_on(owner: str, rulebook: Rulebook) -> list[str]:
    """The rule itself, or all rules that use the name, also by way of another name; a name with cases of its own too."""
    conditions = owners(rulebook)
    rules = [
        rule.id for rule in rulebook.rules if rule.id == owner or owner in _names_below(rule.condition, conditions)
    ]
    return [*rules, owner] if owner in {star.rule for star in NAMES} else rules


@functools.cache
def cases_by_rule() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for star in (*STARS, *NAMES):
        found.setdefault(star.rule, []).extend(star.cases())
    return found


def mutate(condition: Expression) -> Iterator[tuple[str, Expression]]:  # noqa: C901 - a line a kind
    """Every condition that differs from this one in a single place, and what was done to it."""
    match condition:
        case All(items):
            yield from _drop(condition, items)
            yield f"“and” became “or” in {condition_as_text(condition)}", AnyOf(items)
            yield from _inside(condition, items)
        case AnyOf(items):
            yield from _drop(condition, items)
            yield f"“or” became “and” in {condition_as_text(condition)}", All(items)
            yield from _inside(condition, items)
        case Count(items):
            yield from _drop(condition, items)
            yield from _inside(condition, items)
        case Not(item):
            yield f"“not” dropped before {condition_as_text(item)}", item
            yield from ((change, Not(faulty)) for change, faulty in mutate(item) if not isinstance(item, Named))
        case CompareCount(count, op, value):
            yield from _mutate_comparison(condition, op, value)
            if isinstance(count, Count):
                for change, faulty in mutate(count):
                    if isinstance(faulty, Count):
                        yield change, replace(condition, count=faulty)
        case Compare(_, op, value):
            yield from _mutate_comparison(condition, op, value)
        case Has():
            yield f"{condition_as_text(condition)} became its opposite", Not(condition)
            yield from _drop_choice(condition)
        case OneOf():
            yield f"{condition_as_text(condition)} became its opposite", Not(condition)
            yield from _mutate_values(condition)
        case Named(name):
            yield f"{name} became its opposite", Not(condition)


def condition_as_text(condition: Expression) -> str:
    match condition:
        case Has(key, choices):
            return f"{key} has {'/'.join(choices)}"
        case Compare(key, op, value):
            return f"{key} {op} {value}"
        case OneOf(key, values):
            return f"{key} in {'/'.join(map(str, values))}"
        case CompareCount(count, op, value):
            return f"{condition_as_text(count)} {op} {value}"
        case Named(name):
            return name
        case Not(item):
            return f"not {condition_as_text(item)}"
        case All(items):
            return f"({' and '.join(map(condition_as_text, items))})"
        case AnyOf(items):
            return f"({' or '.join(map(condition_as_text, items))})"
        case Count(items):
            return f"count({', '.join(map(condition_as_text, items))})"


def _drop(condition: All | AnyOf | Count, items: tuple[Expression, ...]) -> Iterator[tuple[str, Expression]]:
    for index, item in enumerate(items):
        kept = (*items[:index], *items[index + 1 :])
        alone = len(kept) == 1 and not isinstance(condition, Count)
        yield f"dropped {condition_as_text(item)}", kept[0] if alone else replace(condition, items=kept)


def _inside(condition: All | AnyOf | Count, items: tuple[Expression, ...]) -> Iterator[tuple[str, Expression]]:
    for index, item in enumerate(items):
        for change, faulty in mutate(item):
            yield change, replace(condition, items=(*items[:index], faulty, *items[index + 1 :]))


def _mutate_comparison(
    condition: Compare | CompareCount, op: str, value: int | str | bool
) -> Iterator[tuple[str, Expression]]:
    text = condition_as_text(condition)
    for flipped in filter(None, (LIMIT.get(op), DIRECTION[op])):
        yield f"{text}: {op} became {flipped}", replace(condition, op=flipped)
    if isinstance(value, int) and not isinstance(value, bool):
        for moved in (value - 1, value + 1):
            yield f"{text}: {value} became {moved}", replace(condition, value=moved)


def _drop_choice(condition: Has) -> Iterator[tuple[str, Expression]]:
    for choice in condition.choices if len(condition.choices) > 1 else ():
        kept = tuple(other for other in condition.choices if other != choice)
        yield f"dropped {choice} in {condition.key}", replace(condition, choices=kept)


def _mutate_values(condition: OneOf) -> Iterator[tuple[str, Expression]]:
    for index, value in enumerate(condition.values):
        before, after = condition.values[:index], condition.values[index + 1 :]
        if before or after:
            yield f"dropped {value} in {condition.key}", replace(condition, values=(*before, *after))
        if isinstance(value, int):
            for moved in (value - 1, value + 1):
                yield f"{condition.key}: {value} became {moved}", replace(condition, values=(*before, moved, *after))


def _names_below(condition: Expression, conditions: Mapping[str, Expression]) -> set[str]:
    direct = names_used(condition)
    return direct.union(*(_names_below(conditions[name], conditions) for name in direct))


if __name__ == "__main__":
    report = run()
    print(report)
    for survivor in report.survivors:
        print(f"  {survivor}")
