"""The rulebook: read from rules.json, checked strictly, and named by the hash of what it says. Pure."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from booking.intake.conditions import (
    Condition,
    ConditionError,
    Count,
    keys_and_values,
    names_used,
    parse,
)
from booking.intake.questionnaire import SCHEMA_PATH, Questionnaire, load_questionnaire

RULES_PATH = Path(__file__).parent / "rulebook" / "rules.json"
URGENCIES = ("now", "same_day", "soon")
ORDERED = frozenset({"<", "<=", ">", ">="})


class Level(IntEnum):
    CLEAR = 0
    CAUTION = 1
    PHYSICIAN = 2
    EMERGENCY = 3


class RulebookError(Exception):
    """The rulebook can't be used. The sentence names the file and the rule."""


@dataclass(frozen=True)
class Rule:
    """One line of the rulebook. `client` is the reason for the client, `staff` the note for staff."""

    id: str
    level: Level
    text: str
    condition: Condition
    excluded: tuple[str, ...]
    avoid: tuple[str, ...]
    hold: str
    client: str
    staff: str
    source: str
    urgency: str


@dataclass(frozen=True)
class NamedCondition:
    name: str
    text: str
    condition: Condition
    meaning: str


@dataclass(frozen=True)
class Rulebook:
    """`version` is the SHA-256 of the rules, the named conditions and the questions; white space does not matter."""

    rules: tuple[Rule, ...]
    named: tuple[NamedCondition, ...]
    questionnaire: Questionnaire
    version: str

    @property
    def conditions_by_name(self) -> dict[str, Condition]:
        return {named.name: named.condition for named in self.named}


@functools.cache
def load_rulebook(path: Path = RULES_PATH) -> Rulebook:
    """The rulebook in force. Raises RulebookError."""
    return read_rulebook(json.loads(path.read_text(encoding="utf-8")), file=path.name)


def read_rulebook(data: Mapping[str, Any], *, file: str, questionnaire: Questionnaire | None = None) -> Rulebook:
    """A checked rulebook from its JSON. Raises RulebookError that names `file` and the rule."""
    questionnaire = questionnaire or load_questionnaire()
    named = tuple(_named(entry, file) for entry in data["derived"])
    rules = tuple(_rule(entry, file) for entry in data["rules"])
    rulebook = Rulebook(rules, named, questionnaire, _version(data))
    _check(rulebook, file)
    return rulebook


def _version(data: Mapping[str, Any]) -> str:
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    text = json.dumps([data, schema], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _named(entry: Mapping[str, Any], file: str) -> NamedCondition:
    return NamedCondition(entry["name"], entry["when"], _parse(entry["when"], file, entry["name"]), entry["means"])


def _rule(entry: Mapping[str, Any], file: str) -> Rule:
    where = str(entry.get("id"))
    missing = [key for key in ("id", "level", "cond", "client", "src") if not entry.get(key)]
    if missing:
        raise RulebookError(f"{file}, rule {where}: {missing[0]} is missing.")
    if entry["level"] not in Level.__members__:
        raise RulebookError(f"{file}, rule {where}: “{entry['level']}” is not a level.")
    return Rule(
        id=entry["id"],
        level=Level[entry["level"]],
        text=entry["cond"],
        condition=_parse(entry["cond"], file, where),
        excluded=tuple(entry.get("excl", ())),
        avoid=tuple(part.strip() for part in entry.get("avoid", "").split(";") if part.strip()),
        hold=entry.get("hold", ""),
        client=entry["client"],
        staff=entry.get("staff", ""),
        source=entry["src"],
        urgency=entry.get("urgency", ""),
    )


def _parse(text: str, file: str, where: str) -> Condition:
    try:
        return parse(text)
    except ConditionError as error:
        raise RulebookError(f"{file}, rule {where}: {error}.") from error


def _check(rulebook: Rulebook, file: str) -> None:
    seen: set[str] = set()
    for rule in rulebook.rules:
        if rule.id in seen:
            raise RulebookError(f"{file}, rule {rule.id}: the id stands twice.")
        seen.add(rule.id)
        _check_rule(rule, rulebook, file)
    earlier: set[str] = set()
    for entry in rulebook.named:
        # Each may build on those before it only, so there are no circles.
        _check_condition(entry.condition, rulebook.questionnaire, earlier, f"{file}, name {entry.name}")
        earlier.add(entry.name)


def _check_rule(rule: Rule, rulebook: Rulebook, file: str) -> None:
    where = f"{file}, rule {rule.id}"
    names = {entry.name for entry in rulebook.named}
    for treatment in rule.excluded:
        if treatment not in rulebook.questionnaire.treatments:
            raise RulebookError(f"{where}: “{treatment}” is not a treatment.")
    if rule.level >= Level.PHYSICIAN and rule.urgency not in URGENCIES:
        raise RulebookError(f"{where}: how soon is missing.")
    if rule.level >= Level.PHYSICIAN and set(rule.excluded) != set(rulebook.questionnaire.treatments):
        raise RulebookError(f"{where}: it must exclude every treatment.")
    if isinstance(rule.condition, Count):
        raise RulebookError(f"{where}: a count has to be compared with a number.")
    _check_condition(rule.condition, rulebook.questionnaire, names, where)


def _check_condition(condition: Condition, questionnaire: Questionnaire, names: set[str], where: str) -> None:
    for name in names_used(condition):
        if name not in names:
            raise RulebookError(f"{where}: “{name}” is not defined.")
    fields = {field.key: field for field in questionnaire.fields}
    for key, values, kind in keys_and_values(condition):
        if key not in fields:
            raise RulebookError(f"{where}: “{key}” is not a question.")
        field = fields[key]
        if (kind == "has") != (field.type == "multi"):
            raise RulebookError(f"{where}: “{key}” can't be asked this way.")
        if kind in ORDERED and field.type not in ("integer", "number"):
            raise RulebookError(f"{where}: “{key}” has no order.")
        for value in values:
            _check_value(value, field.type, field.values, key, where)


def _check_value(value: object, kind: str, choices: tuple[str, ...], key: str, where: str) -> None:
    fits = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "single": value in choices,
        "multi": value in choices,
    }
    if not fits.get(kind, False):
        raise RulebookError(f"{where}: “{value}” is not an answer to “{key}”.")
