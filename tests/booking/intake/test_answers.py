import math
from decimal import Decimal
from typing import Any

import pytest

from booking.intake.answers import (
    AnswerError,
    CheckedAnswers,
    check_answers,
    check_partial,
    duration_in_hours,
    visible_fields,
)
from booking.intake.pages import PAGES
from booking.intake.questionnaire import load_questionnaire
from tests.booking.intake.answers import UNCOMPLICATED, complete

COMPLETE = complete({})
RELAXING = complete({"complaint_type": "relaxation_only"})
UNSURE = "Choose one of the answers."
CHOOSE = "Choose from the answers."
NOT_BOTH = "Choose either the lines that are true or “None of these”, not both."


def error_of(key: str, answer: Any) -> list[tuple[str, str]]:
    errors = check_answers(COMPLETE | {key: answer}).errors
    return [(error.key, error.sentence) for error in errors]


def test_complete_answers_come_back_as_given() -> None:
    assert check_answers(COMPLETE) == CheckedAnswers(answers=COMPLETE, errors=())


@pytest.mark.parametrize(
    ("key", "answer", "sentence"),
    [
        ("age_years", None, "Please answer “How old is the person having the massage?”"),
        ("age_years", "", "Please answer “How old is the person having the massage?”"),
        ("age_years", [], "Please answer “How old is the person having the massage?”"),
        ("pregnancy", None, "Please answer “Pregnancy”."),
        ("sites", [], "Please answer “Where is it?”"),
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
        ("severity", 11, "Write a number from 0 to 10."),
        ("duration_hours", -1, "Write a number from 0 to 876000."),
        ("duration_hours", Decimal("876000.1"), "Write a number from 0 to 876000."),
        ("duration_hours", Decimal("1E+400"), "Write a number from 0 to 876000."),
        ("duration_hours", "three weeks", "Write a number."),
        ("doctor_review", "maybe", UNSURE),
        ("doctor_review", ["not_seen"], UNSURE),
        ("doctor_review", 1, UNSURE),
        ("doctor_review", "Not_seen", UNSURE),
        ("conditions", "diabetes", CHOOSE),
        ("conditions", ["diabetes", "gout"], CHOOSE),
        ("conditions", ["diabetes", None], CHOOSE),
        ("conditions", [["diabetes"]], CHOOSE),
        ("conditions", {"diabetes": True}, CHOOSE),
        ("conditions", ["diabetes", "none"], NOT_BOTH),
        ("emergency_symptoms", ["unsure", "none"], NOT_BOTH),
        ("consent_health_data", False, "We need your agreement to go on."),
        ("consent_health_data", "true", "Choose yes or no."),
        ("consent_not_diagnosis", 1, "Choose yes or no."),
        ("other_concern", 5, "Write your answer in words."),
        ("other_concern", ["a"], "Write your answer in words."),
        ("other_concern", "x" * 501, "Write at most 500 characters."),
        ("other_concern", "x" * 50_000, "Write at most 500 characters."),
        ("preferred_treatment", "thai", UNSURE),
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
        ("duration_hours", 0.1, Decimal("0.1")),
        ("duration_hours", 72, 72),
        ("duration_hours", 876000, 876000),
        ("duration_hours", Decimal("72.00000000000000000000000000000001"), Decimal("72.00000000000000000000000000000001")),
        ("pain_quality", ["cramping", "dull_ache", "cramping"], ["dull_ache", "cramping"]),
        ("emergency_symptoms", ["unsure", "sudden_breathless"], ["sudden_breathless", "unsure"]),
        ("other_concern", "x" * 500, "x" * 500),
        ("other_concern", "\u202e ok \x00 🙂", "\u202e ok \x00 🙂"),
        ("preferred_treatment", "swedish", "swedish"),
    ],
)  # fmt: skip
def test_an_answer_is_cleaned(key: str, answer: Any, cleaned: Any) -> None:
    checked = check_answers(UNCOMPLICATED | {"condition_status": None, key: answer})

    assert (checked.answers[key], type(checked.answers[key]), checked.errors) == (cleaned, type(cleaned), ())


@pytest.mark.parametrize("answer", [None, "", []])
def test_an_optional_answer_may_be_absent(answer: Any) -> None:
    assert check_answers(COMPLETE | {"other_concern": answer}) == CheckedAnswers(COMPLETE)


