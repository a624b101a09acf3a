"""The rulebook: read from the rules.json of each version, checked strictly, and named by the hash of what it says. Pure."""

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booking.rules.conditions import HOLDS
from booking.rules.expressions import (
    Compare,
    CompareCount,
    Compiled,
    Count,
    Expression,
    ExpressionError,
    Has,
    Named,
    Not,
    OneOf,
    compiled,
    names_used,
    parse,
    parts,
)
from booking.rules.levels import Level
from booking.rules.questionnaire import (
    FOLDER,
    IN_FORCE,
    VERSIONS,
    Field,
    Questionnaire,
    QuestionnaireError,
    load_questionnaire,
)

URGENCIES = ("now", "same_day", "soon")
ORDERED = frozenset({"<", "<=", ">", ">="})
# What an entry has to say, and what it may say besides.
RULE_KEYS = {"id": str, "level": str, "cond": str, "excl": list, "client": str, "staff": str, "src": str}
RULE_EXTRAS = {"avoid": str, "hold": str, "urgency": str}
NAMED_KEYS = {"name": str, "when": str, "means": str}
MAY_BE_EMPTY = {"excl", "staff", *RULE_EXTRAS}


class RulebookError(Exception):
    """The rulebook can't be used. The sentence names the file and the rule."""


@dataclass(frozen=True)
class Rule:
    """One line of the rulebook. `client` is the reason for the client, `staff` the note for staff.

    `hold` is one of HOLDS or empty, `urgency` one of URGENCIES or empty.
    """

    id: str
    level: Level
    text: str
    condition: Expression
    excluded: tuple[str, ...]
    avoid: tuple[str, ...]
    hold: str
    client: str
    staff: str
    source: str
    urgency: str


@dataclass(frozen=True)
class NamedExpression:
    name: str
    text: str
    condition: Expression
    meaning: str


@dataclass(frozen=True)
class Rulebook:
    """`version` is the SHA-256 of the rules, the named conditions and the questions; white space does not matter."""

    rules: tuple[Rule, ...]
    named: tuple[NamedExpression, ...]
    questionnaire: Questionnaire
    version: str

    @functools.cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @functools.cached_property
    def regions(self) -> dict[str, str]:
        """The regions of the body that rules name: their keys, by which decisions store them, and their words."""
        return {region_key(words): words for rule in self.rules for words in rule.avoid}

    def is_liftable(self, rule: Rule) -> bool:
        """Whether a doctor's agreement turns this rule off."""
        return any(isinstance(part, Not) and self._asks_for_clearance(part.item) for part in parts(rule.condition))

    def _asks_for_clearance(self, condition: Expression) -> bool:
        built_on = [self.conditions_by_name[name] for name in names_used(condition)]
        cleared = Compare("doctor_review", "==", "cleared")
        return cleared in parts(condition) or any(map(self._asks_for_clearance, built_on))

    @functools.cached_property
    def conditions_by_name(self) -> dict[str, Expression]:
        return {named.name: named.condition for named in self.named}

    @functools.cached_property
    def compiled_names(self) -> dict[str, Compiled]:
        return {
            name: compiled(condition, self.conditions_by_name) for name, condition in self.conditions_by_name.items()
        }

    @functools.cached_property
    def compiled_rules(self) -> tuple[tuple[Rule, Compiled], ...]:
        """Each rule with what asks its condition."""
        return tuple((rule, compiled(rule.condition, self.conditions_by_name)) for rule in self.rules)


def load_rulebook(version: str = IN_FORCE) -> Rulebook:
    """The rulebook in force, or that of an earlier questionnaire. Raises RulebookError."""
    return _load(version)


def find_rulebook(version: str) -> Rulebook | None:
    """The rulebook with this hash, where this software ships it. Raises RulebookError for a broken file."""
    return next((one for one in map(load_rulebook, reversed(VERSIONS)) if one.version == version), None)


