import json
import sys
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.management import print_to_the_end
from booking.rules.answers import AnswerError
from booking.rules.rulebook import Rulebook, RulebookError, load_rulebook
from booking.rules.triage import Outcome, triage

# More digits than any answer can have; Python refuses to read longer ones as an int.
LONGEST_INT = 4000


class AskedTwice(dict[str, Any]):
    """An object with the same key twice: which of the answers is meant can't be known."""


class Command(BaseCommand):
    help = "Reads a JSON list of intake answers on stdin and prints what the rulebook says of each. Stores nothing."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rulebook = load_rulebook()
        except RulebookError as error:
            raise CommandError(str(error)) from error
        outcomes = [as_json(decide(item, rulebook)) for item in read_list()]
        print_to_the_end(self, json.dumps(outcomes, indent=1))


def read_list() -> list[Any]:
    """The list on stdin; fractions stay exact. Raises CommandError."""
    try:
        items = json.load(sys.stdin, parse_float=_number, parse_int=_number, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"The input is not JSON: {error}") from error
    if not isinstance(items, list):
        raise CommandError("The input is not a list of answers.")
    return items


def decide(item: Any, rulebook: Rulebook) -> Outcome:
    """The outcome of one element of the list. Anything but a set of answers has errors and no level."""
    if not isinstance(item, dict):
        return _refused("These are not answers: an object with the keys of the questionnaire is needed.")
    if isinstance(item, AskedTwice):
        return _refused("A question is answered twice.")
    return triage(item, rulebook)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The contract of the command. The sentence of an error begins with the key that it is about."""
    return {
        "level": outcome.level,
        "rules": [rule.id for rule in outcome.fired],
        "excluded_treatments": list(outcome.excluded),
        "conditions": list(outcome.conditions),
        "errors": [f"{error.key}: {error.sentence}" if error.key else error.sentence for error in outcome.errors],
    }


def _refused(sentence: str) -> Outcome:
    return Outcome(level=None, errors=(AnswerError("", sentence),))


def _number(text: str) -> int | Decimal:
    """Exactly what is written. A number too large to hold is read as infinite, so that only its own answer is wrong."""
    if text.lstrip("-").isdecimal() and len(text) <= LONGEST_INT:
        return int(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    answers = dict(pairs)
    return answers if len(answers) == len(pairs) else AskedTwice(answers)
