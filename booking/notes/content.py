"""What a note says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from booking.notes.regions import KINDS, REGIONS
from services.refusals import Refusal

LONGEST_PART = 4_000  # characters
MOST_MARKS = 30
WORST_PAIN = 10
# The three that everybody writes, and the four of somebody who writes in full (SOAP).
SHORT_PARTS = ("found", "did", "next")
FULL_PARTS = ("said", "measured", "assessed", "planned")
PARTS = SHORT_PARTS + FULL_PARTS


class NoteInvalid(Refusal):
    """Something that a note can't hold; nothing was saved."""


@dataclass(frozen=True)
class Mark:
    """A place of the body and what is there: keys of `REGIONS` and `KINDS`."""

    region: str
    kind: str


@dataclass(frozen=True)
class Content:
    """All of a note. Pain is 0 to 10, None where nobody asked."""

    found: str = ""
    did: str = ""
    next: str = ""
    said: str = ""
    measured: str = ""
    assessed: str = ""
    planned: str = ""
    marks: tuple[Mark, ...] = field(default=())
    pain_before: int | None = None
    pain_after: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `as_json` has written."""
        marks = tuple(Mark(region, kind) for region, kind in stored.get("marks", ()))
        return cls(**{**stored, "marks": marks})

    def as_json(self) -> dict[str, Any]:
        """For the encrypted column: only what says something."""
        said = {name: getattr(self, name) for name in (*PARTS, "pain_before", "pain_after")}
        marks = [[mark.region, mark.kind] for mark in self.marks]
        return {name: value for name, value in {**said, "marks": marks}.items() if value not in ("", None, [])}

    @property
    def is_empty(self) -> bool:
        return not self.as_json()

    def tidied(self) -> Self:
        """Without spaces around its parts, each place once: the last thing said of it counts."""
        last = {mark.region: mark for mark in self.marks}
        return replace(self, **{name: getattr(self, name).strip() for name in PARTS}, marks=tuple(last.values()))

    def check(self) -> None:
        """Raise NoteInvalid with a sentence for whoever writes."""
        for name in PARTS:
            if len(getattr(self, name)) > LONGEST_PART:
                raise NoteInvalid(
                    _("One part is too long: %(count)s characters, of at most %(most)s.")
                    % {"count": len(getattr(self, name)), "most": LONGEST_PART}
                )
        if len(self.marks) > MOST_MARKS or any(
            mark.region not in REGIONS or mark.kind not in KINDS for mark in self.marks
        ):
            raise NoteInvalid(_("Choose a place from the list."))
        if any(pain is not None and not 0 <= pain <= WORST_PAIN for pain in (self.pain_before, self.pain_after)):
            raise NoteInvalid(_("Pain is a number from 0 to 10."))
