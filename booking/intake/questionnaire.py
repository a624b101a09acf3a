"""The questions of the safety intake: read from intake_schema.json, and answers checked against them. Pure."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

SCHEMA_PATH = Path(__file__).parent / "rulebook" / "intake_schema.json"
# What the question on duration says: 1 day = 24 h, 1 week = 168 h, 1 month = 732 h, 1 year = 8784 h.
HOURS_PER_UNIT = {"hours": 1, "days": 24, "weeks": 168, "months": 732, "years": 8784}
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


@dataclass(frozen=True)
class Page:
    """Questions that the web asks together. What a question depends on is on the same page or on an earlier one."""

    id: str
    title: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices that stand together in a long list; `is_alternative` ones come last, under the word "or"."""

    heading: str
    choices: tuple[Choice, ...]
    is_alternative: bool = False


class _Wrong(Exception):
    """An answer that can't be right."""


# Consent first, the urgent screen second; the rest as the screens of the schema follow each other.
PAGES = (
    Page(
        "about_you",
        "About you",
        (
            "consent_health_data",
            "consent_not_diagnosis",
            "age_years",
            "guardian_consent",
            "pregnancy",
            "pregnancy_warning_signs",
        ),
    ),
    Page("urgent", "Urgent checks", ("emergency_symptoms", "nerve_symptoms", "nerve_course")),
    Page(
        "reason",
        "Why you are coming",
        (
            "complaint_type",
            "sites",
            "onset",
            "injury_mechanism",
            "immediate_severe_pain",
            "duration_hours",
            "pattern",
            "severity",
            "pain_quality",
            "pain_spread",
            "movement_limit",
        ),
    ),
    Page("general", "How you are now", ("general_symptoms", "leg_symptoms", "head_symptoms")),
    Page(
        "health",
        "Your health",
        ("conditions", "condition_status", "medications", "med_related", "recent_events", "skin_local"),
    ),
    Page(
        "habits",
        "Massage so far and daily habits",
        (
            "massage_response",
            "sessions_count",
            "doctor_review",
            "factors",
            "preferred_treatment",
            "other_concern",
        ),
    ),
)
# Small headings for the long lists. Choices that are in no group come first, without a heading.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "emergency_symptoms": {
        "Bladder, bowel and legs": ("bladder_bowel_change", "saddle_numbness", "both_legs_weak_numb"),
        "Chest and breathing": ("chest_pain_pressure", "sudden_breathless", "coughing_blood"),
        "Head, face and neck": (
            "face_arm_speech",
            "vision_speech_swallow_balance",
            "thunderclap_headache",
            "fever_stiff_neck_confusion",
        ),
        "Tummy and fainting": ("tearing_or_pulsing_belly", "fainting_collapse"),
    },
    "conditions": {
        "Hormones, metabolism and minerals": (
            "diabetes",
            "thyroid_disorder",
            "pcos",
            "menopause_symptoms",
            "other_hormone_metabolic",
            "mineral_deficiency",
        ),
        "Nerves and brain": ("multiple_sclerosis", "stroke_or_tia", "other_neurological", "nerve_damage"),
        "Back, joints, bones and muscles": (
            "disc_or_pinched_nerve",
            "spinal_curve",
            "osteoarthritis",
            "inflammatory_arthritis",
            "osteoporosis",
            "fibromyalgia",
        ),
        "Heart, blood and circulation": (
            "clot_recent_6m",
            "clot_past",
            "bleeding_disorder",
            "heart_condition",
            "high_blood_pressure",
        ),
        "Cancer, immune system and organs": (
            "cancer_active",
            "cancer_past",
            "lupus",
            "immune_suppressed",
            "kidney_or_liver_disease",
        ),
    },
}
# Not a sign like the others, and yet it may be chosen together with them.
ALTERNATIVES = {"emergency_symptoms": ("unsure",)}


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


def group_choices(field: Field) -> tuple[ChoiceGroup, ...]:
    """The choices of a field as they stand on the page; all of them, each once."""
    by_value = {choice.value: choice for choice in field.choices}
    last = [value for value in field.values if value in (*ALTERNATIVES.get(field.key, ()), *field.exclusive)]
    grouped = GROUPS.get(field.key, {})
    taken = {value for values in grouped.values() for value in values}.union(last)
    groups = [
        ChoiceGroup("", tuple(choice for choice in field.choices if choice.value not in taken)),
        *(ChoiceGroup(heading, tuple(by_value[value] for value in values)) for heading, values in grouped.items()),
        ChoiceGroup("", tuple(by_value[value] for value in last), is_alternative=True),
    ]
    return tuple(group for group in groups if group.choices)


def duration_in_hours(number: Decimal, unit: str) -> Decimal:
    """Hours, exactly: nothing is rounded, however many digits were written. Raises KeyError for an unknown unit."""
    wide_enough = Context(prec=len(number.as_tuple().digits) + 4)
    return wide_enough.multiply(number, Decimal(HOURS_PER_UNIT[unit]))


# --- Reading ---------------------------------------------------------------------------------------------------------


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


# --- Checking --------------------------------------------------------------------------------------------------------


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
        raise _Wrong(f"Choose either the lines that are true or “{field.label_of(alone)}”, not both.")
    return chosen


def _text(field: Field, answer: Any) -> str:
    if not isinstance(answer, str):
        raise _Wrong("Write your answer in words.")
    if field.max_length is not None and len(answer) > field.max_length:
        raise _Wrong(f"Write at most {field.max_length} characters.")
    return answer
