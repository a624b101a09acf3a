"""docs/architecture.md: its picture is drawn from the imports, and what it names is there."""

import re

from clinic.running import rooms
from tests.environment import ROOT

PAGE = ROOT / "docs" / "architecture.md"
PATHS = re.compile(r"`((?:booking|clinic|services|templates|tests)(?:/[\w.]+)+/?)`")
LINKS = re.compile(r"\]\(([^)#]+)\)")


def missing(text: str) -> list[str]:
    """The paths and pages that `text` names and that are not there."""
    named = [*PATHS.findall(text), *(f"docs/{link}" for link in LINKS.findall(text))]
    return [name for name in named if not (ROOT / name).exists()]


def test_the_picture_is_drawn_from_the_imports() -> None:
    assert PAGE.read_text(encoding="utf-8") == rooms.as_markdown()


def test_every_room_has_its_line() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    packages = [name.replace(".", "/") for name in rooms.read_rooms() if " " not in name and name != "clinic.wiring"]

    assert [name for name in packages if f"`{name}" not in table] == []


def test_what_the_page_names_is_there() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_what_is_not_there_is_found() -> None:
    assert missing("`booking/nowhere.py`, `services/rota.py`, [x](nowhere.md) and [y](words.md)") == [
        "booking/nowhere.py",
        "docs/nowhere.md",
    ]
