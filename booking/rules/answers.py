"""Answers checked against the questionnaire: cleaned, or with a sentence for each that can't be right. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from booking.rules.questionnaire import Field, Questionnaire, load_questionnaire


@dataclass(frozen=True)
class AnswerError:
    """What is wrong with one answer, as a sentence for the person who gave it."""

    key: str
    sentence: str


@dataclass(frozen=True)
class CheckedAnswers:
    """The visible, cleaned answers, and what is wrong with the rest."""

    answers: dict[str, Any]
    errors: tuple[AnswerError, ...] = ()


class _Wrong(Exception):
    """An answer that can't be right."""


def check_answers(answers: Mapping[str, Any], *, questionnaire: Questionnaire | None = None) -> CheckedAnswers:
    """Clean complete answers; hidden ones are dropped, whatever they say.

    Fields are looked at in the order of the questionnaire, so that a question is visible by the cleaned answers
    before it.
    """
    return _check(answers, questionnaire or load_questionnaire(), is_complete=True)


def check_partial(answers: Mapping[str, Any], *, questionnaire: Questionnaire | None = None) -> CheckedAnswers:
    """As `check_answers`, for answers on the way: what is there must be right, and nothing is missed."""
    return _check(answers, questionnaire or load_questionnaire(), is_complete=False)


def visible_fields(
    keys: Iterable[str], answers: Mapping[str, Any], *, questionnaire: Questionnaire | None = None
) -> tuple[Field, ...]:
    """Those of the questions `keys` that apply to this person, by the answers so far."""
    questionnaire = questionnaire or load_questionnaire()
    cleaned = check_partial(answers, questionnaire=questionnaire).answers
    return tuple(field for field in map(questionnaire.field, keys) if field.is_visible(cleaned))


def _check(answers: Mapping[str, Any], questionnaire: Questionnaire, *, is_complete: bool) -> CheckedAnswers:
    errors = [AnswerError(key, "We do not ask this question.") for key in answers if key not in questionnaire.by_key]
    cleaned: dict[str, Any] = {}
    for field in questionnaire.fields:
        if not field.is_visible(cleaned):
            continue
        answer = answers.get(field.key)
        if answer is None or answer in ([], ""):
            if field.required and is_complete:
                errors.append(AnswerError(field.key, _please_answer(field)))
            continue
        try:
            cleaned[field.key] = _clean(field, answer)
        except _Wrong as wrong:
            errors.append(AnswerError(field.key, str(wrong)))
    return CheckedAnswers(cleaned, tuple(errors))


def _please_answer(field: Field) -> str:
    if field.exclusive:
        return f"Choose what you have, or “{field.label_of(field.exclusive[0])}”."
    end = "" if field.label.endswith(("?", ".")) else "."
    return f"Please answer “{field.label}”{end}"


def _clean(field: Field, answer: Any) -> Any:
    match field.type:
        case "integer":
            return _whole(_number(field, answer))
        case "number":
            return _number(field, answer)
        case "boolean":
            return _boolean(field, answer)
        case "single":
            return _single(field, answer)
        case "multi":
            return _multi(field, answer)
        case _:
            return _text(field, answer)


def _number(field: Field, answer: Any) -> int | Decimal:
    if isinstance(answer, bool) or not isinstance(answer, int | float | Decimal):
        raise _Wrong("Write a number.")
    # By way of its text, so that 0.1 stays 0.1.
    number = Decimal(str(answer)) if isinstance(answer, float) else answer
    if isinstance(number, Decimal) and not number.is_finite():
        raise _Wrong("Write a number.")
    if (field.min is not None and number < field.min) or (field.max is not None and number > field.max):
        raise _Wrong(f"Write a number from {field.min} to {field.max}.")
    return number


def _whole(number: int | Decimal) -> int:
    if number != int(number):
        raise _Wrong("Write a whole number, without a fraction.")
    return int(number)


def _boolean(field: Field, answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise _Wrong("Choose yes or no.")
    if field.must_be is not None and answer is not field.must_be:
        raise _Wrong("We need your agreement to go on.")
    return answer


def _single(field: Field, answer: Any) -> str:
    if not isinstance(answer, str) or answer not in field.values:
        raise _Wrong("Choose one of the answers.")
    return answer


def _multi(field: Field, answer: Any) -> list[str]:
    if not isinstance(answer, list) or not all(isinstance(item, str) and item in field.values for item in answer):
        raise _Wrong("Choose from the answers.")
    chosen = [value for value in field.values if value in answer]
    alone = next((value for value in chosen if value in field.exclusive), None)
    if alone is not None and len(chosen) > 1:
        raise _Wrong(f"Choose either the lines that apply or “{field.label_of(alone)}”, not both.")
    return chosen


def _text(field: Field, answer: Any) -> str:
    if not isinstance(answer, str):
        raise _Wrong("Write your answer in words.")
    if field.max_length is not None and len(answer) > field.max_length:
        raise _Wrong(f"Write at most {field.max_length} characters.")
    return answer
