from decimal import Decimal
from typing import Any

import pytest

from booking.intake.questionnaire import load_questionnaire
from booking.web.words import count_times, format_answer, join_words, split_hours, telephone_href


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, ("0", "hours")),
        (5, ("5", "hours")),
        (72, ("3", "days")),
        (504, ("3", "weeks")),
        (732, ("1", "months")),
        (8784, ("1", "years")),
        (Decimal("1.5"), ("1.5", "hours")),
        (Decimal(36), ("36", "hours")),
    ],
)
def test_hours_are_told_in_the_largest_unit_that_is_whole(hours: int | Decimal, expected: tuple[str, str]) -> None:
    assert split_hours(hours) == expected


@pytest.mark.parametrize(
    ("words", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_one_says_them(words: list[str], expected: str) -> None:
    assert join_words(words) == expected


def test_times_are_counted_in_words() -> None:
    assert [count_times(1), count_times(7)] == ["1 time", "7 times"]


@pytest.mark.parametrize(
    ("phone", "href"),
    [("01 555 0142", "tel:015550142"), ("+353 (0)1 555", "tel:+35301555"), ("", ""), ("ask at the desk", "")],
)
def test_a_telephone_is_told_what_to_dial(phone: str, href: str) -> None:
    assert telephone_href(phone) == href


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        ("severity", 7, "7"),
        ("immediate_severe_pain", True, "Yes"),
        ("duration_hours", 504, "3 weeks"),
        ("complaint_type", "pain", "Pain"),
        ("sites", ["neck"], "Neck"),
        ("sites", ["neck", "calf"], "“Neck” and “Calf”"),
        ("other_concern", "A remark.", "A remark."),
    ],
)
def test_an_answer_reads_as_it_stood_on_the_page(key: str, answer: Any, expected: str) -> None:
    assert format_answer(load_questionnaire().field(key), answer) == expected
