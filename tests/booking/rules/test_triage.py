import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.answers import AnswerError, check_answers
from booking.rules.expressions import Compare, Has, Named, parse
from booking.rules.levels import Level
from booking.rules.questionnaire import load_questionnaire
from booking.rules.rulebook import NamedExpression, Rule, Rulebook, load_rulebook
from booking.rules.triage import NO_HEAT, Outcome, screen, triage
from tests.booking.rules.answers import complete
from tests.booking.rules.mutants import cases_by_rule
from tests.booking.rules.strategies import answer_to, anything, complete_answers, often, with_one_sign_more

HERE = Path(__file__).parent
VIGNETTES = json.loads((HERE / "vignettes.json").read_text(encoding="utf-8"))
# Everything that fires in each worked case, written down from the evaluator when version 2 was carried over: it shows
# what a later change does. What a case must give is in the case itself, which names the rules that matter most.
WHOLE_OUTCOMES = json.loads((HERE / "vignette_outcomes.json").read_text(encoding="utf-8"))
RULEBOOK = load_rulebook()
OF_NO_RULE = {"NO_HEAT"}  # for self-care and for treatments that use heat
ALL_FOUR = ("deep_tissue", "trigger_point", "myofascial_release", "swedish")


def rule(rule_id: str) -> Rule:
    return next(rule for rule in RULEBOOK.rules if rule.id == rule_id)


def fired(outcome: Outcome) -> list[str]:
    return [rule.id for rule in outcome.fired]


def with_condition(rule_id: str, condition: Any) -> Rulebook:
    rules = tuple(replace(rule, condition=condition) if rule.id == rule_id else rule for rule in RULEBOOK.rules)
    return replace(RULEBOOK, rules=rules)


# --- The worked cases


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette["id"])
def test_a_worked_case_has_its_level_rules_and_exclusions(vignette: dict[str, Any]) -> None:
    outcome = triage(vignette["answers"], RULEBOOK)

    assert outcome.level is not None
    assert outcome.level.name == vignette["expected_level"]
    assert sorted(outcome.excluded) == sorted(vignette["excluded_treatments"])
    assert set(vignette["expected_rule_ids"]) <= set(fired(outcome))


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette["id"])
def test_a_worked_case_has_its_whole_outcome(vignette: dict[str, Any]) -> None:
    outcome = triage(vignette["answers"], RULEBOOK)

    assert WHOLE_OUTCOMES[vignette["id"]] == {
        "rules": fired(outcome),
        "avoid": list(outcome.avoid),
        "conditions": list(outcome.conditions),
    }
    assert (outcome.failed, outcome.errors, list(outcome.behind)) == ((), (), fired(outcome))


def test_what_a_worked_case_does_not_name_never_outranks_what_it_names() -> None:
    """The worked cases name the rules at the top; the rest is lower or equal, so leaving it out hides nothing."""
    outranked = [
        vignette["id"]
        for vignette in VIGNETTES
        for rule_id in WHOLE_OUTCOMES[vignette["id"]]["rules"]
        if rule(rule_id).level
        > max((rule(named).level for named in vignette["expected_rule_ids"]), default=Level.CLEAR)
    ]

    assert (len(VIGNETTES), set(WHOLE_OUTCOMES), outranked) == (79, {vignette["id"] for vignette in VIGNETTES}, [])


# --- One outcome


def test_an_outcome_is_the_union_of_what_fires() -> None:
    answers = complete(
        {
            "age_years": 17,
            "pregnancy_stage": "first_trimester",
            "body": ["wound_bruise_veins", "rash_or_infection"],
            "signs_now": ["unwell_or_catching"],
            "other_concern": "My sister says hello.",
        }
    )

    outcome = triage(answers, RULEBOOK)

    ids = [
        "ca-pregnancy",
        "ca-pregnancy-early",
        "ca-minor",
        "ca-contagious",
        "ca-unwell",
        "ca-skin-infection",
        "ca-skin-local",
    ]
    assert outcome == Outcome(
        level=Level.CAUTION,
        fired=tuple(map(rule, ids)),
        excluded=("deep_tissue", "trigger_point", "myofascial_release"),
        avoid=("abdomen", "legs (deep pressure)", "affected skin", "affected skin or veins"),
        conditions=("guardian_present", "postpone_until_not_contagious", "staff_call", "note_to_read"),
        behind={
            "ca-pregnancy": {"pregnancy_stage": "first_trimester"},
            "ca-pregnancy-early": {"pregnancy_stage": "first_trimester"},
            "ca-minor": {"age_years": 17},
            "ca-contagious": {"signs_now": ["unwell_or_catching"]},
            "ca-unwell": {"signs_now": ["unwell_or_catching"]},
            "ca-skin-infection": {"body": ["rash_or_infection"]},
            "ca-skin-local": {"body": ["wound_bruise_veins"]},
        },
    )


