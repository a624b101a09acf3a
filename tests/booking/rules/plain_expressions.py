"""The rulebook's expressions asked the plain way: the tree is walked for each set of answers.

What booking/rules/expressions.py compiles has to say the same, and fail on the same answers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from booking.rules.expressions import (
    OPERATORS,
    All,
    Answers,
    AnyOf,
    Compare,
    CompareCount,
    Count,
    Expression,
    ExpressionError,
    Has,
    Named,
    Not,
    OneOf,
    kind_of,
)

Names = Mapping[str, Expression]


def walk(condition: Expression, answers: Answers, named: Names) -> bool:
    """Whether `condition` holds for `answers`. Raises ExpressionError on an answer of the wrong type."""
    match condition:
        case Has(key, choices):
            return any(choice in choices for choice in _list(answers, key))
        case Compare(key, op, value):
            return _compare(answers.get(key), op, value, key)
        case OneOf(key, values):
            return any(_compare(answers.get(key), "==", value, key) for value in values)
        case Named(name):
            return walk(named[name], answers, named)
        case CompareCount(count, op, value):
            return OPERATORS[op](_count(count, answers, named), value)
        case All(items):
            return all(_each(items, answers, named))
        case AnyOf(items):
            return any(_each(items, answers, named))
        case Not(item):
            return not walk(item, answers, named)
    # A count on its own, or whatever else got in here: it must not pass for "false".
    raise ExpressionError(f"{condition} neither holds nor fails")


def walk_behind(condition: Expression, answers: Answers, named: Names) -> dict[str, Any]:
    """Which answers make `condition` true, as key → value; of a list answer only the choices that count.

    These answers alone would make it true as well. What a rule only asks to be absent (`not ...`) led nobody anywhere
    and is left out. Empty where the condition does not hold. Raises ExpressionError as `evaluate` does.
    """
    return _behind(condition, answers, named, holds=True) if walk(condition, answers, named) else {}


def _list(answers: Answers, key: str) -> list[str]:
    chosen = answers.get(key)
    if chosen is None:
        return []
    if not isinstance(chosen, list) or not all(isinstance(choice, str) for choice in chosen):
        raise ExpressionError(f"the answer to {key} is not a list of choices")
    return chosen


def _compare(answer: Any, op: str, value: Any, key: str) -> bool:
    if answer is None:
        return False
    if kind_of(answer) != kind_of(value):
        raise ExpressionError(f"the answer to {key} can't be compared with {value!r}")
    return OPERATORS[op](answer, value)


def _counted(count: Count | Named, named: Names) -> tuple[Expression, ...]:
    target = named[count.name] if isinstance(count, Named) else count
    if not isinstance(target, Count):
        raise ExpressionError("only a count can be compared with a number")
    return target.items


def _count(count: Count | Named, answers: Answers, named: Names) -> int:
    return sum(_each(_counted(count, named), answers, named))


def _each(items: Iterable[Expression], answers: Answers, named: Names) -> list[bool]:
    """All of them, also when the first one decides: an answer of the wrong type must not hide behind another."""
    return [walk(item, answers, named) for item in items]


def _behind(condition: Expression, answers: Answers, named: Names, *, holds: bool) -> dict[str, Any]:
    """Why `condition` holds, or with `holds=False` why it does not: an absence is no answer, a `not` in it may be."""
    found: dict[str, Any] = {}
    match condition:
        case Has(key, choices) if holds:
            found = {key: [choice for choice in answers[key] if choice in choices]}
        case Compare(key) | OneOf(key) if holds:
            found = {key: answers[key]}
        case Named(name):
            found = _behind(named[name], answers, named, holds=holds)
        case Not(item):
            found = _behind(item, answers, named, holds=not holds)
        case CompareCount(count) if holds:
            found = _behind_all(_counted(count, named), answers, named, holds=True)
        case All(items) | AnyOf(items):
            found = _behind_all(items, answers, named, holds=holds)
    return found


def _behind_all(items: Iterable[Expression], answers: Answers, named: Names, *, holds: bool) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for item in items:
        if walk(item, answers, named) is not holds:
            continue
        for key, value in _behind(item, answers, named, holds=holds).items():
            both = [*merged.get(key, []), *value] if isinstance(value, list) else value
            merged[key] = list(dict.fromkeys(both)) if isinstance(both, list) else both
    return merged
