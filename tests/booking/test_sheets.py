"""Type and paragraphs on paper: what the letter and the notes share."""

import io

import pytest
from pypdf import PdfReader

from booking.sheets import BOTTOM, Sheet, blank_paper, han_language, with_letters_we_have


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Siobhán", None),
        ("محمد", None),
        ("", None),
        ("たなか", "ja"),
        ("田中 ハナ", "ja"),
        ("김민수", "ko"),
        ("金 민수", "ko"),
        ("王小明", "zh-hans"),
        ("刘伟 Clinic", "zh-hans"),
        ("劉偉", "zh-hant"),
        ("陳國華", "zh-hant"),
        ("渡辺", "ja"),
        ("渡辺 刘", "zh-hans"),
    ],
)
def test_the_language_is_the_first_whose_characters_suffice(text: str, language: str | None) -> None:
    assert han_language(text) == language


def test_letters_that_no_font_has_leave_a_mark() -> None:
    assert with_letters_we_have("Sore \N{GRINNING FACE}, ნ; შ\u200d") == "Sore �, �; �\u200d"
    assert with_letters_we_have("Müde 王") == "Müde 王"


@pytest.mark.once
def test_a_paragraph_stays_whole_unless_it_is_longer_than_a_page() -> None:
    short, long = "short " * 100, "\n".join(f"line{number}." for number in range(120))
    with blank_paper(paper="A4", title="T", text=short) as pdf:
        sheet = Sheet(pdf, end=pdf.h - BOTTOM, again="Again", size=10)
        pdf.set_y(sheet.end - 8)
        sheet.write(short)
        sheet.write(long)
        drawn = bytes(pdf.output())

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]
    assert [page.count("short") for page in pages] == [0, 100, 0, 0][: len(pages)]
    assert [page.startswith("Again") for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert [page.count(f"line{number}.") for number in range(120) for page in pages].count(1) == 120
