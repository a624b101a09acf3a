import ast
import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from booking.rules.answers import AnswerError, AnyAnswers, check_answers, visible_fields
from booking.rules.pages import pages
from booking.rules.questionnaire import load_questionnaire
from clinic.running.rooms import source_files
from tests.booking.rules.answers import UNCOMPLICATED, complete
from tests.environment import ROOT

COMPLETE = complete({})
RELAXING = complete({"complaint_type": "relaxation_only"})
UNSURE = "Choose one of the answers."
CHOOSE = "Choose from the answers."
NOT_BOTH = "Choose either the lines that apply or “None of these”, not both."


def error_of(key: str, answer: Any) -> list[tuple[str, str]]:
    errors = check_answers(COMPLETE | {key: answer}).errors
    return [(error.key, error.sentence) for error in errors]


def check(answers: AnyAnswers) -> tuple[Mapping[str, Any], tuple[AnswerError, ...]]:
    checked = check_answers(answers)
    return checked.answers, checked.errors


def test_complete_answers_come_back_as_given() -> None:
    assert check(COMPLETE) == (COMPLETE, ())


@pytest.mark.parametrize(
    ("key", "answer", "sentence"),
    [
        ("age_years", None, "Please answer “How old is the person having the massage?”"),
        ("age_years", "", "Please answer “How old is the person having the massage?”"),
        ("age_years", [], "Please answer “How old is the person having the massage?”"),
        ("complaint_type", None, "Please answer “What brings you in?”"),
        ("sites", [], "Please answer “Where does it bother you?”"),
        ("conditions", [], "Choose what you have, or “None of these”."),
        ("signs_now", None, "Choose what you have, or “None of these”."),
        ("age_years", True, "Write a number."),
        ("age_years", "40", "Write a number."),
        ("age_years", [40], "Write a number."),
        ("age_years", {"age": 40}, "Write a number."),
        ("age_years", math.nan, "Write a number."),
        ("age_years", math.inf, "Write a number."),
        ("age_years", Decimal("NaN"), "Write a number."),
        ("age_years", Decimal("sNaN"), "Write a number."),
        ("age_years", Decimal("-Infinity"), "Write a number."),
        ("age_years", 7.5, "Write a whole number, without a fraction."),
        ("age_years", Decimal("7.5"), "Write a whole number, without a fraction."),
        ("age_years", -1, "Write a number from 0 to 120."),
        ("age_years", 121, "Write a number from 0 to 120."),
        ("age_years", 10**400, "Write a number from 0 to 120."),
        ("age_years", Decimal("120.5"), "Write a number from 0 to 120."),
        ("severity", 11, UNSURE),
        ("duration", "three weeks", UNSURE),
        ("duration", "Up to 3 weeks", UNSURE),
        ("pattern", ["weekly"], UNSURE),
        ("pattern", 1, UNSURE),
        ("pattern", "Weekly", UNSURE),
        ("conditions", "heart", CHOOSE),
        ("conditions", ["heart", "gout"], CHOOSE),
        ("conditions", ["heart", None], CHOOSE),
        ("conditions", [["heart"]], CHOOSE),
        ("conditions", {"heart": True}, CHOOSE),
        ("conditions", ["told_no_massage", "none"], NOT_BOTH),
        ("emergency_symptoms", ["unsure", "none"], NOT_BOTH),
        ("consent", False, "We need your agreement to go on."),
        ("consent", "true", "Choose yes or no."),
        ("consent", 1, "Choose yes or no."),
        ("other_concern", 5, "Write your answer in words."),
        ("other_concern", ["a"], "Write your answer in words."),
        ("other_concern", "x" * 501, "Write at most 500 characters."),
        ("other_concern", "x" * 50_000, "Write at most 500 characters."),
        ("shoe_size", 42, "We do not ask this question."),
        ("guardian_consent ", True, "We do not ask this question."),
    ],
)
def test_a_wrong_answer_is_named_with_a_sentence(key: str, answer: Any, sentence: str) -> None:
    assert error_of(key, answer) == [(key, sentence)]


