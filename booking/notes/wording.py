"""A note in words, for the copy, a file and whoever reads it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.notes.content import PARTS, Content
from booking.notes.regions import KINDS, REGIONS

NAMES = {
    "found": gettext_lazy("Found"),
    "did": gettext_lazy("Did"),
    "next": gettext_lazy("Next"),
    "said": gettext_lazy("Said"),
    "measured": gettext_lazy("Measured"),
    "assessed": gettext_lazy("Assessed"),
    "planned": gettext_lazy("Plan and home care"),
}


@dataclass(frozen=True)
class Line:
    """One thing that a note says."""

    words: Any
    text: str


def content_in_words(content: Content, *, with_places: bool = True) -> tuple[Line, ...]:
    """Only what says something, in the order of the page. `with_places`: also where, which a drawing may say instead."""
    lines = [Line(NAMES[name], getattr(content, name)) for name in PARTS]
    lines.insert(3, Line(_("Where"), places_in_words(content) if with_places else ""))
    lines.insert(4, Line(_("Pain, 0 to 10"), pain_in_words(content)))
    return tuple(line for line in lines if line.text)


def places_in_words(content: Content) -> str:
    """ "Right calf: tight; Left hand: tingling", empty where nothing is marked."""
    return "; ".join(f"{REGIONS[mark.region].words}: {str(KINDS[mark.kind].words).lower()}" for mark in content.marks)


def pain_in_words(content: Content) -> str:
    """ "6 before, 3 after"."""
    before, after = content.pain_before, content.pain_after
    said = [
        *([_("%(pain)s before") % {"pain": before}] if before is not None else []),
        *([_("%(pain)s after") % {"pain": after}] if after is not None else []),
    ]
    return ", ".join(said)