def test_no_fired_rule_is_clear() -> None:
    assert triage(complete({}), RULEBOOK) == Outcome(level=Level.CLEAR, no_heat=False)


def test_advice_fires_without_raising_the_level() -> None:
    outcome = triage(complete({"sites": ["neck"]}), RULEBOOK)

    assert (outcome.level, fired(outcome), outcome.excluded) == (Level.CLEAR, ["in-any-back", "in-headache-eases"], ())


@pytest.mark.parametrize(("note", "conditions"), [("I have a cold.", ("note_to_read",)), (" \n\t ", ()), ("", ())])
def test_a_free_note_has_to_be_read_by_staff(note: str, conditions: tuple[str, ...]) -> None:
    assert triage(complete({"other_concern": note}), RULEBOOK).conditions == conditions


@pytest.mark.parametrize(
    ("condition", "no_heat"),
    [
        (None, True),
        (parse("has(medications,'anticoagulants')"), True),
        (parse("has(medications,'statins')"), False),
        (object(), True),
    ],
)
def test_heat_is_ruled_out_where_the_rulebook_says_so_or_can_not_say(condition: Any, no_heat: bool) -> None:
    others = tuple(named for named in RULEBOOK.named if named.name != NO_HEAT)
    named = () if condition is None else (NamedExpression(NO_HEAT, "", condition, "warmth could harm"),)

    outcome = triage(complete({"medications": ["anticoagulants"]}), replace(RULEBOOK, named=(*others, *named)))

    assert outcome.no_heat is no_heat


def test_incomplete_answers_have_errors_and_no_outcome_even_with_an_emergency_sign() -> None:
    answers = complete({"emergency_symptoms": ["chest_pain_pressure"]})
    del answers["age_years"]

    outcome = triage(answers, RULEBOOK)

    sentence = "Please answer “How old is the person having the massage?”"
    assert outcome == Outcome(level=None, errors=(AnswerError("age_years", sentence),))


@pytest.mark.parametrize(
    ("rule_id", "changes", "expected"),
    [
        ("em-cauda-equina", {"emergency_symptoms": ["saddle_numbness", "fainting_collapse"]},
         {"emergency_symptoms": ["saddle_numbness"]}),
        ("ph-severe-over-72h", {"severity": "severe", "duration": "up_to_1_week", "pattern": "weekly", "sites": ["legs"]},
         {"complaint_type": "tension_or_stiffness", "severity": "severe", "duration": "up_to_1_week"}),
        ("ph-flag-cluster-3",
         {"complaint_type": "pain", "sites": ["legs", "mid_back"], "age_years": 70,
          "joint_detail": ["lupus", "osteoporosis"], "background": ["statins"]},
         {"sites": ["mid_back"], "complaint_type": "pain", "age_years": 70, "joint_detail": ["osteoporosis"]}),
        ("ph-calf-pain-clot-risk",
         {"signs_now": ["dark_urine", "constant_calf_pain"], "recent_immobility": True, "operation_detail": ["operation_6m"]},
         {"signs_now": ["constant_calf_pain"], "recent_immobility": True}),
        ("ca-nerve-cleared", {"signs_now": ["weakness", "numb_tingling"], "doctor_review": "cleared"},
         {"signs_now": ["weakness", "numb_tingling"], "doctor_review": "cleared", "nerve_course": "stable"}),
        ("ca-massage-setback", {"massage_result": "no_change_2_or_3"}, {"massage_result": "no_change_2_or_3"}),
    ],
)  # fmt: skip
def test_the_answers_that_led_to_a_rule(rule_id: str, changes: dict[str, Any], expected: dict[str, Any]) -> None:
    assert triage(complete(changes), RULEBOOK).behind[rule_id] == expected


