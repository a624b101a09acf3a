"""What goes with an outcome: which treatment suits best, and what a client can do at home. Pure.

Parts 6 and 7 of the clinical plan. Treatments are matched for CLEAR and CAUTION only. Self-care never goes with
EMERGENCY, and with PHYSICIAN only what helps while waiting. The tables below speak the language of the rulebook.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from booking.rules.answers import AnyAnswers, check_answers
from booking.rules.expressions import Expression, evaluate, parse
from booking.rules.levels import BOOKABLE, WITH_ADVICE, Level
from booking.rules.rulebook import Rule, Rulebook
from booking.rules.triage import Outcome

# Ties go to the one further left.
GENTLEST_FIRST = ("swedish", "myofascial_release", "trigger_point", "deep_tissue")
# Signs that concern the maternity unit, where the clinic has named its line.
MATERNITY_RULE = "em-pregnancy-warning"
# No outcome means "safe", so every one says what to watch for.
CALL_AT_ONCE_IF = (
    "you lose control of bladder or bowel, or go numb between the legs",
    "both legs become weak or numb",
    "you get chest pain or cannot get your breath",
    "your face droops, an arm goes weak, or you can't speak or see as usual",
    "you get a sudden headache that is the worst ever",
)
SEE_A_DOCTOR_IF = (
    "the pain becomes severe, or a bad spasm lasts more than 3 days",
    "you notice weakness, numbness or tingling",
    "pain begins to travel into an arm or a leg",
    "one leg swells, or becomes warm or red",
    "you get a fever, or lose weight without a reason",
    "it has not eased after a few weeks",
)


@dataclass(frozen=True)
class Point:
    """`points` for a treatment where `when` holds; an empty `when` always does."""

    id: str
    treatment: str
    points: int
    when: str
    reason: str
    levels: frozenset[Level] = BOOKABLE


@dataclass(frozen=True)
class Suggestion:
    """A treatment that may be booked. `reasons` are the lines that gave it points, in the order of the table."""

    treatment: str
    points: int
    reasons: tuple[Point, ...]


@dataclass(frozen=True)
class NotOffered:
    """A treatment that the answers exclude, and the rules that do; their `client` texts say why."""

    treatment: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Match:
    """`suggested` is None where nothing is left to offer, or where the outcome leads to no booking."""

    suggested: Suggestion | None = None
    also_possible: tuple[Suggestion, ...] = ()
    not_offered: tuple[NotOffered, ...] = ()


@dataclass(frozen=True)
class Card:
    """Something to do at home: shown where `show` holds and `hide` does not. `see_a_doctor_if` ends the card."""

    id: str
    title: str
    text: str
    limit: str
    see_a_doctor_if: str
    show: str
    hide: str = ""
    levels: frozenset[Level] = field(default=BOOKABLE)

    @property
    def ending(self) -> str:
        return f"Stop if it hurts more; see a doctor if {self.see_a_doctor_if}."


POINTS = (
    Point(
        "long_tension",
        "deep_tissue",
        2,
        "complaint_type == 'tension_or_stiffness' and OVER_3_WEEKS",
        "Slow, deep strokes suit tension that has lasted for weeks.",
    ),
    Point(
        "mild_knot",
        "deep_tissue",
        1,
        "has(feel,'hard_knot') and severity == 'mild'",
        "A knot that is only mildly sore can take deep pressure.",
    ),
    Point("knot", "trigger_point", 2, "has(feel,'hard_knot')", "Steady pressure works on the knot that you feel."),
    Point(
        "spasm",
        "trigger_point",
        1,
        "complaint_type == 'spasm_or_cramp' and severity in ('mild','moderate')",
        "Pressure on single points can ease a muscle that cramps.",
    ),
    Point(
        "stiff",
        "myofascial_release",
        2,
        "has(feel,'hard_to_move') or has(pain_signs,'locked')",
        "Gentle stretching suits a place that does not move freely.",
    ),
    Point("sore", "myofascial_release", 1, "MEDIUM_UP", "It is gentle where a place is quite sore."),
    Point("any", "swedish", 1, "", "Light to moderate pressure suits most people."),
    Point("relaxing", "swedish", 2, "complaint_type == 'relaxation_only'", "You are coming to relax."),
    Point("stress", "swedish", 1, "has(factors,'stress')", "It is the most restful of the four."),
    Point(
        "careful",
        "swedish",
        1,
        "",
        "It is the gentlest choice where care is needed.",
        frozenset({Level.CAUTION}),
    ),
)
PREFERRED = {treatment: Point("preferred", treatment, 1, "", "You chose it.") for treatment in GENTLEST_FIRST}

POSTURE = "(any_of(factors,'desk_posture','heavy_bags_lifting') or SPINE)"
CARDS = (
    Card(
        "hydration",
        "Drinking",
        "Drink regularly through the day, and more when you sweat. After long sweating a drink with minerals can help.",
        "Very much water at once can do harm. Where a doctor limits what you drink, keep to that.",
        "cramps keep coming back or your urine turns dark",
        "any_of(factors,'dehydration','heavy_exercise') or complaint_type == 'spasm_or_cramp'",
        "has(conditions,'kidney_or_liver_disease') or has(heart_detail,'heart_condition')",
        WITH_ADVICE,
    ),
    Card(
        "hydration_ask",
        "Drinking",
        "Ask your doctor how much to drink.",
        "With your heart, kidneys or liver, more is not always better.",
        "cramps keep coming back or your urine turns dark",
        "(any_of(factors,'dehydration','heavy_exercise') or complaint_type == 'spasm_or_cramp') and "
        "(has(conditions,'kidney_or_liver_disease') or has(heart_detail,'heart_condition'))",
        levels=WITH_ADVICE,
    ),
    Card(
        "food",
        "Food and minerals",
        "Fruit, vegetables, beans, nuts and dairy food bring potassium, magnesium and calcium.",
        "This is about food only. Ask a doctor or pharmacist before you take a supplement.",
        "spasms go on although you eat well",
        "has(factors,'poor_diet') or has(hormone_detail,'mineral_deficiency')",
    ),
    Card(
        "stretching",
        "Stretching",
        "Stretch gently before and after activity, and every day. Stretch a cramping muscle slowly and hold it.",
        "It may pull, and it should not hurt.",
        "a muscle stays stuck for more than 3 days",
        "any_of(factors,'no_stretching','heavy_exercise') or "
        "(complaint_type == 'spasm_or_cramp' and has(sites,'legs'))",
        "has(pain_signs,'locked') or NEW_INJURY",
    ),
    Card(
        "heat",
        "Warmth",
        "Put a warm pack on the tight muscle for 15 to 20 minutes.",
        "Keep a layer of cloth between the pack and your skin, and do not fall asleep on it.",
        "the place swells, reddens or goes numb",
        "complaint_type in ('tension_or_stiffness','spasm_or_cramp')",
        "NO_HEAT",
    ),
    Card(
        "posture",
        "Sitting and lifting",
        "Get up for a moment every half hour, and support your lower back with a pillow. Carry a bag on both straps, "
        "and lift with bent knees and the load close to you.",
        "Change your position often: none is good for hours.",
        "pain begins to travel into an arm or a leg",
        f"{POSTURE} and has(sites,'lower_back')",
        levels=WITH_ADVICE,
    ),
    Card(
        "posture_above",
        "Sitting and carrying",
        "Get up for a moment every half hour, and carry a bag on both straps.",
        "Change your position often: none is good for hours.",
        "pain begins to travel into an arm or a leg",
        POSTURE,
        "has(sites,'lower_back')",
        WITH_ADVICE,
    ),
    Card(
        "rest",
        "Rest and stress",
        "Let rest follow activity, and keep regular hours of sleep. Slow breathing, yoga or meditation can ease tension.",
        "Rest does not mean staying in bed: go on moving as far as it is comfortable.",
        "pain wakes you most nights",
        "any_of(factors,'stress','poor_sleep','heavy_exercise')",
        levels=WITH_ADVICE,
    ),
    Card(
        "movement",
        "Movement",
        "Move regularly and build it up slowly, at best with a trainer. Calf raises and toe curls strengthen the legs.",
        "Begin with less than you think you can do.",
        "you notice weakness or numbness",
        "has(factors,'low_activity') or has(back_detail,'weak_back_muscles')",
        "NEW_INJURY",
    ),
    Card(
        "self_massage",
        "Easing a calf cramp",
        "If it is the calf, stroke it in slow circles with the heel of your hand.",
        "Only for a cramp that comes and goes, and only gently. Not after a long journey, bed rest or a cast in the last "
        "4 weeks.",
        "the calf swells, turns warm or changes colour, on the same day",
        "complaint_type == 'spasm_or_cramp' and has(sites,'legs')",
        "any_of(signs_now,'limb_swollen_warm','constant_calf_pain') or has(body,'wound_bruise_veins') or CLOT_RISK or "
        "has(medications,'anticoagulants')",
        frozenset({Level.CLEAR}),
    ),
)


def match_treatments(answers: AnyAnswers, outcome: Outcome, rulebook: Rulebook, *, preferred: str = "") -> Match:
    """Which treatments to offer, the best one first, and which not and why. Empty unless CLEAR or CAUTION.

    `preferred` is what was chosen before the questions.
    """
    if outcome.level not in BOOKABLE:
        return Match()
    cleaned = check_answers(answers, questionnaire=rulebook.questionnaire).answers
    offered = [
        _suggestion(treatment, cleaned, outcome.level, rulebook, is_preferred=treatment == preferred)
        for treatment in GENTLEST_FIRST
        if treatment not in outcome.excluded
    ]
    # A stable sort: the gentler one stays in front where points are equal.
    offered.sort(key=lambda suggestion: -suggestion.points)
    return Match(
        suggested=offered[0] if offered else None,
        also_possible=tuple(offered[1:]),
        not_offered=tuple(
            NotOffered(
                treatment=treatment,
                rules=tuple(rule for rule in outcome.fired if treatment in rule.excluded),
            )
            for treatment in outcome.excluded
        ),
    )


def choose_cards(answers: AnyAnswers, outcome: Outcome, rulebook: Rulebook) -> tuple[Card, ...]:
    """The self-care cards that fit these answers. None without an outcome, and none with EMERGENCY."""
    if outcome.level is None:
        return ()
    cleaned = check_answers(answers, questionnaire=rulebook.questionnaire).answers
    return tuple(
        card
        for card in CARDS
        if outcome.level in card.levels
        and _holds(card.show, cleaned, rulebook)
        and not (card.hide and _holds(card.hide, cleaned, rulebook))
    )


def _suggestion(
    treatment: str, answers: Mapping[str, Any], level: Level, rulebook: Rulebook, *, is_preferred: bool
) -> Suggestion:
    reasons = tuple(
        point
        for point in POINTS
        if point.treatment == treatment
        and level in point.levels
        and (not point.when or _holds(point.when, answers, rulebook))
    )
    reasons += (PREFERRED[treatment],) if is_preferred else ()
    return Suggestion(treatment, sum(point.points for point in reasons), reasons)


def _holds(text: str, answers: Mapping[str, Any], rulebook: Rulebook) -> bool:
    return evaluate(_parsed(text), answers, rulebook.conditions_by_name)


@functools.cache
def _parsed(text: str) -> Expression:
    return parse(text)
