"""The expressions of the rulebook: parsed and compiled once, asked null-safely. Pure.

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


@dataclass(frozen=True)
class Compiled:
    """An expression as functions of the answers, for whoever asks it often: its tree is walked once, not each time.

    `holds` says whether it does, and raises ExpressionError on an answer of the wrong type. All items are asked, also
    when the first one decides: an answer of the wrong type must not hide behind another.

    `behind` says which answers make it hold, or with False not hold: an absence is no answer, a `not` in it may be.
    """

    holds: Callable[[Answers], bool]
    behind: Callable[[Answers, bool], dict[str, Any]]


def compiled(condition: Expression, named: Mapping[str, Expression]) -> Compiled:  # noqa: PLR0911 - a line a kind
    """Raises nothing: what can't be asked fails when it is asked, and each time."""
    match condition:
        case Has(key, choices):
            return _has_choice(key, choices)
        case Compare(key, op, value) if op in OPERATORS:
            return _compared(key, op, value)
        case OneOf(key, values):
            return _one_of(key, values)
        case Named(name) if name in named:
            return compiled(named[name], named)
        case CompareCount(count, op, value) if op in OPERATORS:
            return _compared_count(count, op, value, named)
        case All(items):
            return _joined(all, items, named)
        case AnyOf(items):
            return _joined(any, items, named)
        case Not(item):
            one = compiled(item, named)
            return Compiled(
                lambda answers: not one.holds(answers), lambda answers, holds: one.behind(answers, not holds)
            )
    # A count on its own, or whatever else got in here: it must not pass for "false".
    return _failing(f"{condition} neither holds nor fails")


def evaluate(condition: Expression, answers: Answers, named: Mapping[str, Expression]) -> bool:
    """Whether `condition` holds for `answers`. Raises ExpressionError on an answer of the wrong type."""
    return compiled(condition, named).holds(answers)


def answers_behind(condition: Expression, answers: Answers, named: Mapping[str, Expression]) -> dict[str, Any]:
    """Which answers make `condition` true, as key → value; of a list answer only the choices that count.

    These answers alone would make it true as well. What a rule only asks to be absent (`not ...`) led nobody anywhere
    and is left out. Empty where the condition does not hold. Raises ExpressionError as `evaluate` does.
    """
    one = compiled(condition, named)
    return one.behind(answers, True) if one.holds(answers) else {}


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


# --- Compiling -------------------------------------------------------------------------------------------------------


def _has_choice(key: str, choices: tuple[str, ...]) -> Compiled:
    wanted = frozenset(choices)

    def holds(answers: Answers) -> bool:
        chosen = answers.get(key)
        if chosen is None:
            return False
        if not isinstance(chosen, list) or not all(isinstance(choice, str) for choice in chosen):
            raise ExpressionError(f"the answer to {key} is not a list of choices")
        return not wanted.isdisjoint(chosen)

    def behind(answers: Answers, holds: bool) -> dict[str, Any]:
        return {key: [choice for choice in answers[key] if choice in wanted]} if holds else {}

    return Compiled(holds, behind)


def _compared(key: str, op: str, value: Any) -> Compiled:
    compare, kind = OPERATORS[op], kind_of(value)

    def holds(answers: Answers) -> bool:
        answer = answers.get(key)
        if answer is None:
            return False
        if kind_of(answer) != kind:
            raise _unlike(key, value)
        return compare(answer, value)

    return Compiled(holds, _answer_to(key))


def _one_of(key: str, values: tuple[int | str, ...]) -> Compiled:
    with_kinds = [(value, kind_of(value)) for value in values]

    def holds(answers: Answers) -> bool:
        answer = answers.get(key)
        if answer is None:
            return False
        kind_of_answer = kind_of(answer)
        for value, kind in with_kinds:
            if kind_of_answer != kind:
                raise _unlike(key, value)
            if answer == value:
                return True
        return False

    return Compiled(holds, _answer_to(key))


def _unlike(key: str, value: Any) -> ExpressionError:
    return ExpressionError(f"the answer to {key} can't be compared with {value!r}")


def _answer_to(key: str) -> Callable[[Answers, bool], dict[str, Any]]:
    return lambda answers, holds: {key: answers[key]} if holds else {}


def _joined(
    join: Callable[[Iterable[bool]], bool], items: tuple[Expression, ...], named: Mapping[str, Expression]
) -> Compiled:
    compiled_items = [compiled(item, named) for item in items]
    tests = [item.holds for item in compiled_items]
    return Compiled(
        lambda answers: join([test(answers) for test in tests]),
        lambda answers, holds: _merged(compiled_items, answers, holds=holds),
    )


def _compared_count(count: Count | Named, op: str, value: int, named: Mapping[str, Expression]) -> Compiled:
    counted = named.get(count.name) if isinstance(count, Named) else count
    if not isinstance(counted, Count):
        return _failing("only a count can be compared with a number")
    compare, items = OPERATORS[op], [compiled(item, named) for item in counted.items]
    tests = [item.holds for item in items]
    return Compiled(
        lambda answers: compare(sum([test(answers) for test in tests]), value),
        lambda answers, holds: _merged(items, answers, holds=True) if holds else {},
    )


def _failing(sentence: str) -> Compiled:
    def holds(answers: Answers) -> bool:
        raise ExpressionError(sentence)

    return Compiled(holds, lambda answers, holds: {})


def _merged(items: Iterable[Compiled], answers: Answers, *, holds: bool) -> dict[str, Any]:
    """What is behind those items that do hold, or do not."""
    merged: dict[str, Any] = {}
    for item in items:
        if item.holds(answers) is not holds:
            continue
        for key, value in item.behind(answers, holds).items():
            both = [*merged.get(key, []), *value] if isinstance(value, list) else value
            merged[key] = list(dict.fromkeys(both)) if isinstance(both, list) else both
    return merged


def kind_of(value: Any) -> str:
    """NaN is not a number: it would silently make every comparison false."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Number):
        return "number" if math.isfinite(value) else "not a number"
    return type(value).__name__
