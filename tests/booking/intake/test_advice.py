import json
from typing import Any

import pytest
from hypothesis import given

from booking.intake.advice import (
    CARDS,
    GENTLEST_FIRST,
    POINTS,
    Card,
    Match,
    choose_cards,
    match_treatments,
)
from booking.intake.rules import RULES_PATH, Level, load_rulebook, read_rulebook
from booking.intake.triage import Outcome, triage
from tests.booking.intake.answers import complete
from tests.booking.intake.strategies import complete_answers

RULEBOOK = load_rulebook()
WHILE_WAITING = {"hydration", "rest", "posture"}


def match(changes: dict[str, Any]) -> Match:
    answers = complete(changes)
    return match_treatments(answers, triage(answers, RULEBOOK), RULEBOOK)


def points(changes: dict[str, Any]) -> list[tuple[str, int]]:
    """What is offered, the best first."""
    found = match(changes)
    suggestions = (*((found.suggested,) if found.suggested else ()), *found.also_possible)
    return [(suggestion.treatment, suggestion.points) for suggestion in suggestions]


def cards(changes: dict[str, Any]) -> set[str]:
    answers = complete(changes)
    return {card.id for card in choose_cards(answers, triage(answers, RULEBOOK), RULEBOOK)}


# --- The treatment matcher, part 6


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Nothing speaks for any of the four: the gentlest first.
        ({}, [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)]),
        (
            {"complaint_type": "relaxation_only"},
            [("swedish", 3), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        (
            {"factors": ["stress"]},
            [("swedish", 2), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # Long tension: more than 504 hours, not 504.
        (
            {"duration_hours": 505},
            [("deep_tissue", 2), ("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0)],
        ),
        (
            {"duration_hours": 504},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        (
            {"duration_hours": 505, "complaint_type": "pain"},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # A knot; deep tissue only up to 3.
        (
            {"pain_quality": ["hard_knot"], "severity": 3},
            [("trigger_point", 2), ("swedish", 1), ("deep_tissue", 1), ("myofascial_release", 0)],
        ),
        (
            {"pain_quality": ["hard_knot"], "severity": 4},
            [("trigger_point", 2), ("swedish", 1), ("myofascial_release", 1), ("deep_tissue", 0)],
        ),
        # A spasm up to 6; at 7 the outcome is CAUTION, without trigger point.
        (
            {"complaint_type": "spasm_or_cramp", "severity": 6},
            [("swedish", 1), ("myofascial_release", 1), ("trigger_point", 1), ("deep_tissue", 0)],
        ),
        ({"complaint_type": "spasm_or_cramp", "severity": 7}, [("swedish", 2), ("myofascial_release", 1)]),
        # Stiff, and locked, which is CAUTION.
        (
            {"movement_limit": "some"},
            [("myofascial_release", 2), ("swedish", 1), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        ({"movement_limit": "locked", "severity": 4}, [("myofascial_release", 3), ("swedish", 2)]),
        (
            {"severity": 3},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # The client's choice.
        (
            {"preferred_treatment": "deep_tissue"},
            [("swedish", 1), ("deep_tissue", 1), ("myofascial_release", 0), ("trigger_point", 0)],
        ),
        (
            {"preferred_treatment": "no_preference"},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # CAUTION that excludes nothing.
        (
            {"conditions": ["high_blood_pressure"]},
            [("swedish", 2), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # Nothing is left.
        ({"age_years": 17, "guardian_consent": False}, []),
    ],
)
def test_treatments_are_ordered_by_points_and_gentleness(
    changes: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    assert points(changes) == expected


def test_a_suggestion_says_why() -> None:
    found = match({"pain_quality": ["hard_knot"], "preferred_treatment": "trigger_point", "factors": ["stress"]})

    assert found.suggested is not None
    assert (found.suggested.treatment, [point.id for point in found.suggested.reasons]) == (
        "trigger_point",
        ["knot", "preferred"],
    )
    assert [point.id for point in found.also_possible[0].reasons] == ["any", "stress"]


def test_an_excluded_treatment_is_named_with_its_rules_and_the_wish_for_it() -> None:
    found = match({"medications": ["anticoagulants", "corticosteroids"], "preferred_treatment": "deep_tissue"})

    assert [
        (refused.treatment, [rule.id for rule in refused.rules], refused.is_preferred) for refused in found.not_offered
    ] == [
        ("deep_tissue", ["ca-anticoagulants", "ca-corticosteroids"], True),
        ("trigger_point", ["ca-anticoagulants"], False),
    ]


@pytest.mark.parametrize("level", [None, Level.PHYSICIAN, Level.EMERGENCY])
def test_without_a_booking_nothing_is_suggested(level: Level | None) -> None:
    assert match_treatments(complete({}), Outcome(level=level), RULEBOOK) == Match()


def test_hidden_answers_give_no_points() -> None:
    answers = complete({"complaint_type": "relaxation_only"}) | {"pain_quality": ["hard_knot"], "severity": 2}

    found = match_treatments(answers, triage(answers, RULEBOOK), RULEBOOK)

    assert [suggestion.points for suggestion in found.also_possible] == [0, 0, 0]


@given(complete_answers())
def test_every_treatment_is_offered_or_refused_with_a_reason(answers: dict[str, Any]) -> None:
    outcome = triage(answers, RULEBOOK)

    found = match_treatments(answers, outcome, RULEBOOK)

    offered = [found.suggested, *found.also_possible] if found.suggested else []
    refused = [each.treatment for each in found.not_offered]
    expected = sorted(GENTLEST_FIRST) if outcome.level in (Level.CLEAR, Level.CAUTION) else []
    assert sorted([*(each.treatment for each in offered), *refused]) == expected
    assert [each.points for each in offered] == sorted((each.points for each in offered), reverse=True)
    assert all(each.rules for each in found.not_offered)


# --- Self-care cards, part 7

ACUTE = {"onset": "sudden_lift_or_twist", "duration_hours": 72}
SPASM = {"complaint_type": "spasm_or_cramp"}
CALF_CRAMP = SPASM | {"sites": ["calf"]}


@pytest.mark.parametrize(
    ("card", "changes", "is_shown"),
    [
        ("hydration", {}, False),
        ("hydration", {"factors": ["dehydration"]}, True),
        ("hydration", {"factors": ["heavy_exercise"]}, True),
        ("hydration", {"factors": ["poor_diet"]}, False),
        ("hydration", SPASM, True),
        ("hydration", SPASM | {"conditions": ["kidney_or_liver_disease"]}, False),
        ("hydration", SPASM | {"conditions": ["heart_condition"]}, False),
        ("hydration", SPASM | {"conditions": ["high_blood_pressure"]}, True),
        ("food", {}, False),
        ("food", {"factors": ["poor_diet"]}, True),
        ("food", {"conditions": ["mineral_deficiency"]}, True),
        ("stretching", {}, False),
        ("stretching", {"factors": ["no_stretching"]}, True),
        ("stretching", {"factors": ["heavy_exercise"]}, True),
        ("stretching", CALF_CRAMP, True),
        ("stretching", SPASM | {"sites": ["legs"]}, True),
        ("stretching", SPASM | {"sites": ["arms"]}, False),
        ("stretching", {"sites": ["calf"]}, False),
        ("stretching", CALF_CRAMP | {"movement_limit": "some"}, True),
        ("stretching", CALF_CRAMP | {"movement_limit": "locked"}, False),
        ("stretching", CALF_CRAMP | ACUTE, False),
        ("stretching", CALF_CRAMP | ACUTE | {"onset": "sudden_after_impact"}, False),
        ("stretching", CALF_CRAMP | ACUTE | {"duration_hours": 73}, True),
        ("stretching", CALF_CRAMP | ACUTE | {"onset": "after_overuse"}, True),
        ("heat", {}, True),
        ("heat", SPASM, True),
        ("heat", {"complaint_type": "pain"}, False),
        ("heat", {"complaint_type": "relaxation_only"}, False),
        ("heat", {"conditions": ["diabetes"]}, False),
        ("heat", {"conditions": ["nerve_damage"]}, False),
        ("heat", {"conditions": ["multiple_sclerosis"]}, False),
        ("heat", {"conditions": ["osteoarthritis"]}, True),
        ("heat", {"nerve_symptoms": ["tingling"], "doctor_review": "cleared"}, False),
        ("heat", {"nerve_symptoms": ["unsteady_walking"], "doctor_review": "cleared"}, False),
        ("heat", {"pregnancy": "possibly"}, False),
        ("heat", {"pregnancy": "second_or_third_trimester"}, False),
        ("heat", {"pregnancy": "postpartum_6w"}, True),
        ("heat", {"skin_local": ["bruise_or_swelling"]}, False),
        ("heat", {"skin_local": ["open_wound_or_burn"]}, False),
        ("heat", {"skin_local": ["oil_or_latex_allergy"]}, True),
        ("heat", {"leg_symptoms": ["varicose_veins"]}, True),
        ("heat", {"medications": ["strong_painkillers_or_sedatives"]}, False),
        ("heat", {"medications": ["statins"]}, True),
        ("heat", ACUTE, False),
        ("heat", ACUTE | {"duration_hours": 73}, True),
        ("posture", {}, False),
        ("posture", {"factors": ["desk_posture"]}, True),
        ("posture", {"factors": ["heavy_bags_lifting"]}, True),
        ("posture", {"sites": ["neck"]}, True),
        ("posture", {"sites": ["mid_back"]}, True),
        ("posture", {"sites": ["lower_back"]}, True),
        ("posture", {"sites": ["shoulders"]}, False),
        ("rest", {}, False),
        ("rest", {"factors": ["stress"]}, True),
        ("rest", {"factors": ["poor_sleep"]}, True),
        ("rest", {"factors": ["heavy_exercise"]}, True),
        ("movement", {}, False),
        ("movement", {"factors": ["low_activity"]}, True),
        ("movement", {"factors": ["weak_back_muscles"]}, True),
        ("movement", {"factors": ["low_activity"]} | ACUTE, False),
        ("movement", {"factors": ["low_activity"]} | ACUTE | {"duration_hours": 73}, True),
        ("self_massage", CALF_CRAMP, True),
        ("self_massage", SPASM | {"sites": ["legs"]}, False),
        ("self_massage", {"sites": ["calf"]}, False),
        ("self_massage", CALF_CRAMP | {"conditions": ["high_blood_pressure"]}, False),
        ("self_massage", CALF_CRAMP | {"leg_symptoms": ["varicose_veins"]}, False),
        ("self_massage", CALF_CRAMP | {"leg_symptoms": ["constant_calf_pain"]}, False),
        ("self_massage", CALF_CRAMP | {"recent_events": ["long_immobility_4w"]}, False),
        ("self_massage", CALF_CRAMP | {"medications": ["anticoagulants"]}, False),
    ],
)
def test_a_card_is_shown_where_it_fits(card: str, changes: dict[str, Any], is_shown: bool) -> None:
    assert (card in cards(changes)) is is_shown


@pytest.mark.parametrize(
    ("card", "answers", "is_shown"),
    [
        # What the rules send to a physician before it could matter for a card is looked at by itself.
        ("heat", {"general_symptoms": ["fever_or_chills"]}, False),
        ("heat", {"leg_symptoms": ["one_leg_swelling"]}, False),
        ("heat", {"leg_symptoms": ["one_leg_warm_red"]}, True),
        ("self_massage", CALF_CRAMP | {"leg_symptoms": ["one_leg_swelling"]}, False),
        ("self_massage", CALF_CRAMP | {"leg_symptoms": ["one_leg_warm_red"]}, False),
        ("self_massage", CALF_CRAMP | {"conditions": ["clot_past"]}, False),
        ("self_massage", CALF_CRAMP | {"pregnancy": "postpartum_6w"}, False),
        ("self_massage", CALF_CRAMP, True),
    ],
)
def test_a_card_is_hidden_by_its_own_conditions(card: str, answers: dict[str, Any], is_shown: bool) -> None:
    shown = choose_cards(complete(answers), Outcome(level=Level.CLEAR), RULEBOOK)

    assert (card in {each.id for each in shown}) is is_shown


EVERYTHING = CALF_CRAMP | {
    "sites": ["calf", "neck"],
    "factors": [
        "dehydration",
        "poor_diet",
        "heavy_exercise",
        "no_stretching",
        "desk_posture",
        "stress",
        "low_activity",
    ],
}


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (None, set()),
        (Level.EMERGENCY, set()),
        (Level.PHYSICIAN, WHILE_WAITING),
        (Level.CAUTION, {card.id for card in CARDS} - {"self_massage"}),
        (Level.CLEAR, {card.id for card in CARDS}),
    ],
)
def test_the_level_limits_the_cards(level: Level | None, shown: set[str]) -> None:
    found = choose_cards(complete(EVERYTHING), Outcome(level=level), RULEBOOK)

    assert {card.id for card in found} == shown


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_ends_with_when_to_stop_and_see_a_doctor(card: Card) -> None:
    assert card.ending.startswith("Stop if it hurts more; see a doctor if ")
    assert all(text.endswith(".") for text in (card.text, card.limit, card.ending))
    assert not any("…" in text or "!" in text for text in (card.text, card.limit, card.ending))


@pytest.mark.parametrize(
    "text",
    [
        text
        for text in [*(point.when for point in POINTS), *(t for card in CARDS for t in (card.show, card.hide))]
        if text
    ],
)
def test_the_tables_speak_the_language_of_the_rulebook(text: str) -> None:
    """Read as a rule would be: known questions, choices and names only, or the reader refuses it."""
    data = json.loads(RULES_PATH.read_text(encoding="utf-8"))
    advice = {"id": "advice", "level": "CLEAR", "cond": text, "excl": [], "client": "-", "staff": "", "src": "-"}

    read = read_rulebook({"derived": data["derived"], "rules": [advice]}, file="advice.py")

    assert read.rules[0].text == text
