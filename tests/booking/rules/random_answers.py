"""Random complete answers to either version, fast enough for hundreds of thousands of them."""

import random
from decimal import Decimal
from typing import Any

from booking.rules.questionnaire import Field, Questionnaire

# The limits of the rules of both versions, and what lies beside them.
AGES = (0, 15, 16, 17, 18, 19, 20, 44, 45, 49, 50, 64, 65, 74, 75, 120)
HOURS = (0, 6, 24, 72, 168, 336, 504, 2196, 4392, 8784, 876000)
SESSIONS = (1, 2, 3, 4, 5, 200)


def random_answers(chance: random.Random, questionnaire: Questionnaire, *, calm: float = 0.6) -> dict[str, Any]:
    """A client who has nothing to report for `calm` of the lists (a share), and little more otherwise."""
    answers: dict[str, Any] = {}
    for field in questionnaire.fields:
        if field.is_visible(answers) and (field.required or chance.random() < 0.5):
            answers[field.key] = random_answer(chance, field, calm=calm)
    return answers


def random_answer(chance: random.Random, field: Field, *, calm: float = 0.6) -> Any:
    match field.type:
        case "integer" | "number":
            return _number(chance, field)
        case "boolean":
            return field.must_be if field.must_be is not None else chance.random() < 0.5
        case "single":
            return chance.choice(field.values)
        case "multi":
            lines = [value for value in field.values if value not in field.exclusive]
            if field.exclusive and chance.random() < calm:
                return [field.exclusive[0]]
            chosen = chance.sample(lines, chance.choice((1, 1, 1, 2, 3)) if len(lines) > 2 else 1)
            return [value for value in field.values if value in chosen]
        case _:
            return chance.choice(("", "I also have a cold."))


def _number(chance: random.Random, field: Field) -> int | Decimal:
    if field.key == "age_years":
        return chance.choice(AGES)
    if field.key == "duration_hours":
        near = chance.choice(HOURS) + chance.choice((Decimal("-0.1"), Decimal(0), Decimal("0.1")))
        return min(max(near, Decimal(0)), Decimal(876000))
    if field.key == "sessions_count":
        return chance.choice(SESSIONS)
    return chance.randint(field.min or 0, field.max or 10)
