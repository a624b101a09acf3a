"""The letter as a PDF: its paper, its pages, and names in any script."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from booking.intake.letter_file import as_pdf
from booking.intake.referral_letter import Letter
from booking.sheets import CannotWrite
from booking.wording.answers import Answered

USUAL = (
    ("Main reason", "Tight or stiff muscles"),
    ("Where", "Neck"),
    ("How often", "1 or 2 days a week"),
    ("How long this time", "Up to 2 weeks"),
    ("At its worst, last day or last time", "Medium: 4 to 6 of 10"),
    ("How it began", "By itself, slowly or out of the blue"),
    ("What it is like", "“It is stuck: I can hardly move it” and “It is stiff for over half an hour most mornings”"),
    ("Seen by a doctor for this", "No"),
)
SLIP = ("suitable, within the limits below", "Please avoid", "Name, signature, stamp", "or give it to your patient")


def make_letter(*, answers: int = 0, **changes: Any) -> Letter:
    usual: dict[str, Any] = {
        "clinic": "Alder Street Massage",
        "address": "14 Alder Street\nDublin 8, D08 X1Y2",
        "phone": "01 555 0142",
        "email": "letters@alderstreet.example",
        "paper": "A4",
        "day": "Thursday 26 November 2026",
        "answered": "26 November 2026",
        "name": "Niamh Kelly",
        "born": "14 March 1988",
        "case": "K7F-2QD",
        "found": (
            Answered("signs_now", "At the moment", "Weakness in an arm, hand, leg or foot"),
            Answered("pain_signs", "What it is like", "It shoots down an arm, into a hand or down a leg"),
        ),
        "shared": tuple(Answered(str(number), *USUAL[number % len(USUAL)]) for number in range(answers)),
        "treatments": ("Swedish (light)", "Myofascial release (light)", "Trigger point (firm)", "Deep tissue (firm)"),
    }
    return Letter(**(usual | changes))


def pages_of(letter: Letter) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(as_pdf(letter))).pages]


@pytest.mark.once
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_sixteen_answers_and_the_slip_go_on_one_page_of_either_paper(paper: str, size: tuple[int, int]) -> None:
    letter = make_letter(answers=16, paper=paper)

    (page,) = PdfReader(io.BytesIO(as_pdf(letter))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == size
    text = " ".join(page.extract_text().split())
    assert [words for words in ("Re: Niamh Kelly, born 14 March 1988", *SLIP) if words not in text] == []
    assert text.count("Main reason") == 2


@pytest.mark.once
def test_more_answers_go_on_and_the_slip_stays_whole_on_the_first_page() -> None:
    answers = 40
    first, *others = pages_of(make_letter(answers=answers))

    assert others
    assert [words for words in SLIP if words not in first] == []
    assert [words for words in SLIP for page in others if words in page] == []
    assert sum(page.count("Main reason") for page in (first, *others)) == len(range(0, answers, len(USUAL)))
    assert [page for page in others if not page.startswith("Niamh Kelly, born 14 March 1988")] == []


@pytest.mark.once
def test_the_finding_stands_before_what_was_shared() -> None:
    (page,) = pages_of(make_letter(answers=2))

    assert page.index("Weakness in an arm") < page.index("Other answers, shared by choice") < page.index("Main reason")


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        "Siobhán Ní Bhriain",
        "Жанна Иванова",
        "محمد العربي",
        "王小明 たなか 김민수",
        "Wolfeschlegelsteinhausenbergerdorff" * 3,
        *(
            pytest.param(name, marks=pytest.mark.prove)
            for name in ("Γιώργος", "שרה כהן", "प्रिया शर्मा", "สมชาย", "தமிழ்", "తెలుగు", "ខ្មែរ")
        ),
    ],
)
def test_a_name_in_many_scripts_can_be_written(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert as_pdf(make_letter(name=name, shared=())).startswith(b"%PDF-")
    # The writer warns of every character that no font of ours has.
    assert [record.getMessage() for record in caplog.records if "missing" in record.getMessage()] == []


@pytest.mark.once
def test_letters_that_no_font_has_are_named_instead_of_left_out() -> None:
    with pytest.raises(CannotWrite) as refused:
        as_pdf(make_letter(name="ნი"))

    assert refused.value.letters == "ინ"