@pytest.mark.parametrize(
    ("key", "answer", "cleaned"),
    [
        ("age_years", 7.0, 7),
        ("age_years", Decimal("120.0"), 120),
        ("age_years", 0, 0),
        ("background", ["antidepressants", "statins", "statins"], ["statins", "antidepressants"]),
        ("emergency_symptoms", ["unsure", "breathless_or_blood"], ["breathless_or_blood", "unsure"]),
        ("factors", ["stress"], ["stress"]),
        ("feel", ["none"], ["none"]),
        ("other_concern", "x" * 500, "x" * 500),
        ("other_concern", "\u202e ok \x00 🙂", "\u202e ok \x00 🙂"),
    ],
)  # fmt: skip
def test_an_answer_is_cleaned(key: str, answer: Any, cleaned: Any) -> None:
    checked = check_answers(UNCOMPLICATED | {"med_related": "no", key: answer})

    assert (checked.answers[key], type(checked.answers[key]), checked.errors) == (cleaned, type(cleaned), ())


@pytest.mark.parametrize("answer", [None, "", []])
def test_an_optional_answer_may_be_absent(answer: Any) -> None:
    assert check(COMPLETE | {"other_concern": answer}) == (COMPLETE, ())


def test_all_errors_are_reported_in_the_order_of_the_questions() -> None:
    wrong = {"zodiac": 1, "severity": 12, "age_years": "old", "sites": None}

    errors = check_answers(COMPLETE | wrong).errors

    assert errors == (
        AnswerError("zodiac", "We do not ask this question."),
        AnswerError("age_years", "Write a number."),
        AnswerError("sites", "Please answer “Where does it bother you?”"),
        AnswerError("severity", UNSURE),
    )


def test_a_hidden_answer_is_dropped_whatever_it_says() -> None:
    hidden = {"sites": ["neck"], "severity": "terrible", "injury_force": 7, "nerve_course": "worse_over_days"}

    assert check(RELAXING | hidden) == (RELAXING, ())


def test_a_hidden_answer_makes_nothing_visible() -> None:
    """The head is asked about where the neck hurts; a neck that is no longer asked about does not count."""
    answers = RELAXING | {"sites": ["neck"], "head_symptoms": ["dizzy_or_sight"], "onset": "impact"}

    assert check(answers) == (RELAXING, ())


def test_a_wrong_answer_makes_nothing_visible() -> None:
    answers = COMPLETE | {"conditions": ["kidney_or_liver_disease", "none"], "condition_status": "stable"}

    checked = check_answers(answers)

    assert ("condition_status" in checked.answers, [error.key for error in checked.errors]) == (False, ["conditions"])


@pytest.mark.parametrize(
    ("changes", "follow_up"),
    [
        ({"age_years": 17}, "guardian_consent"),
        ({"pregnancy_stage": "postpartum_6w"}, "pregnancy_warning_signs"),
        ({"onset": "impact"}, "injury_force"),
        ({"onset": "impact"}, "immediate_severe_pain"),
        ({"signs_now": ["numb_tingling"]}, "nerve_course"),
        ({"signs_now": ["constant_calf_pain"]}, "recent_immobility"),
        ({"sites": ["jaw_head"]}, "head_symptoms"),
        ({"cancer_status": "past"}, "cancer_status"),
        ({"joint_detail": ["fibromyalgia"]}, "condition_status"),
        ({"conditions": ["kidney_or_liver_disease"]}, "condition_status"),
        ({"background": ["statins"]}, "med_related"),
        ({"massage_result": "worse_once"}, "massage_result"),
        ({"operation_detail": ["operation_6m"]}, "operation_detail"),
        ({"severity": "severe"}, "doctor_review"),
        ({"age_years": 15}, "doctor_review"),
    ],
)
def test_a_follow_up_is_asked_when_it_applies(changes: dict[str, Any], follow_up: str) -> None:
    without = {key: answer for key, answer in complete(changes).items() if key != follow_up}

    asked = [error.key for error in check_answers(without).errors]

    assert (follow_up in COMPLETE, follow_up in asked) == (False, True)


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({"complaint_type": "relaxation_only", "medications": ["corticosteroids"]}, False),
        ({"complaint_type": "pain"}, False),
        ({"complaint_type": "pain", "medications": ["corticosteroids"]}, True),
        ({"complaint_type": "pain", "background": ["statins"]}, True),
    ],
)
def test_all_of_all_and_one_of_any_must_hold_for_a_question(changes: dict[str, Any], is_asked: bool) -> None:
    assert ("med_related" in complete(changes)) is is_asked