def test_all_errors_are_reported_in_the_order_of_the_questions() -> None:
    wrong = {"zodiac": 1, "severity": 12, "age_years": "old", "sites": None}

    errors = check_answers(COMPLETE | wrong).errors

    assert errors == (
        AnswerError("zodiac", "We do not ask this question."),
        AnswerError("age_years", "Write a number."),
        AnswerError("sites", "Please answer “Where is it?”"),
        AnswerError("severity", "Write a number from 0 to 10."),
    )


def test_a_hidden_answer_is_dropped_whatever_it_says() -> None:
    hidden = {"sites": ["neck"], "severity": "terrible", "injury_mechanism": 7, "nerve_course": "worse_over_days"}

    assert check_answers(RELAXING | hidden) == CheckedAnswers(RELAXING)


def test_a_hidden_answer_makes_nothing_visible() -> None:
    """The head is asked about where the neck hurts; a neck that is no longer asked about does not count."""
    answers = RELAXING | {"sites": ["neck"], "head_symptoms": ["dizziness"], "onset": "sudden_after_impact"}

    assert check_answers(answers) == CheckedAnswers(RELAXING)


def test_a_wrong_answer_makes_nothing_visible() -> None:
    answers = COMPLETE | {"conditions": ["diabetes", "none"], "condition_status": "stable"}

    checked = check_answers(answers)

    assert ("condition_status" in checked.answers, [error.key for error in checked.errors]) == (False, ["conditions"])


@pytest.mark.parametrize(
    ("changes", "follow_up"),
    [
        ({"age_years": 17}, "guardian_consent"),
        ({"pregnancy": "possibly"}, "pregnancy_warning_signs"),
        ({"pregnancy": "postpartum_6w"}, "pregnancy_warning_signs"),
        ({"onset": "sudden_after_impact"}, "injury_mechanism"),
        ({"onset": "sudden_after_impact"}, "immediate_severe_pain"),
        ({"nerve_symptoms": ["tingling"]}, "nerve_course"),
        ({"sites": ["jaw_head"]}, "head_symptoms"),
        ({"conditions": ["fibromyalgia"]}, "condition_status"),
        ({"medications": ["statins"]}, "med_related"),
        ({"massage_response": "helped"}, "sessions_count"),
    ],
)
def test_a_follow_up_is_asked_when_it_applies(changes: dict[str, Any], follow_up: str) -> None:
    without = {key: answer for key, answer in complete(changes).items() if key != follow_up}

    asked = [error.key for error in check_answers(without).errors]

    assert (follow_up in COMPLETE, asked) == (False, [follow_up])


@pytest.mark.parametrize("statin_user", ["relaxation_only", "pain"])
def test_both_conditions_of_a_question_must_hold(statin_user: str) -> None:
    answers = complete({"complaint_type": statin_user, "medications": ["statins"]})

    assert ("med_related" in answers) == (statin_user == "pain")


def test_a_relaxing_client_is_asked_on_13_screens() -> None:
    screens = [screen.id for screen in load_questionnaire().screens if {f.key for f in screen.fields} & set(RELAXING)]

    assert len(screens) == 13


# --- Partial answers


def test_partial_answers_miss_nothing() -> None:
    assert check_partial({"age_years": 17}) == CheckedAnswers({"age_years": 17})


def test_partial_answers_must_be_right() -> None:
    checked = check_partial({"age_years": 200, "consent_health_data": False, "severity": 4, "hat": 1})

    assert checked == CheckedAnswers(
        {},
        (
            AnswerError("hat", "We do not ask this question."),
            AnswerError("age_years", "Write a number from 0 to 120."),
            AnswerError("consent_health_data", "We need your agreement to go on."),
        ),
    )


# --- Durations


@pytest.mark.parametrize(
    ("number", "unit", "hours"),
    [
        ("72", "hours", "72"),
        ("3", "days", "72"),
        ("3", "weeks", "504"),
        ("6", "months", "4392"),
        ("1", "years", "8784"),
        ("0.5", "years", "4392.0"),
        ("0.1", "hours", "0.1"),
        ("3.0000000000000000000000000000000001", "weeks", "504.0000000000000000000000000000000168"),
        ("0", "days", "0"),
    ],
)
def test_a_duration_is_exact_in_hours(number: str, unit: str, hours: str) -> None:
    assert duration_in_hours(Decimal(number), unit) == Decimal(hours)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        duration_in_hours(Decimal(1), "fortnights")


def test_visible_fields_forgets_what_is_hidden() -> None:
    answers = {"complaint_type": "relaxation_only", "sites": ["neck"]}

    shown = [field.key for field in visible_fields(PAGES[3].keys, answers)]

    assert shown == ["general_symptoms", "leg_symptoms"]
