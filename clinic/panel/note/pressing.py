"""What each button of a note's form does with what is written. Pure but for the phrases and the note before.

`do` is the button's value: `save`, `sign`, `copy`, `chip:<id>`, `mark:<region>`, `unmark:<region>`, or `add` for the
place that was chosen from the list. With `!` at its end a question was answered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from booking.models import Appointment, NotePhrase
from booking.notes.content import SHORT_PARTS, Content, Mark
from booking.notes.phrases import first_content, sentence_of
from booking.notes.reading import last_note
from booking.notes.regions import KINDS, REGIONS

LONGEST_KEY = 9  # digits of an id


@dataclass(frozen=True)
class Question:
    """Waits for a second press: of the button `do`, which says `answer`."""

    words: str
    do: str
    answer: str


@dataclass(frozen=True)
class Pressed:
    """What the note says then. With a question nothing of the press is in it yet."""

    content: Content
    question: Question | None = None


@dataclass(frozen=True)
class Press:
    """A button, with what it stands on. `closed`: regions that should not be worked on."""

    do: str
    visit: Appointment
    kind: str
    place: str
    closed: frozenset[str]

    @property
    def name(self) -> str:
        return self.do.removesuffix("!").partition(":")[0]

    @property
    def value(self) -> str:
        return self.do.removesuffix("!").partition(":")[2]

    @property
    def is_sure(self) -> bool:
        return self.do.endswith("!")

    def on(self, content: Content) -> Pressed:
        """The effect; a button that is not known has none."""
        action = _ACTIONS.get(self.name)
        return action(self, content) if action else Pressed(content)


def _chip(press: Press, content: Content) -> Pressed:
    if not press.value.isdecimal() or len(press.value) > LONGEST_KEY:
        return Pressed(content)
    phrase = NotePhrase.objects.filter(pk=int(press.value)).first()
    if phrase is None or phrase.treatment_id not in (None, press.visit.treatment_id):
        return Pressed(content)
    changed: dict[str, Any] = {phrase.part: with_phrase(getattr(content, phrase.part), phrase.words)}
    return Pressed(replace(content, **changed))


def _mark(press: Press, content: Content) -> Pressed:
    region = press.value or press.place
    if region not in REGIONS:
        return Pressed(content)
    if region in press.closed and not press.is_sure:
        words = _("%(place)s: do not massage. Mark it all the same?") % {"place": REGIONS[region].words}
        return Pressed(content, Question(words, f"mark:{region}!", _("Mark it")))
    kind = press.kind or next(iter(KINDS))
    return Pressed(replace(content, marks=(*content.marks, Mark(region, kind))))


def _unmark(press: Press, content: Content) -> Pressed:
    return Pressed(replace(content, marks=tuple(mark for mark in content.marks if mark.region != press.value)))


def _copy(press: Press, content: Content) -> Pressed:
    last = last_note(press.visit)
    if last is None:
        return Pressed(content)
    begun = first_content(press.visit.treatment_id)  # what the clinic wrote is nobody's words to lose
    is_typed = any(getattr(content, name).strip() not in ("", getattr(begun, name)) for name in SHORT_PARTS)
    if is_typed and not press.is_sure:
        return Pressed(content, Question(_("Write over what is there?"), "copy!", _("Write over it")))
    before = Content.from_json(last.content)
    return Pressed(replace(content, found=before.found, did=before.did, next=before.next))


_ACTIONS: dict[str, Callable[[Press, Content], Pressed]] = {
    "chip": _chip,
    "mark": _mark,
    "add": _mark,
    "unmark": _unmark,
    "copy": _copy,
}


def with_phrase(text: str, words: str) -> str:
    """Puts a phrase at the end of a part as a sentence of its own; takes it out where it stands."""
    sentence = sentence_of(words)
    if sentence in text:
        before, _sentence, after = text.partition(sentence)
        return (
            f"{before.rstrip()} {after.lstrip()}".strip()
            if before.strip() and after.strip()
            else before.rstrip() + after.lstrip()
        )
    return f"{text.rstrip()} {sentence}".strip()
