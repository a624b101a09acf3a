"""Answers checked against the questionnaire: cleaned, or with a sentence for each that can't be right. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, final

from booking.rules.questionnaire import Field, Questionnaire, load_questionnaire


@dataclass(frozen=True)
class AnswerError:
    """What is wrong with one answer, as a sentence for the person who gave it."""

    key: str
    sentence: str


@final
@dataclass(frozen=True)
class CheckedAnswers:
    """Answers checked once, to be handed on instead of being checked again. Made by `check_answers` and nothing else.

    `answers` are the visible, cleaned ones. `errors` says what of the rest can't be right, and what is missing, in the
    order of the questions. `given` is what was checked, as it was: what is hidden now may apply again. Neither mapping
    can be changed.
    """

    answers: Mapping[str, Any] = field(repr=False)
    errors: tuple[AnswerError, ...]
    given: Mapping[str, Any] = field(repr=False)
    questionnaire: Questionnaire = field(repr=False)

    @property
    def version(self) -> str:
        """Of the questionnaire that was asked."""
        return self.questionnaire.version


AnyAnswers = Mapping[str, Any] | CheckedAnswers


class _Wrong(Exception):
    """An answer that can't be right."""


def check_answers(answers: AnyAnswers, *, questionnaire: Questionnaire | None = None) -> CheckedAnswers:
    """Clean answers, complete or on the way; hidden ones are dropped, whatever they say.

    Fields are looked at in the order of the questionnaire, so that a question is visible by the cleaned answers
    before it. What was checked already comes back as it is. Raises ValueError where that was against other questions:
    what they had dropped is not there any more to be found wrong.
    """
    questionnaire = questionnaire or load_questionnaire()
    if not isinstance(answers, CheckedAnswers):
        return _check(answers, questionnaire)
    if answers.questionnaire is not questionnaire:
        raise ValueError(f"checked against the questions of version {answers.version}, or a copy of them")
    return answers


def visible_fields(
    keys: Iterable[str], answers: AnyAnswers, *, questionnaire: Questionnaire | None = None
) -> tuple[Field, ...]:
    """Those of the questions `keys` that apply to this person, by the answers so far."""
    checked = check_answers(answers, questionnaire=questionnaire)
    return tuple(one for one in map(checked.questionnaire.field, keys) if one.is_visible(checked.answers))


def _check(answers: Mapping[str, Any], questionnaire: Questionnaire) -> CheckedAnswers:
    errors = [AnswerError(key, "We do not ask this question.") for key in answers if key not in questionnaire.by_key]
    cleaned: dict[str, Any] = {}
    for one in questionnaire.fields:
        if not one.is_visible(cleaned):
            continue
        answer = answers.get(one.key)
        if answer is None or answer in ([], ""):
            if one.required:
                errors.append(AnswerError(one.key, _please_answer(one)))
            continue
        try:
            cleaned[one.key] = _clean(one, answer)
        except _Wrong as wrong:
            errors.append(AnswerError(one.key, str(wrong)))
    return CheckedAnswers(
        answers=MappingProxyType(cleaned),
        errors=tuple(errors),
        given=MappingProxyType(dict(answers)),
        questionnaire=questionnaire,
    )


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
