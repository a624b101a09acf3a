"""The questions of the safety intake: read from intake_schema.json, and answers checked against them. Pure."""

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

SCHEMA_PATH = Path(__file__).parent / "rulebook" / "intake_schema.json"
# What the question on duration says: 1 day = 24 h, 1 week = 168 h, 1 month = 732 h, 1 year = 8784 h.
HOURS_PER_UNIT = {"hours": 1, "days": 24, "weeks": 168, "months": 732, "years": 8784}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class ShowIf:
    """One entry of a field's show_if: all of them must hold. A condition on an absent answer is false."""

    key: str
    op: str
    value: Any

    def holds(self, answers: Mapping[str, Any]) -> bool:
        answer = answers.get(self.key)
        if answer is None:
            return False
        match self.op:
            case "eq":
                return bool(answer == self.value)
            case "ne":
                return bool(answer != self.value)
            case "in":
                return answer in self.value
            case "lt":
                return bool(answer < self.value)
            case "any_of":
                return any(choice in self.value for choice in answer)
        raise ValueError(f"unknown operator {self.op}")


@dataclass(frozen=True)
class Field:
    """A question. `type` is integer, number, boolean, single, multi or text."""

    key: str
    type: str
    label: str
    required: bool
    help: str = ""
    choices: tuple[Choice, ...] = ()
    exclusive: tuple[str, ...] = ()
    show_if: tuple[ShowIf, ...] = ()
    min: int | None = None
    max: int | None = None
    max_length: int | None = None
    must_be: bool | None = None

    def is_visible(self, answers: Mapping[str, Any]) -> bool:
        return all(condition.holds(answers) for condition in self.show_if)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)

    def label_of(self, value: str) -> str:
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class Screen:
    id: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Questionnaire:
    version: str
    levels: tuple[str, ...]
    treatments: tuple[str, ...]
    screens: tuple[Screen, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for screen in self.screens for field in screen.fields)

    def field(self, key: str) -> Field:
        """The question with this key. Raises KeyError."""
        return {field.key: field for field in self.fields}[key]


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


@functools.cache
def load_questionnaire(path: Path = SCHEMA_PATH) -> Questionnaire:
    """The questionnaire that this version of the software ships."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Questionnaire(
        version=data["schema_version"],
        levels=tuple(data["levels"]),
        treatments=tuple(data["treatments"]),
        screens=tuple(
            Screen(screen["id"], screen["title"], tuple(_field(field) for field in screen["fields"]))
            for screen in data["screens"]
        ),
    )


def check_answers(
    answers: Mapping[str, Any], *, questionnaire: Questionnaire | None = None, partial: bool = False
) -> CheckedAnswers:
    """Clean complete answers; hidden ones are dropped, whatever they say. `partial` asks for nothing that is missing.

    Fields are looked at in the order of the questionnaire, so that a question is visible by the cleaned answers
    before it.
    """
    questionnaire = questionnaire or load_questionnaire()
    known = {field.key for field in questionnaire.fields}
    errors = [AnswerError(key, "We do not ask this question.") for key in answers if key not in known]
    cleaned: dict[str, Any] = {}
    for field in questionnaire.fields:
        if not field.is_visible(cleaned):
            continue
        answer = answers.get(field.key)
        if answer is None or answer in ([], ""):
            if field.required and not partial:
                errors.append(AnswerError(field.key, f"Please answer “{field.label}”"))
            continue
        try:
            cleaned[field.key] = _clean(field, answer, partial=partial)
        except _Wrong as wrong:
            errors.append(AnswerError(field.key, str(wrong)))
    return CheckedAnswers(cleaned, tuple(errors))


def duration_in_hours(number: Decimal, unit: str) -> Decimal:
    """Hours, exactly: nothing is rounded. Raises KeyError for an unknown unit."""
    return number * HOURS_PER_UNIT[unit]


def _field(data: Mapping[str, Any]) -> Field:
    return Field(
        key=data["key"],
        type=data["type"],
        label=data["label"],
        required=data["required"],
        help=data.get("help", ""),
        choices=tuple(Choice(choice["value"], choice["label"]) for choice in data.get("choices", ())),
        exclusive=tuple(data.get("exclusive", ())),
        show_if=tuple(
            ShowIf(entry["key"], entry["op"], entry["value"]) for entry in data.get("show_if", {}).get("all", ())
        ),
        min=data.get("min"),
        max=data.get("max"),
        max_length=data.get("max_length"),
        must_be=data.get("must_be"),
    )


def _clean(field: Field, answer: Any, *, partial: bool) -> Any:
    match field.type:
        case "integer":
            return _whole(field, _number(field, answer))
        case "number":
            return _number(field, answer)
        case "boolean":
            return _boolean(field, answer, partial=partial)
        case "single":
            return _single(field, answer)
        case "multi":
            return _multi(field, answer)
        case _:
            return _text(field, answer)


def _number(field: Field, answer: Any) -> int | Decimal:
    if isinstance(answer, bool) or not isinstance(answer, int | float | Decimal) or not math.isfinite(answer):
        raise _Wrong("Write a number.")
    number = answer if isinstance(answer, int) else Decimal(str(answer))
    if (field.min is not None and number < field.min) or (field.max is not None and number > field.max):
        raise _Wrong(f"Write a number from {field.min} to {field.max}.")
    return number


def _whole(field: Field, number: int | Decimal) -> int:
    if number != int(number):
        raise _Wrong("Write a whole number, without a fraction.")
    return int(number)


def _boolean(field: Field, answer: Any, *, partial: bool) -> bool:
    if not isinstance(answer, bool):
        raise _Wrong("Choose yes or no.")
    if field.must_be is not None and answer is not field.must_be and not partial:
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
    if len(chosen) > 1 and any(value in field.exclusive for value in chosen):
        raise _Wrong("Choose either the lines that are true or “None of these”, not both.")
    return chosen


def _text(field: Field, answer: Any) -> str:
    if not isinstance(answer, str):
        raise _Wrong("Write your answer in words.")
    if field.max_length is not None and len(answer) > field.max_length:
        raise _Wrong(f"Write at most {field.max_length} characters.")
    return answer
