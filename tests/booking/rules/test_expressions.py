from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.expressions import (
    All,
    AnyOf,
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
    answers_behind,
    compiled,
    evaluate,
    names_used,
    parse,
    parts,
)
from booking.rules.questionnaire import load_questionnaire
from booking.rules.rulebook import load_rulebook
from tests.booking.rules.plain_expressions import walk, walk_behind
from tests.booking.rules.strategies import anything, complete_answers

NAMED: dict[str, Expression] = {
    "SORE": parse("severity >= 7"),
    "CALM": parse("not SORE"),
    "FLAGS": parse("count(severity >= 7, has(sites, 'neck'), has(sites, 'calf'))"),
}


def holds(text: str, answers: dict[str, Any]) -> bool:
    return evaluate(parse(text), answers, NAMED)


def behind(text: str, answers: dict[str, Any]) -> dict[str, Any]:
    return answers_behind(parse(text), answers, NAMED)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("has(sites, 'neck')", Has("sites", ("neck",))),
        ("any_of(sites,'neck','calf')", Has("sites", ("neck", "calf"))),
        ("severity >= 7", Compare("severity", ">=", 7)),
        ("onset != 'gradual'", Compare("onset", "!=", "gradual")),
        ("immediate_severe_pain == True", Compare("immediate_severe_pain", "==", True)),
        ("sessions_count in (2,3)", OneOf("sessions_count", (2, 3))),
        ("SORE", Named("SORE")),
        ("not SORE", Not(Named("SORE"))),
        ("FLAGS >= 3", CompareCount(Named("FLAGS"), ">=", 3)),
        ("count(SORE, CALM)", Count((Named("SORE"), Named("CALM")))),
        ("count(SORE) == 1", CompareCount(Count((Named("SORE"),)), "==", 1)),
        (
            "SORE and (severity < 9 or not CALM)",
            All((Named("SORE"), AnyOf((Compare("severity", "<", 9), Not(Named("CALM")))))),
        ),
    ],
)
def test_a_condition_is_read(text: str, parsed: Expression) -> None:
    assert parse(text) == parsed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "“” can't be read"),
        ("severity >", "“severity >” can't be read"),
        ("severity >= 7; import os", "“severity >= 7; import os” can't be read"),
        ("\x00", "“\x00” can't be read"),
        ("__import__('os').system('true')", "“__import__('os').system('true')” is not a condition"),
        ("open('rules.json')", "“open('rules.json')” is not a condition"),
        ("severity.real >= 7", "“severity.real” is not a condition"),
        ("answers['severity'] >= 7", "“answers['severity']” is not a condition"),
        ("severity", "“severity” is not a condition"),
        ("True", "“True” is not a condition"),
        ("7", "“7” is not a condition"),
        ("severity >= 7.5", "“7.5” is not a condition"),
        ("severity >= -1", "“severity >= -1” is not a condition"),
        ("severity >= age_years", "“severity >= age_years” is not a condition"),
        ("3 <= severity <= 5", "“3 <= severity <= 5” is not a condition"),
        ("severity + 1 >= 7", "“severity + 1” is not a condition"),
        ("severity is None", "“severity is None” is not a condition"),
        ("severity == None", "“None” is not a condition"),
        ("onset not in ('gradual',)", "“onset not in ('gradual',)” is not a condition"),
        ("onset in ('gradual')", "“onset in 'gradual'” is not a condition"),
        ("onset in ()", "“onset in ()” is not a condition"),
        ("onset in [gradual]", "“onset in [gradual]” is not a condition"),
        ("has(sites)", "“has(sites)” is not a condition"),
        ("has(sites, 'neck', 'calf')", "“has(sites, 'neck', 'calf')” is not a condition"),
        ("has(sites, neck)", "“neck” is not a condition"),
        ("has(sites, 1)", "“1” is not a condition"),
        ("has(sites, choice='neck')", "“has(sites, choice='neck')” is not a condition"),
        ("all_of(sites, 'neck')", "“all_of(sites, 'neck')” is not a condition"),
        ("count()", "“count()” is not a condition"),
        ("count(SORE) >= True", "“count(SORE) >= True” is not a condition"),
        ("(SORE and CALM) >= 1", "“(SORE and CALM) >= 1” is not a condition"),
        ("lambda: 1", "“lambda: 1” is not a condition"),
        ("SORE if CALM else SORE", "“SORE if CALM else SORE” is not a condition"),
        ("[SORE for x in y]", "“[SORE for x in y]” is not a condition"),
        ("-SORE", "“-SORE” is not a condition"),
        ("(" * 500 + "SORE" + ")" * 500, f"“{'(' * 500}SORE{')' * 500}” can't be read"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)

    assert str(refused.value) == sentence


