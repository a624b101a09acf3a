"""One renderer of answers, for clients, staff and physicians."""

from decimal import Decimal
from typing import Any

import pytest

from booking.rules.expressions import Compare, Has, OneOf, parts
from booking.rules.questionnaire import VERSIONS, load_questionnaire
from booking.rules.rulebook import load_rulebook
from booking.wording.answers import answer_in_words, answers_behind, answers_in_words, some_in_words

FIRST, SECOND = VERSIONS


@pytest.mark.parametrize(
    ("version", "key", "answer", "expected"),
    [
        (FIRST, "duration_hours", 336, "2 weeks"),
        (FIRST, "duration_hours", 504, "3 weeks"),
        (FIRST, "duration_hours", 24, "1 day"),
        (FIRST, "duration_hours", 732, "1 month"),
        (FIRST, "duration_hours", 8784, "1 year"),
        (FIRST, "duration_hours", 0, "0 hours"),
        (FIRST, "duration_hours", 1, "1 hour"),
        (FIRST, "duration_hours", Decimal("1.5"), "1.5 hours"),
        (FIRST, "duration_hours", Decimal(36), "36 hours"),
        (FIRST, "severity", 4, "4 of 10"),
        (FIRST, "severity", 0, "0 of 10"),
        (FIRST, "sessions_count", 1, "1 massage"),
        (FIRST, "sessions_count", 3, "3 massages"),
        (FIRST, "age_years", 40, "40 years"),
        (FIRST, "sites", ["neck", "calf"], "“Neck” and “Calf”"),
        (SECOND, "age_years", 1, "1 year"),
        (SECOND, "duration", "up_to_2_weeks", "Up to 2 weeks"),
        (SECOND, "severity", "moderate", "Medium: it gets in my way (4 to 6)"),
        (SECOND, "immediate_severe_pain", True, "Yes"),
        (SECOND, "immediate_severe_pain", False, "No"),
        (SECOND, "complaint_type", "pain", "Pain"),
        (SECOND, "sites", ["neck"], "Neck"),
        (SECOND, "other_concern", "A remark.", "A remark."),
    ],
)
def test_an_answer_reads_as_it_stood_on_the_page_with_its_unit(
    version: str, key: str, answer: Any, expected: str
) -> None:
    assert answer_in_words(load_questionnaire(version).field(key), answer) == expected


def test_yes_and_no_are_told_and_agreements_and_empty_lists_are_not() -> None:
    answers = {
        "consent": True,
        "age_years": 12,
        "guardian_consent": False,
        "emergency_symptoms": ["none"],
        "signs_now": ["dark_urine"],
        "other_concern": "  ",
    }

    told = answers_in_words(answers, version=SECOND)

    assert [(row.key, row.answer) for row in told] == [
        ("age_years", "12 years"),
        ("guardian_consent", "No"),
        ("signs_now", "Brown pee, like tea or cola"),
    ]


def test_of_a_list_that_is_told_in_part_the_rest_is_left() -> None:
    answers = {"age_years": 40, "signs_now": ["dark_urine", "weakness"], "nerve_course": "stable"}

    told = answers_in_words(answers, version=SECOND, without={"signs_now": ["dark_urine"], "nerve_course": "stable"})

    assert [(row.key, row.answer) for row in told] == [
        ("age_years", "40 years"),
        ("signs_now", "Weakness in an arm, hand, leg or foot"),
    ]


def test_what_several_rules_counted_is_told_once() -> None:
    behind = answers_behind([{"signs_now": ["weakness"]}, {"signs_now": ["dark_urine", "weakness"], "age_years": 70}])

    assert behind == {"signs_now": ["weakness", "dark_urine"], "age_years": 70}
    assert [row.key for row in some_in_words(behind | {"unknown": 1}, version=SECOND)] == ["signs_now", "age_years"]


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_left_out_that_a_rule_uses(version: str) -> None:
    """Every answer that some rule looks at is told, "no" and "never" included."""
    rulebook = load_rulebook(version)
    conditions = [rule.condition for rule in rulebook.rules] + [named.condition for named in rulebook.named]
    used: set[tuple[str, Any]] = set()
    for condition in conditions:
        for part in parts(condition):
            match part:
                case Has(key, choices):
                    used |= {(key, choice) for choice in choices}
                case Compare(key, _, value):
                    used.add((key, value))
                case OneOf(key, values):
                    used |= {(key, value) for value in values}

    left_out = [
        (key, value)
        for key, value in used
        if not answers_in_words(
            {key: [value] if rulebook.questionnaire.field(key).type == "multi" else value}, version=version
        )
    ]

    assert left_out == []