# --- Part of the answers: emergencies stop at once


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULEBOOK.rules if rule.level is Level.EMERGENCY])
def test_an_emergency_is_seen_on_partial_answers(rule_id: str) -> None:
    """The questions after the last one that matters are not answered yet."""
    case = next(case for case in cases_by_rule()[rule_id] if case.fires)
    needed = triage(case.answers, RULEBOOK).behind[rule_id]
    order = list(case.answers)
    so_far = {key: case.answers[key] for key in order[: max(order.index(key) for key in needed) + 1]}

    outcome = screen(so_far, RULEBOOK)

    assert (outcome.level, rule_id in fired(outcome), outcome.excluded) == (Level.EMERGENCY, True, ALL_FOUR)
    assert {rule.level for rule in outcome.fired} == {Level.EMERGENCY}


@pytest.mark.parametrize(
    "so_far",
    [
        {},
        {"emergency_symptoms": ["none"]},
        {"emergency_symptoms": ["unsure"]},
        {"signs_now": ["dark_urine"]},
        {"signs_now": ["weakness"], "nerve_course": "stable"},
        # Hidden, so not asked: warning signs of somebody who is not pregnant, a fall of somebody who came to relax.
        {"conditions": ["none"], "pregnancy_warning_signs": True},
        {"complaint_type": "relaxation_only", "signs_now": ["dark_urine"], "severity": "severe"},
    ],
)
def test_partial_answers_without_an_emergency_have_no_level(so_far: dict[str, Any]) -> None:
    assert screen(so_far, RULEBOOK) == Outcome(level=None)


@given(complete_answers(), st.data())
def test_the_screen_says_emergency_exactly_when_the_whole_form_would(
    answers: dict[str, Any], data: st.DataObject
) -> None:
    """On complete answers both agree; on the first pages the screen never says more than in the end."""
    first = data.draw(st.integers(0, len(answers)))
    so_far = dict(list(answers.items())[:first])

    whole = triage(answers, RULEBOOK)

    assert (screen(answers, RULEBOOK).level is Level.EMERGENCY) is (whole.level is Level.EMERGENCY)
    assert set(fired(screen(so_far, RULEBOOK))) <= set(fired(whole))


# --- Faults: a person must look


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULEBOOK.rules])
def test_a_rule_that_fails_leaves_no_level_and_names_itself(rule_id: str) -> None:
    broken = with_condition(rule_id, Compare("age_years", ">=", "old"))

    outcome = triage(complete({}), broken)

    sentence = f"Rule {rule_id} could not be evaluated; a person must look."
    assert outcome == Outcome(level=None, failed=(rule_id,), errors=(AnswerError(rule_id, sentence),))


@pytest.mark.parametrize(
    "condition", [Named("NOWHERE"), Has("age_years", ("old",)), Compare("age_years", "~", 3), None, "age_years > 3"]
)
def test_whatever_breaks_in_a_rule_it_fails(condition: Any) -> None:
    outcome = triage(complete({}), with_condition("ca-heart", condition))

    assert (outcome.level, outcome.failed) == (None, ("ca-heart",))


@pytest.mark.parametrize("name", [named.name for named in RULEBOOK.named if named.name not in OF_NO_RULE])
def test_a_broken_name_breaks_every_rule_built_on_it(name: str) -> None:
    named = tuple(
        replace(entry, condition=Compare("age_years", ">=", "old")) if entry.name == name else entry
        for entry in RULEBOOK.named
    )

    outcome = triage(complete({}), replace(RULEBOOK, named=named))

    direct = {rule.id for rule in RULEBOOK.rules if name in rule.text}
    assert (outcome.level, outcome.failed != (), direct <= set(outcome.failed)) == (None, True, True)


def test_other_rules_are_still_reported_beside_one_that_failed() -> None:
    broken = with_condition("ca-heart", Named("NOWHERE"))

    outcome = triage(complete({"emergency_symptoms": ["fainting_collapse"]}), broken)

    assert (outcome.level, fired(outcome), outcome.failed) == (None, ["em-collapse"], ("ca-heart",))
    assert outcome.excluded == ALL_FOUR


def test_an_emergency_on_partial_answers_stands_beside_a_rule_that_failed() -> None:
    broken = with_condition("em-thunderclap", Named("NOWHERE"))

    stopped = screen({"emergency_symptoms": ["fainting_collapse"]}, broken)
    unclear = screen({"emergency_symptoms": ["none"]}, broken)

    assert (stopped.level, fired(stopped), stopped.failed) == (Level.EMERGENCY, ["em-collapse"], ("em-thunderclap",))
    assert (unclear.level, unclear.failed) == (None, ("em-thunderclap",))


