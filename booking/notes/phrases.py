"""The clinic's own phrases, and what a new note of a treatment begins with. The only writer of both.

A note holds its own words: nothing that is written already changes with a phrase or a template.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from booking.models import NotePart, NotePhrase, NoteTemplate
from booking.notes.content import SHORT_PARTS, Content
from services.models import Treatment
from services.refusals import Refusal

LONGEST_PHRASE, MOST_PHRASES = 60, 20  # characters; phrases of one part
LONGEST_TEMPLATE = 1_000  # characters of one part
_ENDS = (".", "!", "?", "…", "。", "؟", "।")


class PhrasesInvalid(Refusal):
    """Phrases that can't be kept; nothing was changed."""


def phrases_for(treatment_id: int) -> list[NotePhrase]:
    """What the note of this treatment offers: its own phrases first, then those for every treatment."""
    found = NotePhrase.objects.filter(Q(treatment=None) | Q(treatment=treatment_id))
    return list(found.order_by("part", F("treatment").asc(nulls_last=True), "position", "pk"))


def sentence_of(words: str) -> str:
    """A phrase as it is put into a note: "Side-lying" is "Side-lying.", and "Any better?" stays as it is."""
    return words if words.endswith(_ENDS) else f"{words}."


def list_phrases(*, treatment: Treatment | None) -> dict[str, list[str]]:
    """By part, in their order: those of one treatment alone, or those for every treatment."""
    found: dict[str, list[str]] = {part: [] for part in NotePart.values}
    for phrase in NotePhrase.objects.filter(treatment=treatment):
        found[phrase.part].append(phrase.words)
    return found


def check_phrases(words: Sequence[str]) -> None:
    """Raise PhrasesInvalid with a sentence that names the phrase."""
    for phrase in words:
        if len(phrase) > LONGEST_PHRASE:
            raise PhrasesInvalid(
                _("“%(phrase)s” has %(count)s characters. Write at most %(most)s.")
                % {"phrase": phrase, "count": len(phrase), "most": LONGEST_PHRASE}
            )
    if len(words) > MOST_PHRASES:
        raise PhrasesInvalid(
            _("These are %(count)s phrases. Write at most %(most)s.") % {"count": len(words), "most": MOST_PHRASES}
        )
    folded = [phrase.casefold() for phrase in words]
    if twice := next((phrase for phrase in words if folded.count(phrase.casefold()) > 1), None):
        raise PhrasesInvalid(_("“%(phrase)s” is in the list twice.") % {"phrase": twice})


def save_phrases(*, treatment: Treatment | None, words: Mapping[NotePart, Sequence[str]]) -> None:
    """The phrases of one treatment, or (None) those for every treatment, in this order; others of theirs are removed.

    A phrase that stays keeps its row, so that a note that is open on a phone knows it. Raises PhrasesInvalid.
    """
    for phrases in words.values():
        check_phrases(phrases)
    with transaction.atomic():
        known = {
            (phrase.part, phrase.words): phrase.pk
            for phrase in NotePhrase.objects.select_for_update().filter(treatment=treatment)
        }
        wanted = [
            NotePhrase(
                pk=known.pop((part, phrase), None), part=part, words=phrase, treatment=treatment, position=position
            )
            for part, phrases in words.items()
            for position, phrase in enumerate(phrases)
        ]
        NotePhrase.objects.filter(pk__in=known.values()).delete()
        NotePhrase.objects.bulk_update([phrase for phrase in wanted if phrase.pk], ["position"])
        NotePhrase.objects.bulk_create([phrase for phrase in wanted if not phrase.pk])


def first_content(treatment_id: int) -> Content:
    """What a new note begins with: the template of its treatment, where the clinic has one."""
    template = NoteTemplate.objects.filter(treatment=treatment_id).first()
    return Content(**{name: getattr(template, name) for name in SHORT_PARTS}) if template else Content()


def save_template(*, treatment: Treatment, content: Content) -> None:
    """What new notes of the treatment begin with from now on. Only the three short parts count."""
    words = {name: getattr(content, name) for name in SHORT_PARTS}
    NoteTemplate.objects.update_or_create(treatment=treatment, defaults=words)
