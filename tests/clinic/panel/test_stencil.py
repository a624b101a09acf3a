import re
from pathlib import Path

import pytest
from django.utils.safestring import mark_safe

from clinic.panel.stencil import fill_in
from tests.environment import ROOT

PIECES = ROOT / "templates" / "panel" / "day" / "pieces"
ROW = "panel/day/pieces/row.html"
MAY_STAND = {"load", "url", "translate", "blocktranslate", "endblocktranslate"}
TAGS = re.compile(r"\{%\s*(\w+)")


def tags_in(text: str) -> set[str]:
    return set(TAGS.findall(text))


def blanks(**fields: str) -> dict[str, str]:
    names = ("reference", "state", "span", "name", "therapist", "what", "state_word", "badges")
    return dict.fromkeys(names, "") | fields


def test_blanks_are_filled_in_also_in_addresses() -> None:
    drawn = fill_in(ROW, blanks(reference="ABCD2345", name="Niamh", state_word="Arrived"))

    assert 'href="/panel/visit/ABCD2345/"' in drawn
    assert "<bdi>Niamh</bdi>" in drawn
    assert "<td>Arrived</td>" in drawn


def test_what_people_typed_is_escaped_and_what_is_safe_is_not() -> None:
    drawn = fill_in(ROW, blanks(name='<b>{name}</b> & "co"', badges=mark_safe("<span>Late</span>")))

    assert "<bdi>&lt;b&gt;{name}&lt;/b&gt; &amp; &quot;co&quot;</bdi>" in drawn
    assert "<td><span>Late</span></td>" in drawn


@pytest.mark.parametrize("path", sorted(PIECES.iterdir()), ids=lambda path: path.name)
def test_a_piece_decides_and_repeats_nothing(path: Path) -> None:
    """It is drawn once, with blanks: a condition would be asked of the blank."""
    assert tags_in(path.read_text(encoding="utf-8")) <= MAY_STAND


def test_a_condition_in_a_piece_is_found() -> None:
    assert tags_in("{% load i18n %}{% if name %}{{ name }}{% endif %}") - MAY_STAND == {"if", "endif"}