def test_a_relaxing_client_answers_eight_questions_on_four_screens() -> None:
    screens = [screen.id for screen in load_questionnaire().screens if {f.key for f in screen.fields} & set(RELAXING)]

    assert (len(RELAXING), screens) == (8, ["start", "urgent", "now", "health"])


# --- Partial answers


def test_partial_answers_are_cleaned_and_what_is_missing_is_said() -> None:
    answers, errors = check({"age_years": Decimal("17.0")})

    asked = {field.key for field in load_questionnaire().fields if field.required and field.is_visible(answers)}
    assert (answers, {error.key for error in errors}) == ({"age_years": 17}, asked - {"age_years"})


def test_partial_answers_must_be_right() -> None:
    wrong = {"age_years": 200, "consent": False, "severity": "mild", "hat": 1}

    answers, errors = check(wrong)

    assert (answers, tuple(error for error in errors if error.key in wrong)) == (
        {},
        (
            AnswerError("hat", "We do not ask this question."),
            AnswerError("consent", "We need your agreement to go on."),
            AnswerError("age_years", "Write a number from 0 to 120."),
        ),
    )


def test_visible_fields_forgets_what_is_hidden() -> None:
    answers = {"complaint_type": "relaxation_only", "sites": ["neck"]}

    shown = [field.key for field in visible_fields(pages()[2].keys, answers)]

    assert shown == []


# --- Checked once


def test_checked_answers_are_not_checked_again() -> None:
    checked = check_answers(COMPLETE)

    assert check_answers(checked) is checked
    assert (checked.version, checked.given) == (load_questionnaire().version, COMPLETE)


def test_answers_that_were_checked_against_other_questions_are_refused() -> None:
    checked = check_answers(COMPLETE)
    others = [load_questionnaire("1.0.0"), replace(load_questionnaire())]

    for questionnaire in others:
        with pytest.raises(ValueError, match="checked against the questions of version"):
            check_answers(checked, questionnaire=questionnaire)


def test_checked_answers_can_not_be_changed_nor_by_what_they_were_made_of() -> None:
    given = COMPLETE | {"sites": ["neck"]}
    checked = check_answers(given)

    given["sites"].append("hat")
    given["age_years"] = "old"
    for mapping in (checked.answers, checked.given):
        with pytest.raises(TypeError):
            mapping["age_years"] = 7  # type: ignore[index]
    with pytest.raises(AttributeError):
        checked.errors = ()  # type: ignore[misc]

    assert checked.answers == COMPLETE | {"sites": ["neck"]}


def test_no_answer_stands_in_the_text_of_checked_answers() -> None:
    assert str(check_answers(COMPLETE)) == "CheckedAnswers(errors=())"


def makes_checked_answers(source: str) -> bool:
    names = {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    return any(name.split(".")[-1] == "CheckedAnswers" for name in names)


def test_only_the_check_makes_checked_answers() -> None:
    made_in = {str(path.relative_to(ROOT)) for path in source_files() if makes_checked_answers(path.read_text())}

    assert made_in == {"booking/rules/answers.py"}
    assert makes_checked_answers("triage(answers.CheckedAnswers({}, (), {}, questionnaire), rulebook)")
