"""The questions of the safety intake, read from the intake_schema.json of each version. Pure."""

import functools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Every version that stored answers may follow, oldest first. The last one is in force.
VERSIONS = ("1.0.0", "2.0.0")
IN_FORCE = VERSIONS[-1]
FOLDER = Path(__file__).parent / "versions"


# Which types of answer a condition of show_if can be asked of.
OPERATORS = {
    "eq": {"single", "boolean", "integer", "number"},
    "ne": {"single", "boolean", "integer", "number"},
    "in": {"single"},
    "lt": {"integer", "number"},
    "any_of": {"multi"},
}


TYPES = {"integer", "number", "boolean", "single", "multi", "text"}
# Who is asked a question that decides nothing: whoever wants a suggestion, or whoever has booked; everybody if empty.
FOR_A_SUGGESTION, AFTER_BOOKING = "for_a_suggestion", "after_booking"


class QuestionnaireError(Exception):
    """The questionnaire can't be used. The sentence names the file and the question."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Needed:
    """One entry of a field's show_if. A condition on an absent answer is false."""

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
class ShowIf:
    """When a question applies: every entry of `all` holds and, where there is an `any`, at least one of it does."""

    all: tuple[Needed, ...] = ()
    any: tuple[Needed, ...] = ()

    @property
    def entries(self) -> tuple[Needed, ...]:
        return self.all + self.any

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return all(entry.holds(answers) for entry in self.all) and (
            not self.any or any(entry.holds(answers) for entry in self.any)
        )

    def narrowed(self, *, to: Collection[str], known: Mapping[str, Any]) -> "ShowIf | None":
        """What is left of it for the questions `to`, given the answers to all others; None where it can't hold."""
        settled = any(entry.key not in to and entry.holds(known) for entry in self.any)
        left = () if settled else tuple(entry for entry in self.any if entry.key in to)
        fails = any(entry.key not in to and not entry.holds(known) for entry in self.all)
        if fails or (self.any and not settled and not left):
            return None
        return ShowIf(tuple(entry for entry in self.all if entry.key in to), left)

    def as_json(self) -> dict[str, Any]:
        """As the schema writes it; what a page's script reads."""
        return {
            name: [{"key": entry.key, "op": entry.op, "value": entry.value} for entry in entries]
            for name, entries in (("all", self.all), ("any", self.any))
            if entries
        }


ALWAYS = ShowIf()


@dataclass(frozen=True)
class Field:
    """A question. `type` is integer, number, boolean, single, multi or text; `tick` stands beside a box."""

    key: str
    type: str
    label: str
    required: bool
    help: str = ""
    choices: tuple[Choice, ...] = ()
    exclusive: tuple[str, ...] = ()
    show_if: ShowIf = ALWAYS
    min: int | None = None
    max: int | None = None
    max_length: int | None = None
    must_be: bool | None = None
    unit: str = ""
    tick: str = ""
    ask: str = ""

    def is_visible(self, answers: Mapping[str, Any]) -> bool:
        """`answers` are cleaned ones: what was dropped as hidden or wrong must not make anything visible."""
        return self.show_if.holds(answers)

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
    """`content` is the file as canonical JSON: the rulebook's version counts every word of it.

    `asked_again` names the screens that are asked again within 24 hours before a treatment.
    """

    version: str
    intro: str
    levels: tuple[str, ...]
    treatments: tuple[str, ...]
    screens: tuple[Screen, ...]
    asked_again: tuple[str, ...]
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


def load_questionnaire(version: str = IN_FORCE) -> Questionnaire:
    """The questionnaire in force, or an earlier one. Raises QuestionnaireError, also for an unknown version."""
    return _load(version)


@functools.cache
def _load(version: str) -> Questionnaire:
    if version not in VERSIONS:
        raise QuestionnaireError(f"There is no questionnaire {version}.")
    return read_questionnaire_file(FOLDER / version / "intake_schema.json")


