"""Sets of states and levels have names, and stand in the tables: nothing else lists them, or compares them as text.

Read from the source. A mapping from a state to what is said of it is no set, and a pair that is the key of a mapping is
a step from one state to another.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.models import Case, Message, State
from booking.rules.levels import Level
from clinic.running.rooms import source_files
from tests.environment import ROOT

ENUMS = (State, Level, Case.State, Message.State)
VALUES = {str(member) for enum in ENUMS for member in enum}
# Where the enums and their named sets are at home.
TABLES = {
    "booking/models/appointment.py",
    "booking/models/case.py",
    "booking/models/message.py",
    "booking/rules/levels.py",
    "booking/scheduling/states.py",
}
# What the names of things that hold a state or a level end in.
HOLDERS = ("state", "level", "cancelled_from")
EXCEPTIONS = {
    # Two steps, one after the other.
    ("clinic/management/commands/seed_demo.py", "(State.IN_TREATMENT, State.COMPLETED)"),
}


def is_member(node: ast.expr) -> bool:
    """`State.BOOKED`, `Case.State.OPEN`, `Level.CLEAR.value` ..."""
    match node:
        case ast.Attribute(ast.Attribute() as inner, "value" | "name" | "label"):
            return is_member(inner)
        case ast.Attribute(ast.Name("State" | "Level") | ast.Attribute(attr="State" | "Level"), attr):
            return attr.isupper()
    return False


def is_value(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in VALUES


def holds_one(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(name):
            return name.endswith(HOLDERS)
    return False


def is_a_list(node: ast.expr) -> bool:
    if not isinstance(node, ast.Tuple | ast.List | ast.Set):
        return False
    return sum(map(is_member, node.elts)) > 1 or (sum(map(is_value, node.elts)) > 1 and all(map(is_value, node.elts)))


def is_a_chain(node: ast.BoolOp) -> bool:
    """`state == State.A or state == State.B`, which is a list by another name."""
    compared = [
        ast.unparse(one.left)
        for one in node.values
        if isinstance(one, ast.Compare) and len(one.comparators) == 1 and is_member(one.comparators[0])
    ]
    return len(compared) > len(set(compared))


def compares_text(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    inner = [
        part for side in sides for part in (side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side])
    ]
    return any(map(holds_one, sides)) and any(map(is_value, inner))


def asks_by_text(node: ast.keyword) -> bool:
    """`filter(state="booked")`."""
    field = (node.arg or "").removesuffix("__in")
    inner = node.value.elts if isinstance(node.value, ast.Tuple | ast.List | ast.Set) else [node.value]
    return field.endswith(HOLDERS) and any(map(is_value, inner))


def faults_in(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    steps = {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        match node:
            case ast.Tuple() | ast.List() | ast.Set() if id(node) not in steps and is_a_list(node):
                yield ast.unparse(node)
            case ast.BoolOp() if is_a_chain(node):
                yield ast.unparse(node)
            case ast.Compare() if compares_text(node):
                yield ast.unparse(node)
            case ast.keyword() if asks_by_text(node):
                yield ast.unparse(node)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nothing_but_the_tables_lists_states_or_levels() -> None:
    found = {
        (name_of(path), fault)
        for path in source_files()
        if name_of(path) not in TABLES
        for fault in faults_in(path.read_text())
    }

    assert found == EXCEPTIONS


@pytest.mark.parametrize(
    "source",
    [
        "OPEN = (State.REQUESTED, State.BOOKED)",
        "rows.filter(state__in=[Case.State.OPEN, Case.State.CALLED])",
        "level in {Level.CLEAR, Level.CAUTION}",
        "names = [Level.CLEAR.value, Level.CAUTION.value]",
        "rows.filter(state__in=(*WAITING, models.Message.State.CLAIMED, models.Message.State.SENT))",
        "settled = {'state__in': ('sent', 'failed')}",
        "if visit.state == State.BOOKED or visit.state == State.REQUESTED: pass",
        "if visit.state != State.BOOKED and visit.state != State.REQUESTED: pass",
        "if decision.level == 'CLEAR': pass",
        "if 'booked' != visit.state: pass",
        "if reason.level in ('PHYSICIAN', ''): pass",
        "rows.filter(state='held')",
        "rows.filter(appointment__state__in=['held'])",
    ],
)
def test_a_list_or_a_text_is_found(source: str) -> None:
    assert len(list(faults_in(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "DOORS = {(State.REQUESTED, State.BOOKED): Door.BOOK}",
        "WORDS = {State.REQUESTED: 'asked', State.BOOKED: 'made'}",
        "if visit.state == State.BOOKED or visit.starts_at < now: pass",
        "rows.exclude(state__in=NOT_LOOKED_AT - {State.HELD})",
        "if visit.state in MOVABLE: pass",
        "if decision.level == Level.CLEAR: pass",
        "if decision.level == '': pass",
        "links = ('email', 'cleared')",
    ],
)
def test_what_is_no_set_is_let_be(source: str) -> None:
    assert list(faults_in(source)) == []
