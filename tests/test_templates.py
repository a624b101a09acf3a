"""Templates place, they do not decide: what a state or a level means is said by presenters. And lines can be read."""

import re
from pathlib import Path

import pytest

from tests.environment import ROOT
from tests.test_named_sets import ENUMS, HOLDERS

FOLDER = ROOT / "templates"
LONGEST_LINE = 120  # characters, as for Python
NAMES = {text.casefold() for enum in ENUMS for member in enum for text in (str(member.value), member.name)}
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
# One side, the operator, the other side: of an `if`, or of what another tag compares.
COMPARISON = re.compile(
    r"""(?P<left>[\w.]+|"[^"]*"|'[^']*')\s+(?P<operator>==|!=|<=|>=|<|>|not\s+in|in|is\s+not|is)\s+(?P<right>[\w.]+|"[^"]*"|'[^']*')"""
)


def template_files() -> list[Path]:
    """Drawings are no templates: they have no tags, and their paths are as long as they are."""
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in (".html", ".txt"))


def decisions_in(text: str) -> list[str]:
    """Each comparison with the name of a state or level, or of what holds one, in the tags of a template."""
    return [
        comparison[0]
        for tag in TAG.findall(text)
        if not tag.startswith("{% for ")
        for comparison in COMPARISON.finditer(tag)
        if any(_is_named(comparison[side]) for side in ("left", "right"))
    ]


def long_lines_in(text: str) -> list[int]:
    """Their numbers."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if len(line) > LONGEST_LINE]


def test_no_template_compares_a_state_or_level() -> None:
    found = {_name(path): decisions_in(path.read_text(encoding="utf-8")) for path in template_files()}

    assert {name: comparisons for name, comparisons in found.items() if comparisons} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{% if visit.state == "booked" and not is_past %}', ['visit.state == "booked"']),
        ("{% elif decision.level != 'CLEAR' %}", ["decision.level != 'CLEAR'"]),
        ("{% if visit.state in open_states %}", ["visit.state in open_states"]),
        ('{% if "handed_off" == message.kind %}', ['"handed_off" == message.kind']),
        ("{% if level == 1 %}{% elif other == State.BOOKED %}", ["level == 1", "other == State.BOOKED"]),
        ('data-state="{{ visit.state }}"', []),
        ('{% if row.value == "yes" %}', []),
        ("{% for state in states %}", []),
        ('{% include "icons/tick.svg" %}{% if visit.is_booked %}', []),
    ],
)
def test_what_counts_as_deciding(text: str, expected: list[str]) -> None:
    assert decisions_in(text) == expected


def test_no_line_of_a_template_is_longer_than_one_of_the_code() -> None:
    found = {_name(path): long_lines_in(path.read_text(encoding="utf-8")) for path in template_files()}

    assert {name: numbers for name, numbers in found.items() if numbers} == {}


def test_a_line_that_is_too_long_is_found() -> None:
    assert long_lines_in(f"{'x' * LONGEST_LINE}\n{'x' * (LONGEST_LINE + 1)}\n") == [2]


def test_the_templates_are_found() -> None:
    assert {"base.html", "mail/letter.txt", "web/visit/visit.html", "panel/base.html"} <= set(
        map(_name, template_files())
    )


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _is_named(side: str) -> bool:
    """A quoted or bare name of a state or level, or a variable that holds one."""
    text = side.strip("\"'").casefold()
    if side != side.strip("\"'"):
        return text in NAMES
    return text.endswith(HOLDERS) or (text.rpartition(".")[2] in NAMES and side.rpartition(".")[2].isupper())