# --- Null: hidden or unanswered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("severity == 7", False),
        ("severity != 7", False),
        ("severity < 7", False),
        ("severity <= 7", False),
        ("severity > 7", False),
        ("severity >= 7", False),
        ("severity in (6,7)", False),
        ("onset == 'gradual'", False),
        ("onset != 'gradual'", False),
        ("onset in ('gradual',)", False),
        ("immediate_severe_pain == False", False),
        ("immediate_severe_pain != True", False),
        ("has(sites,'neck')", False),
        ("any_of(sites,'neck','calf')", False),
        ("not severity == 7", True),
        ("not severity != 7", True),
        ("not severity < 7", True),
        ("not severity in (6,7)", True),
        ("not has(sites,'neck')", True),
        ("not any_of(sites,'neck','calf')", True),
        ("severity >= 7 and severity < 7", False),
        ("severity >= 7 or severity < 7", False),
        ("not (severity >= 7 or severity < 7)", True),
        ("SORE", False),
        ("CALM", True),
        ("FLAGS == 0", True),
        ("FLAGS >= 1", False),
        ("count(not SORE, CALM, has(sites,'neck')) == 2", True),
    ],
)
@pytest.mark.parametrize(
    "answers",
    [{}, {"severity": None, "onset": None, "immediate_severe_pain": None, "sites": None}],
    ids=["absent", "null"],
)
def test_null_makes_every_question_false(text: str, expected: bool, answers: dict[str, Any]) -> None:
    assert holds(text, answers) is expected


def test_no_rule_fires_for_somebody_who_answered_nothing() -> None:
    rulebook = load_rulebook()

    assert [rule.id for rule in rulebook.rules if evaluate(rule.condition, {}, rulebook.conditions_by_name)] == []


# --- Values


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("duration_hours > 72", {"duration_hours": Decimal("72.0")}, False),
        ("duration_hours > 72", {"duration_hours": Decimal("72.0000000000000000000000000000001")}, True),
        ("duration_hours <= 72", {"duration_hours": 72}, True),
        ("duration_hours <= 72", {"duration_hours": 72.5}, False),
        ("severity in (4,5,6)", {"severity": 6}, True),
        ("severity in (4,5,6)", {"severity": 7}, False),
        ("onset != 'gradual'", {"onset": "after_overuse"}, True),
        ("guardian_consent == False", {"guardian_consent": False}, True),
        ("guardian_consent == False", {"guardian_consent": True}, False),
        ("any_of(sites,'neck','calf')", {"sites": ["arms", "calf"]}, True),
        ("has(sites,'neck')", {"sites": []}, False),
        ("FLAGS == 2", {"severity": 8, "sites": ["calf", "arms"]}, True),
        ("FLAGS == 3", {"severity": 8, "sites": ["calf", "neck"]}, True),
    ],
)
def test_a_condition_is_evaluated_exactly(text: str, answers: dict[str, Any], expected: bool) -> None:
    assert holds(text, answers) is expected


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("severity >= 7", {"severity": "9"}),
        ("severity >= 7", {"severity": True}),
        ("severity >= 7", {"severity": [9]}),
        ("severity >= 7", {"severity": float("nan")}),
        ("severity >= 7", {"severity": Decimal("NaN")}),
        ("severity >= 7", {"severity": float("inf")}),
        ("severity in (4,5)", {"severity": "4"}),
        ("onset == 'gradual'", {"onset": 1}),
        ("onset != 'gradual'", {"onset": ["gradual"]}),
        ("onset in ('gradual','after_overuse')", {"onset": False}),
        ("guardian_consent == False", {"guardian_consent": 0}),
        ("guardian_consent == False", {"guardian_consent": "no"}),
        ("has(sites,'neck')", {"sites": "neck"}),
        ("has(sites,'neck')", {"sites": {"neck": True}}),
        ("has(sites,'neck')", {"sites": ["neck", 1]}),
        ("not has(sites,'neck')", {"sites": 0}),
        # An earlier part that already decides must not hide the wrong one.
        ("has(sites,'neck') and severity >= 7", {"sites": ["calf"], "severity": "9"}),
        ("has(sites,'calf') or severity >= 7", {"sites": ["calf"], "severity": "9"}),
        ("count(has(sites,'neck'), severity >= 7) >= 1", {"sites": ["neck"], "severity": "9"}),
        ("SORE", {"severity": "9"}),
        # No answer's fault, and no reason to say "fine" either.
        ("FLAGS", {}),
        ("SORE >= 1", {}),
    ],
)
def test_a_wrong_type_is_an_error_and_never_false(text: str, answers: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError):
        holds(text, answers)


