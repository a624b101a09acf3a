"""docs/architecture.md: its picture is drawn from the imports. And what the pages in docs/ name is there."""

import re
from pathlib import Path

import pytest

from clinic.running import rooms
from tests.environment import ROOT

PAGE = ROOT / "docs" / "architecture.md"
PATHS = re.compile(r"`((?:booking|clinic|services|templates|tests)(?:/[\w.]+)+/?)`")
EXAMPLE = "tests/a/b/test_c.py"  # of where tests are, in testing.md
LINKS = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def missing(text: str) -> list[str]:
    """The paths and pages that `text` names and that are not there."""
    named = [*PATHS.findall(text), *(f"docs/{link}" for link in LINKS.findall(text))]
    return [name for name in named if name != EXAMPLE and not (ROOT / name).exists()]


def test_the_picture_is_drawn_from_the_imports() -> None:
    assert PAGE.read_text(encoding="utf-8") == rooms.as_markdown()


def test_every_room_has_its_line() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    packages = [name.replace(".", "/") for name in rooms.read_rooms() if " " not in name and name != "clinic.wiring"]

    assert [name for name in packages if f"`{name}" not in table] == []


@pytest.mark.parametrize("page", sorted(PAGE.parent.glob("*.md")), ids=lambda page: page.name)
def test_what_a_page_in_docs_names_is_there(page: Path) -> None:
    assert missing(page.read_text(encoding="utf-8")) == []


def test_what_is_not_there_is_found() -> None:
    assert missing("`booking/nowhere.py`, `services/rota.py`, [x](nowhere.md) and [y](words.md)") == [
        "booking/nowhere.py",
        "docs/nowhere.md",
    ]
