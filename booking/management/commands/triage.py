import json
import sys
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.intake.rules import load_rulebook
from booking.intake.triage import Outcome, triage


class Command(BaseCommand):
    help = "Reads a JSON list of intake answers on stdin and prints what the rulebook says of each. Stores nothing."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        rulebook = load_rulebook()
        answers = [triage(item, rulebook) if isinstance(item, dict) else None for item in read_list()]
        self.stdout.write(json.dumps([as_json(outcome) for outcome in answers], ensure_ascii=False, indent=1))


def read_list() -> list[Any]:
    """The list on stdin; fractions stay exact. Raises CommandError."""
    try:
        items = json.load(sys.stdin, parse_float=Decimal)
    except ValueError as error:
        raise CommandError(f"The input is not JSON: {error}") from error
    if not isinstance(items, list):
        raise CommandError("The input is not a list of answers.")
    return items


def as_json(outcome: Outcome | None) -> dict[str, Any]:
    """The contract of the command; None stands for something that is not an object of answers."""
    if outcome is None:
        outcome = Outcome(level=None)
        errors = ["These are not answers: an object with the keys of the questionnaire is needed."]
    else:
        errors = [f"{error.key}: {error.sentence}" for error in outcome.errors]
    return {
        "level": outcome.level.name if outcome.level is not None else None,
        "rules": [rule.id for rule in outcome.fired],
        "excluded_treatments": list(outcome.excluded),
        "conditions": list(outcome.conditions),
        "errors": errors,
    }