@functools.cache
def _load(version: str) -> Rulebook:
    try:
        return read_rulebook_file(FOLDER / version / "rules.json", questionnaire=load_questionnaire(version))
    except QuestionnaireError as error:
        raise RulebookError(str(error)) from error


def read_rulebook_file(path: Path, *, questionnaire: Questionnaire | None = None) -> Rulebook:
    """Raises RulebookError."""
    try:
        return read_rulebook(json.loads(path.read_text(encoding="utf-8")), file=path.name, questionnaire=questionnaire)
    except ValueError as error:
        raise RulebookError(f"{path.name} is not JSON: {error}.") from error


def read_rulebook(data: Any, *, file: str, questionnaire: Questionnaire | None = None) -> Rulebook:
    """A checked rulebook from its JSON. Raises RulebookError that names `file` and the rule."""
    questionnaire = questionnaire or load_questionnaire()
    shape = {key: type(value) for key, value in data.items()} if isinstance(data, dict) else {}
    if shape != {"derived": list, "rules": list}:
        raise RulebookError(f"{file}: an object with the lists “derived” and “rules” is needed.")
    rulebook = Rulebook(
        rules=tuple(_rule(entry, file) for entry in data["rules"]),
        named=tuple(_named(entry, file) for entry in data["derived"]),
        questionnaire=questionnaire,
        version=_version(data, questionnaire),
    )
    _check(rulebook, file)
    return rulebook


def _version(data: Mapping[str, Any], questionnaire: Questionnaire) -> str:
    rules = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"[{rules},{questionnaire.content}]".encode()).hexdigest()