# --- Which answers led there


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("severity >= 7", {"severity": 8, "sites": ["neck"]}, {"severity": 8}),
        ("severity >= 7", {"severity": 6}, {}),
        ("any_of(sites,'neck','calf')", {"sites": ["arms", "neck", "calf"]}, {"sites": ["neck", "calf"]}),
        ("onset in ('gradual','after_overuse')", {"onset": "gradual"}, {"onset": "gradual"}),
        ("SORE and has(sites,'neck')", {"severity": 7, "sites": ["neck"]}, {"severity": 7, "sites": ["neck"]}),
        ("SORE and has(sites,'neck')", {"severity": 7, "sites": ["calf"]}, {}),
        ("SORE or has(sites,'neck')", {"severity": 2, "sites": ["neck"]}, {"sites": ["neck"]}),
        ("has(sites,'neck') or has(sites,'calf')", {"sites": ["calf", "neck"]}, {"sites": ["neck", "calf"]}),
        ("has(sites,'neck') and any_of(sites,'neck','calf')", {"sites": ["neck"]}, {"sites": ["neck"]}),
        ("severity >= 4 and severity <= 6", {"severity": 5}, {"severity": 5}),
        ("has(sites,'neck') and not SORE", {"sites": ["neck"], "severity": 3}, {"sites": ["neck"]}),
        ("not SORE", {"severity": 3}, {}),
        ("not CALM", {"severity": 8}, {"severity": 8}),
        ("not (CALM or has(sites,'neck'))", {"severity": 8, "sites": ["calf"]}, {"severity": 8}),
        ("not (CALM and has(sites,'neck'))", {"severity": 8, "sites": ["neck"]}, {"severity": 8}),
        ("FLAGS >= 2", {"severity": 8, "sites": ["calf"]}, {"severity": 8, "sites": ["calf"]}),
        ("FLAGS == 1", {"severity": 3, "sites": ["calf"]}, {"sites": ["calf"]}),
        ("FLAGS >= 2", {"severity": 3, "sites": ["calf"]}, {}),
    ],
)
def test_the_answers_behind_a_condition(text: str, answers: dict[str, Any], expected: dict[str, Any]) -> None:
    assert behind(text, answers) == expected


@given(complete_answers())
def test_the_answers_behind_a_rule_make_it_fire_on_their_own(answers: dict[str, Any]) -> None:
    """And nothing else is among them: each is an answer that was given, a list at most shortened."""
    rulebook = load_rulebook()

    for rule in rulebook.rules:
        found = answers_behind(rule.condition, answers, rulebook.conditions_by_name)
        fires = evaluate(rule.condition, answers, rulebook.conditions_by_name)
        assert bool(found) is fires
        assert evaluate(rule.condition, found, rulebook.conditions_by_name) is fires
        assert all(
            set(value) <= set(answers[key]) if isinstance(value, list) else value == answers[key]
            for key, value in found.items()
        )


