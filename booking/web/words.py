"""Facts in a client's words: lists, counts, answers. Times come from `booking.when`, prices from `booking.prices`."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.intake.answers import HOURS_PER_UNIT
from booking.intake.questionnaire import Field


def join_words(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def count_times(count: int) -> str:
    """ "1 time", "7 times"."""
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}


def telephone_href(phone: str) -> str:
    """What a telephone is to dial; empty where `phone` has no digits."""
    dialled = re.sub(r"[^0-9+]", "", phone)
    return f"tel:{dialled}" if dialled.strip("+") else ""


def split_hours(hours: int | Decimal) -> tuple[str, str]:
    """A number and the largest unit in which it is whole: 504 → ("3", "weeks")."""
    for unit in ("years", "months", "weeks", "days"):
        if hours and hours % HOURS_PER_UNIT[unit] == 0:
            return str(int(hours // HOURS_PER_UNIT[unit])), unit
    return f"{Decimal(hours).normalize():f}", "hours"


def duration_units() -> dict[str, str]:
    """The units in which a duration can be given, in a client's words."""
    return {"hours": _("hours"), "days": _("days"), "weeks": _("weeks"), "months": _("months"), "years": _("years")}


def format_answer(field: Field, answer: Any) -> str:
    """An answer as the client saw it on the page."""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        return (
            join_words([f"“{field.label_of(value)}”" for value in answer]) if len(answer) > 1 else _only(field, answer)
        )
    if field.key == "duration_hours":
        number, unit = split_hours(answer)
        return f"{number} {duration_units()[unit]}"
    return field.label_of(answer) if field.choices else str(answer)


def _only(field: Field, answer: list[str]) -> str:
    return "".join(field.label_of(value) for value in answer)