# --- What holds for any answers


@often()
@given(with_one_sign_more())
def test_one_sign_more_never_lowers_the_level_nor_lifts_an_exclusion(
    answers: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    """A doctor's note is no sign: it is the one answer that may turn rules off."""
    before, after = (triage(each, RULEBOOK) for each in answers)

    assert before.level is not None
    assert after.level is not None
    assert after.level >= before.level
    assert set(after.excluded) >= set(before.excluded)


@given(complete_answers(), st.randoms(use_true_random=False), st.data())
def test_hidden_answers_and_the_order_of_keys_change_nothing(
    answers: dict[str, Any], shuffle: random.Random, data: st.DataObject
) -> None:
    hidden = {
        field.key: data.draw(answer_to(field) | anything())
        for field in load_questionnaire().fields
        if not field.is_visible(answers)
    }
    items = list((answers | hidden).items())
    shuffle.shuffle(items)

    assert triage(dict(items), RULEBOOK) == triage(answers, RULEBOOK)


@given(complete_answers(), st.dictionaries(st.text(), anything(), min_size=1, max_size=3))
def test_unknown_keys_are_errors(answers: dict[str, Any], unknown: dict[str, Any]) -> None:
    outcome = triage(answers | unknown, RULEBOOK)

    assert outcome.level is None
    assert {error.key for error in outcome.errors} >= set(unknown) - set(load_questionnaire().by_key)


@given(complete_answers(), st.data())
def test_there_is_a_level_exactly_where_there_are_no_errors(answers: dict[str, Any], data: st.DataObject) -> None:
    keys = [field.key for field in load_questionnaire().fields]
    spoilt = data.draw(st.dictionaries(st.sampled_from(keys), anything(), max_size=2))

    outcome = triage(answers | spoilt, RULEBOOK)

    assert (outcome.level is None) is bool(outcome.errors)
    assert outcome.level is not None or (outcome.fired, outcome.excluded, outcome.conditions) == ((), (), ())


@given(complete_answers())
def test_an_outcome_is_consistent(answers: dict[str, Any]) -> None:
    outcome = triage(answers, RULEBOOK)

    assert outcome.level == max((rule.level for rule in outcome.fired), default=Level.CLEAR)
    assert outcome.level is not None
    assert outcome.level < Level.PHYSICIAN or outcome.excluded == ALL_FOUR
    assert list(outcome.behind) == fired(outcome)
    assert all(outcome.behind.values())


def test_the_strategies_reach_every_level() -> None:
    """The negative control of the properties above: they are not about CLEAR clients only."""
    reached: set[Level | None] = set()

    @often()
    @given(complete_answers())
    def look(answers: dict[str, Any]) -> None:
        reached.add(triage(answers, RULEBOOK).level)

    look()

    assert reached == {*Level}


# --- Answers that were checked before


@pytest.mark.parametrize("ask", [triage, screen])
def test_checked_answers_have_the_outcome_of_the_answers_themselves(ask: Callable[..., Outcome]) -> None:
    for vignette in VIGNETTES:
        answers = vignette["answers"]

        assert ask(check_answers(answers), RULEBOOK) == ask(answers, RULEBOOK)


def test_checked_answers_that_are_not_right_have_no_level() -> None:
    checked = check_answers(complete({}) | {"hat": 1})

    assert triage(checked, RULEBOOK) == Outcome(level=None, errors=checked.errors)


@pytest.mark.parametrize("ask", [triage, screen])
def test_answers_checked_against_other_questions_have_no_outcome(ask: Callable[..., Outcome]) -> None:
    with pytest.raises(ValueError, match="checked against the questions of version"):
        ask(check_answers(complete({})), load_rulebook("1.0.0"))


@pytest.mark.parametrize("ask", [triage, screen])
@pytest.mark.parametrize(
    "answers", [None, [], "", 1, SimpleNamespace(answers=complete({}), errors=(), questionnaire=RULEBOOK.questionnaire)]
)
def test_what_is_neither_checked_nor_a_mapping_has_no_outcome(ask: Callable[..., Outcome], answers: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):
        ask(answers, RULEBOOK)