def read_questionnaire_file(path: Path) -> Questionnaire:
    """Raises QuestionnaireError."""
    try:
        return read_questionnaire(json.loads(path.read_text(encoding="utf-8")), file=path.name)
    except ValueError as error:
        raise QuestionnaireError(f"{path.name} is not JSON: {error}.") from error


def read_questionnaire(data: Mapping[str, Any], *, file: str) -> Questionnaire:
    """A checked questionnaire from its JSON. Raises QuestionnaireError that names `file` and the question."""
    try:
        questionnaire = Questionnaire(
            version=data["schema_version"],
            intro=data.get("intro", ""),
            levels=tuple(data["levels"]),
            treatments=tuple(data["treatments"]),
            screens=tuple(
                Screen(screen["id"], screen["title"], tuple(_field(field) for field in screen["fields"]))
                for screen in data["screens"]
            ),
            asked_again=tuple(data.get("asked_again", ())),
            content=json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        )
    except (KeyError, TypeError) as error:
        raise QuestionnaireError(f"{file} is incomplete: {error}.") from error
    _check_fields(questionnaire.fields, file)
    unknown = set(questionnaire.asked_again) - {screen.id for screen in questionnaire.screens}
    if unknown:
        raise QuestionnaireError(f"{file}: “{min(unknown)}” is asked again, and is not a screen.")
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
        show_if=_show_if(data.get("show_if", {})),
        min=data.get("min"),
        max=data.get("max"),
        max_length=data.get("max_length"),
        must_be=data.get("must_be"),
        unit=data.get("unit", ""),
        tick=data.get("tick", ""),
        ask=data.get("ask", ""),
    )


def _show_if(data: Mapping[str, Any]) -> ShowIf:
    """Raises TypeError for a part that is neither `all` nor `any`: nobody would look at it."""
    if not set(data) <= {"all", "any"}:
        raise TypeError(f"show_if with {', '.join(sorted(data))}")
    parts = {name: tuple(Needed(one["key"], one["op"], one["value"]) for one in data[name]) for name in data}
    return ShowIf(**parts)


def _check_fields(fields: tuple[Field, ...], file: str) -> None:
    earlier: dict[str, Field] = {}
    for field in fields:
        fault = _fault(field, earlier)
        if fault:
            raise QuestionnaireError(f"{file}, question {field.key}: {fault}.")
        earlier[field.key] = field


def _fault(field: Field, earlier: Mapping[str, Field]) -> str | None:
    return _own_fault(field, earlier) or next(
        filter(None, (_show_if_fault(entry, earlier) for entry in field.show_if.entries)), None
    )


def _own_fault(field: Field, earlier: Mapping[str, Field]) -> str | None:  # noqa: PLR0911 - a line a fault
    if field.key in earlier:
        return "the key stands twice"
    if field.ask not in ("", FOR_A_SUGGESTION, AFTER_BOOKING) or (field.ask and field.required):
        return "who it is asked of is not known, or it is required"
    if field.type not in TYPES:
        return f"“{field.type}” is not a type"
    if (field.type in ("single", "multi")) != bool(field.choices):
        return "choices belong to single and multi, and to nothing else"
    if len(set(field.values)) < len(field.values):
        return "a choice stands twice"
    if not set(field.exclusive) <= set(field.values):
        return "an exclusive answer is not among the choices"
    return None


def _show_if_fault(entry: Needed, earlier: Mapping[str, Field]) -> str | None:
    """A typing error here would hide a question for ever, so it must not get past the start."""
    source = earlier.get(entry.key)
    if source is None:
        return f"it depends on “{entry.key}”, which is not asked before it"
    if source.type not in OPERATORS.get(entry.op, ()):
        return f"“{entry.op}” can't be asked of “{entry.key}”"
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    unknown = [value for value in values if source.choices and value not in source.values]
    return f"“{unknown[0]}” is not an answer to “{entry.key}”" if unknown else None
