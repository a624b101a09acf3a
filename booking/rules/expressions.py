"""The expressions of the rulebook: parsed once, evaluated null-safely, printed in words. Pure.

The text is read with Python's own parser and walked by an allow-list, so nothing in a rulebook is ever executed. A
hidden or unanswered question is null: every comparison with null is false, and so is `has` on it.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Answers = Mapping[str, Any]
Number = (int, Decimal, float)

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ExpressionError(Exception):
    """The text is not an expression, or an answer has a type that it can't be compared with."""


@dataclass(frozen=True)
class Has:
    """At least one of `choices` is chosen in the list answer `key`."""

    key: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Compare:
    key: str
    op: str
    value: int | str | bool


@dataclass(frozen=True)
class OneOf:
    """The single answer `key` is one of `values`."""

    key: str
    values: tuple[int | str, ...]


@dataclass(frozen=True)
class Named:
    """A condition that the rulebook defines once under a name."""

    name: str


@dataclass(frozen=True)
class Count:
    items: "tuple[Expression, ...]"


@dataclass(frozen=True)
class CompareCount:
    """How many of the items hold (or of those of the named count), compared with a number."""

    count: Count | Named
    op: str
    value: int


@dataclass(frozen=True)
class All:
    items: "tuple[Expression, ...]"


@dataclass(frozen=True)
class AnyOf:
    items: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Not:
    item: "Expression"


Expression = Has | Compare | OneOf | Named | Count | CompareCount | All | AnyOf | Not


def parse(text: str) -> Expression:
    """The condition that `text` says. Raises ExpressionError with a sentence."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ExpressionError(f"“{text}” can't be read") from error
    return _expression(tree.body)


def evaluate(condition: Expression, answers: Answers, named: Mapping[str, Expression]) -> bool:  # noqa: PLR0911 - a line a kind
    """Whether `condition` holds for `answers`. Raises ExpressionError on an answer of the wrong type."""
    match condition:
        case Has(key, choices):
            return any(choice in choices for choice in _list(answers, key))
        case Compare(key, op, value):
            return _compare(answers.get(key), op, value, key)
        case OneOf(key, values):
            return any(_compare(answers.get(key), "==", value, key) for value in values)
        case Named(name):
            return evaluate(named[name], answers, named)
        case CompareCount(count, op, value):
            return OPERATORS[op](_count(count, answers, named), value)
        case All(items):
            return all(_each(items, answers, named))
        case AnyOf(items):
            return any(_each(items, answers, named))
        case Not(item):
            return not evaluate(item, answers, named)
    # A count on its own, or whatever else got in here: it must not pass for "false".
    raise ExpressionError(f"{condition} neither holds nor fails")


def answers_behind(condition: Expression, answers: Answers, named: Mapping[str, Expression]) -> dict[str, Any]:
    """Which answers make `condition` true, as key → value; of a list answer only the choices that count.

    These answers alone would make it true as well. What a rule only asks to be absent (`not ...`) led nobody anywhere
    and is left out. Empty where the condition does not hold. Raises ExpressionError as `evaluate` does.
    """
    return _behind(condition, answers, named, holds=True) if evaluate(condition, answers, named) else {}


def parts(condition: Expression) -> Iterator[Expression]:
    """The condition and all it is made of; names are not followed. Of a compared count only its items."""
    yield condition
    match condition:
        case CompareCount(Count(items)) | Count(items) | All(items) | AnyOf(items):
            for item in items:
                yield from parts(item)
        case Not(item):
            yield from parts(item)


def names_used(condition: Expression) -> set[str]:
    """The named conditions that this one builds on."""
    found = set()
    for part in parts(condition):
        match part:
            case Named(name) | CompareCount(Named(name)):
                found.add(name)
    return found


# --- Reading ---------------------------------------------------------------------------------------------------------


def _expression(node: ast.expr) -> Expression:  # noqa: PLR0911 - a line a kind
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return All(tuple(_expression(value) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return AnyOf(tuple(_expression(value) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_expression(operand))
        case ast.Name(id=name) if name.isupper():
            return Named(name)
        case ast.Call(func=ast.Name(id="count"), args=args, keywords=[]) if args:
            return Count(tuple(_expression(arg) for arg in args))
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=key), *rest], keywords=[]):
            return _has(function, key, rest, node)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, node)
    raise _unreadable(node)


def _has(function: str, key: str, rest: list[ast.expr], node: ast.expr) -> Has:
    choices = tuple(_text(item) for item in rest)
    if (function == "has" and len(choices) == 1) or (function == "any_of" and choices):
        return Has(key, choices)
    raise _unreadable(node)


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, node: ast.expr) -> Expression:
    match left, op, right:
        case ast.Name(id=key), ast.In(), ast.Tuple(elts=values) if values and not key.isupper():
            return OneOf(key, tuple(_constant(value) for value in values))
        case ast.Name(id=key), _, ast.Constant() if type(op) in COMPARISONS and not key.isupper():
            return Compare(key, COMPARISONS[type(op)], _constant(right))
        case _, _, ast.Constant(value=int() as number) if type(op) in COMPARISONS and not isinstance(number, bool):
            count = _expression(left)
            if isinstance(count, Count | Named):
                return CompareCount(count, COMPARISONS[type(op)], number)
    raise _unreadable(node)


def _constant(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | str() as value):
            return value
    raise _unreadable(node)


def _text(node: ast.expr) -> str:
    value = _constant(node)
    if not isinstance(value, str):
        raise _unreadable(node)
    return value


def _unreadable(node: ast.expr) -> ExpressionError:
    return ExpressionError(f"“{ast.unparse(node)}” is not a condition")


# --- Evaluating ------------------------------------------------------------------------------------------------------


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
    if _kind(answer) != _kind(value):
        raise ExpressionError(f"the answer to {key} can't be compared with {value!r}")
    return OPERATORS[op](answer, value)


def _kind(value: Any) -> str:
    """NaN is not a number: it would silently make every comparison false."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Number):
        return "number" if math.isfinite(value) else "not a number"
    return "text" if isinstance(value, str) else type(value).__name__


def _counted(count: Count | Named, named: Mapping[str, Expression]) -> tuple[Expression, ...]:
    target = named[count.name] if isinstance(count, Named) else count
    if not isinstance(target, Count):
        raise ExpressionError("only a count can be compared with a number")
    return target.items


def _count(count: Count | Named, answers: Answers, named: Mapping[str, Expression]) -> int:
    return sum(_each(_counted(count, named), answers, named))


def _each(items: Iterable[Expression], answers: Answers, named: Mapping[str, Expression]) -> list[bool]:
    """All of them, also when the first one decides: an answer of the wrong type must not hide behind another."""
    return [evaluate(item, answers, named) for item in items]


def _behind(condition: Expression, answers: Answers, named: Mapping[str, Expression], *, holds: bool) -> dict[str, Any]:
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


def _behind_all(
    items: Iterable[Expression], answers: Answers, named: Mapping[str, Expression], *, holds: bool
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for item in items:
        if evaluate(item, answers, named) is not holds:
            continue
        for key, value in _behind(item, answers, named, holds=holds).items():
            both = [*merged.get(key, []), *value] if isinstance(value, list) else value
            merged[key] = list(dict.fromkeys(both)) if isinstance(both, list) else both
    return merged
