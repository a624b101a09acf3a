"""The page of a note, worked out before it is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from booking.models import Appointment, Note, NotePart, NotePhrase
from booking.notes.content import FULL_PARTS, SHORT_PARTS, WORST_PAIN, Content
from booking.notes.on_paper import signed_in_words
from booking.notes.phrases import phrases_for, sentence_of
from booking.notes.reading import last_note
from booking.notes.regions import BACK, FRONT, KINDS, REGIONS, Kind, Region
from booking.notes.wording import NAMES, Line, content_in_words
from booking.wording.times import Wall, format_date, format_moment, format_time, local_date
from clinic.panel.door.signed_in import known_as
from clinic.panel.note.pressing import Question
from clinic.panel.visit.about import About, about


@dataclass(frozen=True)
class Chip:
    """A phrase. `sentence` is what a press puts into the field above, `is_in` where it stands there."""

    value: str
    words: str
    sentence: str
    is_in: bool


@dataclass(frozen=True)
class Part:
    """One field of words. `theirs`: what another page has saved there meanwhile, where it says something else."""

    name: str
    words: Any
    text: str
    chips: tuple[Chip, ...] = ()
    theirs: str = ""


@dataclass(frozen=True)
class MarkedPlace:
    """A row of the list of places, and its number on the drawing."""

    number: int
    value: str
    region: Region
    kind: Kind


@dataclass(frozen=True)
class Spot:
    """A place of the drawing. `is_closed`: what to be careful about says not to work there."""

    region: Region
    marked: MarkedPlace | None
    is_closed: bool


@dataclass(frozen=True)
class Pain:
    name: str
    words: str
    value: int | None
    numbers: tuple[int, ...] = tuple(range(WORST_PAIN + 1))


@dataclass(frozen=True)
class Earlier:
    """The note of the visit before."""

    reference: str
    words: str
    next: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Redrawn:
    """What the form is drawn again with. `closed`: regions to leave alone; `theirs`: what another page saved meanwhile."""

    closed: frozenset[str] = frozenset()
    kind: str = ""
    error: str = ""
    theirs: Note | None = None
    question: Question | None = None


@dataclass(frozen=True)
class NotePage:
    """A note that is being written."""

    visit: About
    seen: int
    saved: str
    error: str
    parts: tuple[Part, ...]
    full: tuple[Part, ...]
    is_full_open: bool
    kinds: tuple[Kind, ...]
    kind: str
    sides: tuple[tuple[str, tuple[Spot, ...]], ...]
    places: tuple[Region, ...]
    marks: tuple[MarkedPlace, ...]
    pains: tuple[Pain, ...]
    earlier: Earlier | None
    question: Question | None


@dataclass(frozen=True)
class Added:
    who: str
    moment: str
    text: str


@dataclass(frozen=True)
class SignedPage:
    """A note that is read. `signed` is empty where it is not signed yet, `file_of` (whose it is) where no file can be made."""

    visit: About
    signed: str
    lines: tuple[Line, ...]
    added: tuple[Added, ...]
    file_of: str
    may_add: bool
    typed: str
    error: str


def describe_writing(found: Appointment, note: Note | None, content: Content, redrawn: Redrawn) -> NotePage:
    """The form. `content` is what its fields hold."""
    theirs = Content.from_json(redrawn.theirs.content) if redrawn.theirs else None
    phrases = phrases_for(found.treatment_id)
    marks = tuple(
        MarkedPlace(number, f"{mark.region}:{mark.kind}", REGIONS[mark.region], KINDS[mark.kind])
        for number, mark in enumerate(content.marks, start=1)
    )
    return NotePage(
        visit=about(found),
        seen=note.version if note else 0,
        saved=saved_in_words(note, found) if note else "",
        error=redrawn.error,
        parts=tuple(_part(name, content, theirs, phrases) for name in SHORT_PARTS),
        full=tuple(_part(name, content, theirs, ()) for name in FULL_PARTS),
        is_full_open=any(getattr(content, name) for name in FULL_PARTS),
        kinds=tuple(KINDS.values()),
        kind=redrawn.kind if redrawn.kind in KINDS else next(iter(KINDS)),
        sides=tuple((side, _spots(side, marks, redrawn.closed)) for side in (FRONT, BACK)),
        places=tuple(REGIONS.values()),
        marks=marks,
        pains=(
            Pain("pain_before", _("Before"), content.pain_before),
            Pain("pain_after", _("After"), content.pain_after),
        ),
        earlier=_earlier(found),
        question=redrawn.question,
    )


def saved_in_words(note: Note, visit: Appointment) -> str:
    """ "Saved 15:34", by the clock of the visit's place; empty before there is anything to keep."""
    if not note.version:
        return ""
    return _("Saved %(time)s") % {"time": format_time(note.saved_at, Wall.of_visit(visit))}


def describe_signed(found: Appointment, note: Note, *, may_add: bool, typed: str = "", error: str = "") -> SignedPage:
    """The note as it is read."""
    wall = Wall.of_visit(found)
    return SignedPage(
        visit=about(found),
        signed=signed_in_words(note, wall, known_as),
        lines=content_in_words(Content.from_json(note.content)),
        added=tuple(
            Added(known_as(one.by), format_moment(one.at, wall), one.text)
            for one in note.additions.select_related("by")
        ),
        file_of=about(found).person if note.signed_at else "",
        may_add=may_add and note.signed_at is not None,
        typed=typed,
        error=error,
    )


def _part(name: str, content: Content, theirs: Content | None, phrases: Iterable[NotePhrase]) -> Part:
    text = getattr(content, name)
    other = getattr(theirs, name) if theirs else ""
    chips = tuple(
        Chip(f"chip:{phrase.pk}", phrase.words, sentence_of(phrase.words), sentence_of(phrase.words) in text)
        for phrase in phrases
        if phrase.part == NotePart(name)
    )
    return Part(name, NAMES[name], text, chips, other if other != text else "")


def _spots(side: str, marks: Iterable[MarkedPlace], closed: frozenset[str]) -> tuple[Spot, ...]:
    by_region = {marked.region.key: marked for marked in marks}
    return tuple(
        Spot(
            region,
            by_region.get(region.key),
            region.key in closed,
        )
        for region in REGIONS.values()
        if region.side == side
    )


def _earlier(found: Appointment) -> Earlier | None:
    note = last_note(found)
    if note is None:
        return None
    content = Content.from_json(note.content)
    visit = note.appointment
    wall = Wall.of_visit(visit)
    words = _("%(day)s with %(therapist)s") % {
        "day": format_date(local_date(visit.starts_at, wall.zone)),
        "therapist": visit.therapist.name,
    }
    return Earlier(visit.reference, words, content.next, content_in_words(content))