def region_key(words: str) -> str:
    """ "legs (deep pressure)" → "legs_deep_pressure"."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


# --- Reading ---------------------------------------------------------------------------------------------------------


def _named(entry: Any, file: str) -> NamedExpression:
    where = _where(entry, file, "name")
    _check_entry(entry, NAMED_KEYS, {}, where)
    return NamedExpression(entry["name"], entry["when"], _parse(entry["when"], where), entry["means"])


def _rule(entry: Any, file: str) -> Rule:
    where = _where(entry, file, "id")
    _check_entry(entry, RULE_KEYS, RULE_EXTRAS, where)
    if entry["level"] not in set(Level):
        raise RulebookError(f"{where}: “{entry['level']}” is not a level.")
    return Rule(
        id=entry["id"],
        level=Level(entry["level"]),
        text=entry["cond"],
        condition=_parse(entry["cond"], where),
        excluded=tuple(entry["excl"]),
        avoid=tuple(part.strip() for part in entry.get("avoid", "").split(";") if part.strip()),
        hold=entry.get("hold", ""),
        client=entry["client"],
        staff=entry["staff"],
        source=entry["src"],
        urgency=entry.get("urgency", ""),
    )


def _where(entry: Any, file: str, key: str) -> str:
    kind = "rule" if key == "id" else "name"
    return f"{file}, {kind} {entry.get(key)}" if isinstance(entry, dict) else f"{file}, {kind} {entry!r}"


def _check_entry(entry: Any, needed: Mapping[str, type], extras: Mapping[str, type], where: str) -> None:
    if not isinstance(entry, dict):
        raise RulebookError(f"{where}: it is not an object.")
    known = {**needed, **extras}
    for key in entry:
        if key not in known:
            raise RulebookError(f"{where}: “{key}” is not a part of it.")
    for key, kind in known.items():
        value = entry.get(key, None if key in needed else kind())
        if not isinstance(value, kind) or (not value and key not in MAY_BE_EMPTY):
            raise RulebookError(f"{where}: “{key}” is missing or has the wrong type.")


def _parse(text: str, where: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError as error:
        raise RulebookError(f"{where}: {error}.") from error


# --- Checking --------------------------------------------------------------------------------------------------------


def _check(rulebook: Rulebook, file: str) -> None:
    if rulebook.questionnaire.levels != tuple(Level):
        raise RulebookError(f"{file}: the levels are not those of the questionnaire.")
    # Each name may build on those before it only, so there are no circles.
    earlier: dict[str, Expression] = {}
    for entry in rulebook.named:
        where = f"{file}, name {entry.name}"
        if not entry.name.isupper() or entry.name in earlier:
            raise RulebookError(f"{where}: a name is in capitals and stands once.")
        _check_condition(entry.condition, rulebook.questionnaire, earlier, where, may_count=True)
        earlier[entry.name] = entry.condition
    seen: set[str] = set()
    for rule in rulebook.rules:
        where = f"{file}, rule {rule.id}"
        if rule.id in seen:
            raise RulebookError(f"{where}: the id stands twice.")
        seen.add(rule.id)
        _check_consequences(rule, rulebook.questionnaire.treatments, where)
        _check_condition(rule.condition, rulebook.questionnaire, earlier, where)


def _check_consequences(rule: Rule, treatments: tuple[str, ...], where: str) -> None:
    for treatment in rule.excluded:
        if treatment not in treatments:
            raise RulebookError(f"{where}: “{treatment}” is not a treatment.")
    if rule.hold not in ("", *HOLDS):
        raise RulebookError(f"{where}: “{rule.hold}” is not something to settle first.")
    if rule.urgency not in ("", *URGENCIES) or (not rule.level.is_bookable and not rule.urgency):
        raise RulebookError(f"{where}: how soon is missing, or is none of {', '.join(URGENCIES)}.")
    if not rule.level.is_bookable and set(rule.excluded) != set(treatments):
        raise RulebookError(f"{where}: it must exclude every treatment.")
    if rule.level is Level.CLEAR and (rule.excluded or rule.avoid or rule.hold):
        raise RulebookError(f"{where}: advice restricts nothing.")


def _check_condition(
    condition: Expression,
    questionnaire: Questionnaire,
    names: Mapping[str, Expression],
    where: str,
    *,
    may_count: bool = False,
) -> None:
    for name in sorted(names_used(condition)):
        if name not in names:
            raise RulebookError(f"{where}: “{name}” is not defined before it is used.")
    for part in parts(condition):
        fault = _count_fault(part, names, may_count=may_count and part is condition) or _fault(part, questionnaire)
        if fault:
            raise RulebookError(f"{where}: {fault}.")


def _count_fault(part: Expression, names: Mapping[str, Expression], *, may_count: bool) -> str | None:
    """A count is a number, everything else is true or false; one must not stand for the other."""
    match part:
        case Count() if not may_count:
            return "a count has to be compared with a number"
        case Named(name) if isinstance(names[name], Count):
            return f"“{name}” is a count and has to be compared with a number"
        case CompareCount(Named(name)) if not isinstance(names[name], Count):
            return f"“{name}” is not a count"
    return None


def _fault(part: Expression, questionnaire: Questionnaire) -> str | None:
    match part:
        case Has(key, choices):
            return _answers_fault(key, choices, {"multi"}, questionnaire)
        case Compare(key, op, value):
            kinds = {"integer", "number"} if op in ORDERED else {"integer", "number", "boolean", "single"}
            return _answers_fault(key, (value,), kinds, questionnaire)
        case OneOf(key, values):
            return _answers_fault(key, values, {"integer", "number", "single"}, questionnaire)
    return None


def _answers_fault(
    key: str, values: tuple[int | str | bool, ...], kinds: set[str], questionnaire: Questionnaire
) -> str | None:
    field = questionnaire.by_key.get(key)
    if field is None:
        return f"“{key}” is not a question"
    if field.type not in kinds:
        return f"“{key}” can't be asked this way"
    unfit = [value for value in values if not _can_be_answered(field, value)]
    return f"“{unfit[0]}” is not an answer to “{key}”" if unfit else None


def _can_be_answered(field: Field, value: int | str | bool) -> bool:
    if field.choices:
        return value in field.values
    if field.type == "boolean":
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)