# --- Compiled, it says what the tree says


@given(complete_answers(), st.dictionaries(st.sampled_from(list(load_questionnaire().by_key)), anything(), max_size=3))
def test_a_compiled_rule_says_what_its_tree_says(answers: dict[str, Any], wrong: dict[str, Any]) -> None:
    """Also of answers that no page lets through: who fails on them fails either way."""
    rulebook = load_rulebook()
    names = rulebook.conditions_by_name

    for given_answers in (answers, answers | wrong):
        compiled_say = {rule.id: said(condition, given_answers) for rule, condition in rulebook.compiled_rules}
        trees_say = {rule.id: tree_said(rule.condition, given_answers, names) for rule in rulebook.rules}
        assert compiled_say == trees_say


CONDITIONS = st.recursive(
    st.builds(Has, st.sampled_from("ab"), st.sampled_from([("x",), ("x", "y")]))
    | st.builds(
        Compare, st.sampled_from("ab"), st.sampled_from(["==", "!=", "<", ">="]), st.sampled_from([1, "x", True])
    )
    | st.builds(OneOf, st.sampled_from("ab"), st.sampled_from([(1, 2), ("x",), (1, "x")]))
    | st.sampled_from(
        [Named("SOME"), Named("COUNT"), CompareCount(Named("SOME"), ">=", 1), Count((Has("a", ("x",)),))]
    ),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(
            CompareCount,
            st.builds(Count, st.tuples(inner, inner)) | st.just(Named("COUNT")),
            st.just(">="),
            st.integers(0, 2),
        )
        | st.builds(All, st.tuples(inner, inner))
        | st.builds(AnyOf, st.tuples(inner, inner, inner))
    ),
    max_leaves=6,
)
NAMES: dict[str, Expression] = {
    "SOME": parse("has(a, 'x') or b == 1"),
    "COUNT": parse("count(has(a, 'x'), b >= 1, b == 2)"),
}
VALUES = st.sampled_from([None, 1, 2, Decimal("1.5"), float("nan"), True, "x", "y", ["x"], ["x", "y"], [], [1]])


@given(CONDITIONS, st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES}))
def test_any_compiled_condition_says_what_its_tree_says(condition: Expression, answers: dict[str, Any]) -> None:
    assert said(compiled(condition, NAMES), answers) == tree_said(condition, answers, NAMES)


@pytest.mark.parametrize(
    "condition", [Named("UNKNOWN"), CompareCount(Named("UNKNOWN"), ">=", 1), Compare("a", "~", 1), Count(()), None]
)
def test_what_can_not_be_asked_fails_when_it_is_asked_and_not_before(condition: Any) -> None:
    made = compiled(condition, {})

    for _ in range(2):
        with pytest.raises(ExpressionError):
            made.holds({"a": 1})


def said(condition: Compiled, answers: dict[str, Any]) -> Any:
    """What is behind it, False, or that it failed."""
    try:
        return condition.holds(answers) and condition.behind(answers, True)
    except ExpressionError:
        return "failed"


def tree_said(condition: Expression, answers: dict[str, Any], named: dict[str, Expression]) -> Any:
    try:
        return walk(condition, answers, named) and walk_behind(condition, answers, named)
    except ExpressionError:
        return "failed"


# --- What a condition is made of


def test_names_are_found_wherever_they_stand() -> None:
    condition = parse("A and (not B or count(C, D) >= 1) and E == 2")

    assert names_used(condition) == {"A", "B", "C", "D", "E"}


def test_parts_of_a_compared_count_are_its_items() -> None:
    condition = parse("count(A, B) >= 1 and not C")

    assert list(parts(condition)) == [
        condition,
        CompareCount(Count((Named("A"), Named("B"))), ">=", 1),
        Named("A"),
        Named("B"),
        Not(Named("C")),
        Named("C"),
    ]
