"""A rule as a clinician reads it. What the printed page holds is in tests/booking/management/commands/test_rulebook.py."""

import pytest

from booking.rules.expressions import parse
from booking.rules.questionnaire import load_questionnaire
from booking.rules.rulebook import load_rulebook
from booking.rules.rulebook_page import as_json, in_words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("age_years < 18", "age years is less than 18"),
        ("guardian_consent == False", "guardian consent is no"),
        ("doctor_review != 'cleared'", "doctor review is not “{cleared}”"),
        ("not (age_years >= 18)", "not (age years is at least 18)"),
        (
            "age_years < 18 and (severity >= 7 or severity <= 1)",
            "age years is less than 18 and (severity is at least 7 or severity is at most 1)",
        ),
        (
            "count(age_years < 18, severity > 7) >= 2",
            "the number of these that hold: age years is less than 18; severity is more than 7 is at least 2",
        ),
    ],
)
def test_a_condition_is_said_with_the_words_of_the_questions(condition: str, words: str) -> None:
    cleared = load_questionnaire().field("doctor_review").label_of("cleared")

    assert in_words(parse(condition), load_questionnaire()) == words.replace("{cleared}", cleared)


def test_a_choice_is_said_with_its_label_and_never_with_its_key() -> None:
    signs = load_questionnaire().field("emergency_symptoms")
    one, two = (f"“{signs.label_of(key)}”" for key in ("chest_pain_pressure", "fainting_collapse"))

    said = in_words(
        parse("any_of(emergency_symptoms, 'chest_pain_pressure', 'fainting_collapse')"), load_questionnaire()
    )

    assert said == f"emergency symptoms includes {one} or {two}"


def test_a_program_is_told_every_rule_in_the_order_in_which_it_is_kept() -> None:
    rulebook = load_rulebook()

    told = as_json(rulebook)

    assert (told["version"], told["questionnaire"]) == (rulebook.version, rulebook.questionnaire.version)
    assert [rule["id"] for rule in told["rules"]] == [rule.id for rule in rulebook.rules]
