"""The page about muscle spasms: its text, read from texts/spasms.md, which clinicians read and correct. Pure.

The text is in the little Markdown that it needs: one title, sections, paragraphs, lists and bold words.
"""

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

TEXT_FILE = Path(__file__).parent / "texts" / "spasms.md"


@dataclass(frozen=True)
class Run:
    """Words in one weight."""

    text: str
    is_bold: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list where `is_list`."""

    lines: tuple[Line, ...]
    is_list: bool = False


@dataclass(frozen=True)
class Section:
    """`anchor` is its place on the page."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Text:
    """`version` changes with every letter, so that nobody's name stands under words that they have not read."""

    version: str
    title: str
    lead: str
    sections: tuple[Section, ...]


@functools.cache
def load_text() -> Text:
    return read_text(TEXT_FILE.read_text(encoding="utf-8"))


def read_text(markdown: str) -> Text:
    """Raises ValueError for a text that does not begin with a title and one paragraph."""
    head, *parts = re.split(r"^## ", markdown, flags=re.MULTILINE)
    found = re.fullmatch(r"# (?P<title>.+)\n\n(?P<lead>.+)\s*", head)
    if found is None:
        raise ValueError("The text begins with “# title”, an empty line and one paragraph.")
    return Text(
        version="spasms-" + hashlib.sha256(markdown.encode()).hexdigest()[:16],
        title=found["title"],
        lead=found["lead"],
        sections=tuple(_section(part) for part in parts),
    )


def _section(part: str) -> Section:
    title, _end, body = part.partition("\n")
    anchor = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return Section(title, anchor, tuple(_block(block) for block in re.split(r"\n{2,}", body.strip())))


def _block(block: str) -> Block:
    if block.startswith("- "):
        return Block(tuple(_line(item) for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:]), is_list=True)
    return Block((_line(block),))


def _line(text: str) -> Line:
    """Every second piece stood between two pairs of asterisks."""
    pieces = " ".join(text.split()).split("**")
    return tuple(Run(piece, is_bold=bool(number % 2)) for number, piece in enumerate(pieces) if piece)
