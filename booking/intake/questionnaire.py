"""The questions of the safety intake, read from intake_schema.json. Pure."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA_PATH = Path(__file__).parent / "rulebook" / "intake_schema.json"


# Which types of answer a condition of show_if can be asked of.
OPERATORS = {
    "eq": {"single", "boolean", "integer", "number"},
    "ne": {"single", "boolean", "integer", "number"},
    "in": {"single"},
    "lt": {"integer", "number"},
    "any_of": {"multi"},
}


TYPES = {"integer", "number", "boolean", "single", "multi", "text"}


class QuestionnaireError(Exception):
    """The questionnaire can't be used. The sentence names the file and the question."""


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
        """`answers` are cleaned ones: what was dropped as hidden or wrong must not make anything visible."""
        return all(condition.holds(answers) for condition in self.show_if)

    @functools.cached_property
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
    """`content` is the file as canonical JSON: the rulebook's version counts every word of it."""

    version: str
    levels: tuple[str, ...]
    treatments: tuple[str, ...]
    screens: tuple[Screen, ...]
    content: str

    @functools.cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for screen in self.screens for field in screen.fields)

    @functools.cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    def field(self, key: str) -> Field:
        """The question with this key. Raises KeyError."""
        return self.by_key[key]


@functools.cache
def load_questionnaire(path: Path = SCHEMA_PATH) -> Questionnaire:
    """The questionnaire that this version of the software ships. Raises QuestionnaireError."""
    try:
        return read_questionnaire(json.loads(path.read_text(encoding="utf-8")), file=path.name)
    except ValueError as error:
        raise QuestionnaireError(f"{path.name} is not JSON: {error}.") from error


def read_questionnaire(data: Mapping[str, Any], *, file: str) -> Questionnaire:
    """A checked questionnaire from its JSON. Raises QuestionnaireError that names `file` and the question."""
    try:
        questionnaire = Questionnaire(
            version=data["schema_version"],
            levels=tuple(data["levels"]),
            treatments=tuple(data["treatments"]),
            screens=tuple(
                Screen(screen["id"], screen["title"], tuple(_field(field) for field in screen["fields"]))
                for screen in data["screens"]
            ),
            content=json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        )
    except (KeyError, TypeError) as error:
        raise QuestionnaireError(f"{file} is incomplete: {error}.") from error
    _check_fields(questionnaire.fields, file)
    return questionnaire


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


def _check_fields(fields: tuple[Field, ...], file: str) -> None:
    earlier: dict[str, Field] = {}
    for field in fields:
        fault = _fault(field, earlier)
        if fault:
            raise QuestionnaireError(f"{file}, question {field.key}: {fault}.")
        earlier[field.key] = field


def _fault(field: Field, earlier: Mapping[str, Field]) -> str | None:
    if field.key in earlier:
        return "the key stands twice"
    if field.type not in TYPES:
        return f"“{field.type}” is not a type"
    if (field.type in ("single", "multi")) != bool(field.choices):
        return "choices belong to single and multi, and to nothing else"
    if len(set(field.values)) < len(field.values):
        return "a choice stands twice"
    if not set(field.exclusive) <= set(field.values):
        return "an exclusive answer is not among the choices"
    return next(filter(None, (_show_if_fault(entry, earlier) for entry in field.show_if)), None)


def _show_if_fault(entry: ShowIf, earlier: Mapping[str, Field]) -> str | None:
    """A typing error here would hide a question for ever, so it must not get past the start."""
    source = earlier.get(entry.key)
    if source is None:
        return f"it depends on “{entry.key}”, which is not asked before it"
    if source.type not in OPERATORS.get(entry.op, ()):
        return f"“{entry.op}” can't be asked of “{entry.key}”"
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    unknown = [value for value in values if source.choices and value not in source.values]
    return f"“{unknown[0]}” is not an answer to “{entry.key}”" if unknown else None
