"""Answers in words, the same for clients, staff and physicians: in the words of the version that was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.rules.questionnaire import Field, load_questionnaire
from booking.wording.lists import join_words
from services.blanks import is_blank

# Version 1 asked for hours, and its question said: 1 day = 24 h, 1 week = 168 h, 1 month = 732 h, 1 year = 8784 h.
HOURS_PER_UNIT = {"years": 8784, "months": 732, "weeks": 168, "days": 24, "hours": 1}
# Numbers whose unit the schema names in a way that nobody says, or not at all.
UNITS = {"severity": "of 10", "sessions_count": "massages"}


@dataclass(frozen=True)
class Answered:
    """A question with its answer, both as the client saw them."""

    key: str
    question: str
    answer: str


def answers_in_words(
    answers: Mapping[str, Any], *, version: str, without: Mapping[str, Any] | None = None
) -> tuple[Answered, ...]:
    """Everything that was answered, in the order of the questions; `without` what is told elsewhere.

    Left out are agreements, and lists from which nothing was chosen ("None of these"): no rule asks for either.
    """
    left = _left_of(answers, without or {})
    return tuple(
        Answered(field.key, field.label, answer_in_words(field, left[field.key]))
        for field in load_questionnaire(version).fields
        if _says_something(field, left.get(field.key))
    )


def some_in_words(answers: Mapping[str, Any], *, version: str) -> tuple[Answered, ...]:
    """These answers in their own order; of a list those choices that are given."""
    fields = load_questionnaire(version).by_key
    return tuple(
        Answered(key, fields[key].label, answer_in_words(fields[key], answer))
        for key, answer in answers.items()
        if key in fields
    )


def answer_in_words(field: Field, answer: Any) -> str:
    """One answer, with its unit where it is a number: "2 weeks", "4 of 10", "38 years"."""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        labels = [field.label_of(str(value)) for value in answer]
        return join_words([f"“{label}”" for label in labels]) if len(labels) > 1 else "".join(labels)
    if isinstance(answer, int | Decimal) and not field.choices:
        return _number(field, answer)
    return field.label_of(str(answer))


def answers_behind(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers behind several rules as one set: of a list all choices that some rule counted."""
    merged: dict[str, Any] = {}
    for behind in found:
        for key, answer in behind.items():
            both = [*merged.get(key, []), *answer] if isinstance(answer, list) else answer
            merged[key] = list(dict.fromkeys(both)) if isinstance(both, list) else both
    return merged


def _left_of(answers: Mapping[str, Any], without: Mapping[str, Any]) -> dict[str, Any]:
    """Of a list that is told in part the rest; nothing of any other answer that is told."""
    left: dict[str, Any] = {}
    for key, answer in answers.items():
        if isinstance(answer, list):
            left[key] = [value for value in answer if value not in without.get(key, ())]
        elif key not in without:
            left[key] = answer
    return left


def _says_something(field: Field, answer: Any) -> bool:
    if answer is None or field.must_be is not None:
        return False
    if isinstance(answer, list):
        return not set(answer) <= set(field.exclusive)
    return not isinstance(answer, str) or not is_blank(answer)


def _number(field: Field, number: int | Decimal) -> str:
    unit = UNITS.get(field.key, field.unit)
    return _count(*_in_largest_unit(number)) if unit == "hours" else _count(number, unit)


def _in_largest_unit(hours: int | Decimal) -> tuple[int | Decimal, str]:
    """A number and the largest unit in which it is whole: 504 → (3, "weeks")."""
    if hours:
        for unit, length in HOURS_PER_UNIT.items():
            if hours % length == 0:
                return int(hours // length), unit
    return hours, "hours"


def _count(number: int | Decimal, unit: str) -> str:
    whole = int(number) if number == int(number) else 2  # a fraction is said in the plural
    words = {
        "hours": ngettext("%(number)s hour", "%(number)s hours", whole),
        "days": ngettext("%(number)s day", "%(number)s days", whole),
        "weeks": ngettext("%(number)s week", "%(number)s weeks", whole),
        "months": ngettext("%(number)s month", "%(number)s months", whole),
        "years": ngettext("%(number)s year", "%(number)s years", whole),
        "massages": ngettext("%(number)s massage", "%(number)s massages", whole),
        "of 10": _("%(number)s of 10"),
    }
    return words.get(unit, "%(number)s") % {"number": f"{Decimal(number).normalize():f}"}
