"""Promise 14: a worse answer never gives a lighter result. The plan names three exceptions, and no others are found."""

import random
from dataclasses import replace

import pytest

from booking.rules.expressions import parse
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import triage
from tests.booking.rules.answers import complete
from tests.booking.rules.monotone import (
    Pair,
    exception_of,
    judge,
    random_steps,
    search,
    steps_of_cases,
    take,
    worse_answers,
)

FALL = {"complaint_type": "pain", "sites": ["neck"], "onset": "impact", "injury_force": "high"}


def test_no_step_of_a_thousand_clients_gives_a_lighter_result() -> None:
    tried, _allowed, faults = search(random_steps(clients=1000, seed=1))

    assert (tried, faults) == (1000, [])


def test_no_step_of_the_stored_cases_gives_a_lighter_result() -> None:
    steps = random.Random(1).sample(steps_of_cases(seed=1), 800)

    tried, _allowed, faults = search(steps)

    assert (tried, faults) == (800, [])


@pytest.mark.prove
def test_no_step_of_any_stored_case_and_of_a_hundred_thousand_clients_gives_a_lighter_result() -> None:
    cases = search(steps_of_cases(seed=2))
    clients = search(random_steps(clients=100_000, seed=2))

    assert (cases[2], clients[2]) == ([], [])
    assert set(cases[1]) | set(clients[1]) == {
        "a note is to be looked at",
        "very bad at once counts for 3 days",
        "time that passes is healing",
    }


@pytest.mark.parametrize(
    ("changes", "key", "worse", "name"),
    [
        (
            {"onset": "lift_or_twist", "severity": "severe", "doctor_review": "cleared"},
            "doctor_review",
            "seen",
            "a note is to be looked at",
        ),
        ({"onset": "lift_or_twist"}, "duration", "up_to_1_week", "time that passes is healing"),
        (FALL | {"immediate_severe_pain": True}, "duration", "up_to_1_week", "very bad at once counts for 3 days"),
    ],
)
def test_the_exceptions_are_those_that_the_plan_names(
    changes: dict[str, object], key: str, worse: object, name: str
) -> None:
    pair = judge(take(complete(changes), key, worse, random.Random(1)))

    assert (pair.is_lighter, exception_of(pair)) == (True, name)


def test_every_list_and_scale_is_stepped() -> None:
    """A step of every question that has a better and a worse answer, somewhere among the stored cases."""
    stepped = {step.key for step in steps_of_cases(seed=1)}
    stages = {"consent", "age_years", "complaint_type", "pregnancy_stage", "other_concern", "feel", "factors"}

    assert {field.key for field in load_rulebook().questionnaire.fields} - stages - stepped == set()


def test_a_rule_that_lets_go_too_early_is_found() -> None:
    """The negative control: pain that no longer counts once it is very bad."""
    book = load_rulebook()
    text = "PROBLEM and severity == 'severe'"
    rules = tuple(
        replace(rule, text=text, condition=parse(text)) if rule.id == "ca-severe-now" else rule for rule in book.rules
    )
    spoilt = replace(book, rules=rules)
    before = complete({"complaint_type": "tension_or_stiffness", "severity": "severe"})
    step = take(before, "severity", "very_severe", random.Random(1))

    pair = Pair(step, triage(step.before, spoilt), triage(step.after, spoilt))

    assert ("severity", "very_severe") in worse_answers(before)
    assert (pair.is_lighter, exception_of(pair)) == (True, "")
