"""Exceptions to the rules of the house are written down: docs/decisions/0037-exceptions-and-regrets.md."""

import re

from clinic.running.rooms import source_files
from tests.environment import ROOT

PAGE = ROOT / "docs" / "decisions" / "0037-exceptions-and-regrets.md"
LONG = 300
WITH_REASON = re.compile(r"# noqa: [A-Z0-9]+(, [A-Z0-9]+)* - \S")


def without_reason(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if "# noqa" in line and not WITH_REASON.search(line)]


def test_every_long_file_is_written_down() -> None:
    page = PAGE.read_text(encoding="utf-8")
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()
    }

    assert [name for name, length in lengths.items() if length > LONG and f"`{name}`" not in page] == []


def test_every_file_that_is_written_down_is_there() -> None:
    named = re.findall(r"`((?:booking|clinic|services|tests|docs)/[\w./]+)`", PAGE.read_text(encoding="utf-8"))

    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_noqa_has_its_reason() -> None:
    found = {str(path): lines for path in source_files() if (lines := without_reason(path.read_text(encoding="utf-8")))}

    assert found == {}


def test_a_noqa_without_a_reason_is_found() -> None:
    assert without_reason("a = 1  # noqa: S608\nb = 2  # noqa: S608 - names of our own\nc = 3  # noqa") == [
        "a = 1  # noqa: S608",
        "c = 3  # noqa",
    ]
