import json
from typing import Any

import pytest
from hypothesis import given

from booking.rules.advice import CARDS, GENTLEST_FIRST, POINTS, Card, Match, choose_cards, match_treatments
from booking.rules.levels import BOOKABLE, Level
from booking.rules.questionnaire import FOLDER, IN_FORCE
from booking.rules.rulebook import load_rulebook, read_rulebook
from booking.rules.triage import Outcome, triage
from tests.booking.rules.answers import complete
from tests.booking.rules.strategies import complete_answers

RULEBOOK = load_rulebook()
WHILE_WAITING = {"hydration", "hydration_ask", "rest", "posture", "posture_above"}


def match(changes: dict[str, Any], *, preferred: str = "") -> Match:
    answers = complete(changes)
    return match_treatments(answers, triage(answers, RULEBOOK), RULEBOOK, preferred=preferred)


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
        # Long tension: more than 3 weeks.
        (
            {"duration": "up_to_3_months"},
            [("deep_tissue", 2), ("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0)],
        ),
        (
            {"duration": "up_to_3_weeks"},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        (
            {"duration": "up_to_3_months", "complaint_type": "pain"},
            [("swedish", 1), ("myofascial_release", 0), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        # A knot; deep tissue only where it is mild.
        (
            {"feel": ["hard_knot"], "severity": "mild"},
            [("trigger_point", 2), ("swedish", 1), ("deep_tissue", 1), ("myofascial_release", 0)],
        ),
        (
            {"feel": ["hard_knot"], "severity": "moderate"},
            [("trigger_point", 2), ("swedish", 1), ("myofascial_release", 1), ("deep_tissue", 0)],
        ),
        # A spasm up to medium; where it is bad the outcome is CAUTION, without trigger point.
        (
            {"complaint_type": "spasm_or_cramp", "severity": "moderate"},
            [("swedish", 1), ("myofascial_release", 1), ("trigger_point", 1), ("deep_tissue", 0)],
        ),
        ({"complaint_type": "spasm_or_cramp", "severity": "severe"}, [("swedish", 2), ("myofascial_release", 1)]),
        # Stiff, and locked, which is CAUTION.
        (
            {"feel": ["hard_to_move"]},
            [("myofascial_release", 2), ("swedish", 1), ("trigger_point", 0), ("deep_tissue", 0)],
        ),
        ({"pain_signs": ["locked"], "severity": "moderate"}, [("myofascial_release", 3), ("swedish", 2)]),
        # CAUTION that excludes nothing.
        (
            {"conditions": ["heart"], "heart_detail": ["high_blood_pressure"], "condition_status": "stable"},
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


def test_what_was_chosen_before_the_questions_gets_a_point() -> None:
    found = match({}, preferred="deep_tissue")

    assert [(one.treatment, one.points) for one in found.also_possible] == [
        ("deep_tissue", 1),
        ("myofascial_release", 0),
        ("trigger_point", 0),
    ]


def test_a_suggestion_says_why() -> None:
    found = match({"feel": ["hard_knot"], "factors": ["stress"]}, preferred="trigger_point")

    assert found.suggested is not None
    assert (found.suggested.treatment, [point.id for point in found.suggested.reasons]) == (
        "trigger_point",
        ["knot", "preferred"],
    )
    assert [point.id for point in found.also_possible[0].reasons] == ["any", "stress"]


def test_an_excluded_treatment_is_named_with_its_rules() -> None:
    found = match({"medications": ["anticoagulants", "corticosteroids"]}, preferred="deep_tissue")

    assert [(refused.treatment, [rule.id for rule in refused.rules]) for refused in found.not_offered] == [
        ("deep_tissue", ["ca-anticoagulants", "ca-corticosteroids"]),
        ("trigger_point", ["ca-anticoagulants"]),
    ]


@pytest.mark.parametrize("level", [None, Level.PHYSICIAN, Level.EMERGENCY])
def test_without_a_booking_nothing_is_suggested(level: Level | None) -> None:
    assert match_treatments(complete({}), Outcome(level=level), RULEBOOK) == Match()


def test_hidden_answers_give_no_points() -> None:
    answers = complete({"complaint_type": "relaxation_only"}) | {"feel": ["hard_knot"], "severity": "mild"}

    found = match_treatments(answers, triage(answers, RULEBOOK), RULEBOOK)

    assert [suggestion.points for suggestion in found.also_possible] == [0, 0, 0]


@given(complete_answers())
def test_every_treatment_is_offered_or_refused_with_a_reason(answers: dict[str, Any]) -> None:
    outcome = triage(answers, RULEBOOK)

    found = match_treatments(answers, outcome, RULEBOOK)

    offered = [found.suggested, *found.also_possible] if found.suggested else []
    refused = [each.treatment for each in found.not_offered]
    expected = sorted(GENTLEST_FIRST) if outcome.level in BOOKABLE else []
    assert sorted([*(each.treatment for each in offered), *refused]) == expected
    assert [each.points for each in offered] == sorted((each.points for each in offered), reverse=True)
    assert all(each.rules for each in found.not_offered)


# --- Self-care cards, part 7

ACUTE = {"onset": "lift_or_twist", "duration": "up_to_3_days"}
LATER = {"duration": "up_to_1_week"}
SPASM = {"complaint_type": "spasm_or_cramp"}
LEG_CRAMP = SPASM | {"sites": ["legs"]}
HEART = {"heart_detail": ["heart_condition"]}


@pytest.mark.parametrize(
    ("card", "changes", "is_shown"),
    [
        ("hydration", {}, False),
        ("hydration", {"factors": ["dehydration"]}, True),
        ("hydration", {"factors": ["heavy_exercise"]}, True),
        ("hydration", {"factors": ["poor_diet"]}, False),
        ("hydration", SPASM, True),
        ("hydration", SPASM | {"conditions": ["kidney_or_liver_disease"]}, False),
        ("hydration", SPASM | HEART, False),
        ("hydration", SPASM | {"heart_detail": ["high_blood_pressure"]}, True),
        ("hydration_ask", SPASM, False),
        ("hydration_ask", SPASM | HEART, True),
        ("hydration_ask", HEART, False),
        ("food", {}, False),
        ("food", {"factors": ["poor_diet"]}, True),
        ("food", {"hormone_detail": ["mineral_deficiency"]}, True),
        ("stretching", {}, False),
        ("stretching", {"factors": ["no_stretching"]}, True),
        ("stretching", {"factors": ["heavy_exercise"]}, True),
        ("stretching", LEG_CRAMP, True),
        ("stretching", SPASM | {"sites": ["arms"]}, False),
        ("stretching", {"sites": ["legs"]}, False),
        ("stretching", LEG_CRAMP | {"pain_signs": ["locked"]}, False),
        ("stretching", LEG_CRAMP | ACUTE, False),
        ("stretching", LEG_CRAMP | ACUTE | {"onset": "impact"}, False),
        ("stretching", LEG_CRAMP | ACUTE | LATER, True),
        ("stretching", LEG_CRAMP | ACUTE | {"onset": "after_overuse"}, True),
        ("heat", {}, True),
        ("heat", SPASM, True),
        ("heat", {"complaint_type": "pain"}, False),
        ("heat", {"complaint_type": "relaxation_only"}, False),
        ("heat", {"hormone_detail": ["diabetes"]}, False),
        ("heat", {"body": ["implant"]}, False),
        ("heat", {"pregnancy_stage": "postpartum_6w"}, True),
        ("heat", ACUTE, False),
        ("heat", ACUTE | LATER, True),
        ("posture", {}, False),
        ("posture", {"sites": ["lower_back"]}, True),
        ("posture", {"sites": ["neck"]}, False),
        ("posture", {"factors": ["heavy_bags_lifting"]}, False),
        ("posture_above", {"factors": ["desk_posture"]}, True),
        ("posture_above", {"factors": ["heavy_bags_lifting"]}, True),
        ("posture_above", {"sites": ["neck"]}, True),
        ("posture_above", {"sites": ["lower_back"]}, False),
        ("posture_above", {"sites": ["shoulders"]}, False),
        ("rest", {}, False),
        ("rest", {"factors": ["stress"]}, True),
        ("rest", {"factors": ["poor_sleep"]}, True),
        ("rest", {"factors": ["heavy_exercise"]}, True),
        ("movement", {}, False),
        ("movement", {"factors": ["low_activity"]}, True),
        ("movement", {"back_detail": ["weak_back_muscles"]}, True),
        ("movement", {"factors": ["low_activity"]} | ACUTE, False),
        ("movement", {"factors": ["low_activity"]} | ACUTE | LATER, True),
        ("self_massage", LEG_CRAMP, True),
        ("self_massage", {"sites": ["legs"]}, False),
        ("self_massage", LEG_CRAMP | {"heart_detail": ["high_blood_pressure"]}, False),
        ("self_massage", LEG_CRAMP | {"body": ["wound_bruise_veins"]}, False),
        ("self_massage", LEG_CRAMP | {"signs_now": ["constant_calf_pain"]}, False),
        ("self_massage", LEG_CRAMP | {"medications": ["anticoagulants"]}, False),
    ],
)
def test_a_card_is_shown_where_it_fits(card: str, changes: dict[str, Any], is_shown: bool) -> None:
    assert (card in cards(changes)) is is_shown


@pytest.mark.parametrize(
    ("card", "answers", "is_shown"),
    [
        # What the rules send to a physician before it could matter for a card is looked at by itself.
        ("heat", {"signs_now": ["fever_or_chills"]}, False),
        ("heat", {"signs_now": ["limb_swollen_warm"]}, False),
        ("self_massage", LEG_CRAMP | {"signs_now": ["limb_swollen_warm"]}, False),
        ("self_massage", LEG_CRAMP | {"blood_detail": ["clot_past"]}, False),
        ("self_massage", LEG_CRAMP | {"pregnancy_stage": "postpartum_6w"}, False),
        ("self_massage", LEG_CRAMP | {"operation_detail": ["operation_6w"]}, False),
        ("self_massage", LEG_CRAMP, True),
    ],
)
def test_a_card_is_hidden_by_its_own_conditions(card: str, answers: dict[str, Any], is_shown: bool) -> None:
    shown = choose_cards(complete(answers), Outcome(level=Level.CLEAR), RULEBOOK)

    assert (card in {each.id for each in shown}) is is_shown


STAND_INS = {"hydration_ask", "posture_above"}
# Without the two that stand in for another where it is hidden.
EVERYTHING = LEG_CRAMP | {
    "sites": ["legs", "lower_back"],
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
        (Level.PHYSICIAN, WHILE_WAITING - STAND_INS),
        (Level.CAUTION, {card.id for card in CARDS} - {"self_massage"} - STAND_INS),
        (Level.CLEAR, {card.id for card in CARDS} - STAND_INS),
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
    data = json.loads((FOLDER / IN_FORCE / "rules.json").read_text(encoding="utf-8"))
    advice = {"id": "advice", "level": "CLEAR", "cond": text, "excl": [], "client": "-", "staff": "", "src": "-"}

    read = read_rulebook({"derived": data["derived"], "rules": [advice]}, file="advice.py")

    assert read.rules[0].text == text
