"""Whose forms of the Chinese characters a letter shows."""

import pytest

from booking.intake.referral_letter import han_language


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
