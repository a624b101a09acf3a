"""Every rule fires in one test and is silent in another, through complete answers. The cases are in rule_cases.py."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from booking.rules.expressions import Compare, CompareCount, Named, OneOf, evaluate, names_used, parts
from booking.rules.rulebook import Rulebook, load_rulebook
from booking.rules.triage import triage
from tests.booking.rules.answers import complete
from tests.booking.rules.mutants import cases_by_rule
from tests.booking.rules.rule_cases import NAMES, STARS

RULEBOOK = load_rulebook()
RULE_IDS = [rule.id for rule in RULEBOOK.rules]


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_the_rule_fires_where_it_should_and_nowhere_else(rule_id: str) -> None:
    cases = cases_by_rule()[rule_id]

    wrong = [
        case.changed
        for case in cases
        if (rule_id in {rule.id for rule in triage(case.answers, RULEBOOK).fired}) is not case.fires
    ]

    assert (wrong, {case.fires for case in cases}) == ([], {True, False})


def test_there_are_cases_for_every_rule_and_no_other() -> None:
    assert {star.rule for star in STARS} == set(RULE_IDS)


def test_a_name_that_no_rule_uses_holds_where_it_should_and_nowhere_else() -> None:
    cases = cases_by_rule()["NO_HEAT"]
    names = RULEBOOK.conditions_by_name

    wrong = [case.changed for case in cases if evaluate(names["NO_HEAT"], case.answers, names) is not case.fires]

    assert (wrong, {star.rule for star in NAMES}, {case.fires for case in cases}) == ([], {"NO_HEAT"}, {True, False})


def test_no_rule_fires_for_the_uncomplicated_client() -> None:
    assert triage(complete({}), RULEBOOK).fired == ()


def thresholds(rulebook: Rulebook) -> Iterator[tuple[str, str, int]]:
    """Every rule with each number that an answer is compared with in it, also by way of a name."""
    for rule in rulebook.rules:
        conditions = [rule.condition]
        for condition in conditions:
            conditions += [rulebook.conditions_by_name[name] for name in names_used(condition)]
            for part in parts(condition):
                match part:
                    case Compare(key, _, int() as limit) if not isinstance(limit, bool):
                        yield rule.id, key, limit
                    case OneOf(key, values):
                        yield from ((rule.id, key, limit) for limit in values if isinstance(limit, int))


@pytest.mark.parametrize(("rule_id", "key", "limit"), sorted(set(thresholds(RULEBOOK))))
def test_every_limit_is_tried_at_just_under_and_just_over(rule_id: str, key: str, limit: int) -> None:
    tried = {case.changed[1] for case in cases_by_rule()[rule_id] if case.changed[0] == key}

    field = RULEBOOK.questionnaire.field(key)
    under = {value for value in tried if limit - 1 <= value < limit}
    over = {value for value in tried if limit < value <= limit + 1}
    assert limit in tried
    assert under or limit == field.min
    assert over or limit == field.max
    assert field.type == "integer" or any(0 < abs(value - limit) < 1 for value in tried)


def test_both_counts_of_weak_flags_are_tried_at_under_and_over() -> None:
    """Two flags are CAUTION, three PHYSICIAN; one is neither."""
    counted = {
        rule.id: (part.op, part.value)
        for rule in RULEBOOK.rules
        for part in parts(rule.condition)
        if isinstance(part, CompareCount) and part.count == Named("WEAK_FLAGS")
    }
    sore_neck = {"complaint_type": "pain", "sites": ["neck"]}
    flags: list[dict[str, Any]] = [
        {},
        {"age_years": 65},
        {"medications": ["corticosteroids"]},
        {"joint_detail": ["osteoporosis"]},
    ]

    fired = []
    for number in range(len(flags)):
        answers = complete(sore_neck | dict(chain.from_iterable(flag.items() for flag in flags[: number + 1])))
        fired.append([rule.id for rule in triage(answers, RULEBOOK).fired if rule.id in counted])

    assert counted == {"ph-flag-cluster-3": (">=", 3), "ca-flag-cluster-2": (">=", 2)}
    assert fired == [[], [], ["ca-flag-cluster-2"], ["ph-flag-cluster-3", "ca-flag-cluster-2"]]
