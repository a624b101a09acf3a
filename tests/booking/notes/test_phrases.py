import pytest

from booking.models import NotePart, NotePhrase, NoteTemplate
from booking.notes.content import Content
from booking.notes.phrases import (
    MOST_PHRASES,
    PhrasesInvalid,
    check_phrases,
    first_content,
    list_phrases,
    phrases_for,
    save_phrases,
    save_template,
    sentence_of,
)
from services.models import Treatment
from tests.cast import Clinic

pytestmark = pytest.mark.django_db

FOUND, DID, NEXT = NotePart.FOUND, NotePart.DID, NotePart.NEXT


def other_treatment() -> Treatment:
    return Treatment.objects.exclude(key="swedish").order_by("pk")[0]


def test_what_is_saved_is_all_there_is_in_this_order_and_what_stays_keeps_its_row(clinic: Clinic, engine: str) -> None:
    before = {phrase.words: phrase.pk for phrase in NotePhrase.objects.all()}

    save_phrases(treatment=None, words={FOUND: ["Warm", "Stiff", "Knots"], DID: ["Heat"], NEXT: []})

    assert list_phrases(treatment=None) == {"found": ["Warm", "Stiff", "Knots"], "did": ["Heat"], "next": []}
    after = {phrase.words: phrase.pk for phrase in NotePhrase.objects.all()}
    assert {words: pk for words, pk in after.items() if words != "Stiff"} == {
        words: before[words] for words in ("Warm", "Knots", "Heat")
    }


def test_a_treatment_offers_its_own_phrases_first_and_no_other_s(clinic: Clinic, engine: str) -> None:
    save_phrases(treatment=None, words={FOUND: ["Warm", "Knots"], DID: [], NEXT: []})
    save_phrases(treatment=clinic.treatment, words={FOUND: ["Sore", "Long strokes"], DID: [], NEXT: ["Same oil"]})
    save_phrases(treatment=other_treatment(), words={FOUND: ["Elsewhere"], DID: [], NEXT: []})

    offered = [(phrase.part, phrase.words) for phrase in phrases_for(clinic.treatment.pk)]

    assert offered == [
        ("found", "Sore"),
        ("found", "Long strokes"),
        ("found", "Warm"),
        ("found", "Knots"),
        ("next", "Same oil"),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["x" * 60, *map(str, range(MOST_PHRASES - 1))], None),
        (["x" * 61], f"“{'x' * 61}” has 61 characters. Write at most 60."),
        (list(map(str, range(MOST_PHRASES + 1))), "These are 21 phrases. Write at most 20."),
        (["Warm", "Knots", "warm"], "“Warm” is in the list twice."),
    ],
)
def test_phrases_that_can_be_kept(words: list[str], expected: str | None) -> None:
    said = None
    try:
        check_phrases(words)
    except PhrasesInvalid as refusal:
        said = refusal.for_staff

    assert said == expected


def test_a_refused_list_changes_nothing(clinic: Clinic) -> None:
    before = list_phrases(treatment=None)

    with pytest.raises(PhrasesInvalid):
        save_phrases(treatment=None, words={FOUND: ["New"], DID: ["Twice", "Twice"], NEXT: []})

    assert list_phrases(treatment=None) == before


def test_new_notes_of_a_treatment_begin_with_its_template(clinic: Clinic, engine: str) -> None:
    save_template(treatment=clinic.treatment, content=Content(found="F", did="D", next="N"))
    save_template(treatment=clinic.treatment, content=Content(did="Back and legs."))

    assert [first_content(each.pk) for each in (clinic.treatment, other_treatment())] == [
        Content(did="Back and legs."),
        Content(),
    ]
    assert NoteTemplate.objects.count() == 1


def test_a_phrase_is_a_sentence() -> None:
    said = {words: sentence_of(words) for words in ("Side-lying", "Heat.", "Any better?", "また来週。")}

    assert said == {
        "Side-lying": "Side-lying.",
        "Heat.": "Heat.",
        "Any better?": "Any better?",
        "また来週。": "また来週。",
    }
