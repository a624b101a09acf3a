"""The rulebook told a second time, as cases: written from part 5 of the clinical plan, not from the code.

A star is a client for whom a rule fires, and for each question that matters, one at a time, the answers that keep it
firing and those that silence it. All other answers stay as they are. So every star holds the rule's conditions apart:
each choice, each operator, each limit at, just under and just over it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from booking.intake.questionnaire import load_questionnaire
from tests.booking.intake.answers import complete


@dataclass(frozen=True)
class Values:
    """Answers to one question: those with which the rule fires, and those with which it does not."""

    yes: tuple[Any, ...]
    no: tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """Complete answers, and whether the rule fires. `changed` is the question that was varied, with its answer."""

    rule: str
    fires: bool
    answers: dict[str, Any]
    changed: tuple[str, Any]


@dataclass(frozen=True)
class Star:
    rule: str
    centre: dict[str, Any]
    rays: dict[str, Values]

    def cases(self) -> Iterator[Case]:
        for key, values in self.rays.items():
            for fires, answers in ((True, values.yes), (False, values.no)):
                for answer in answers:
                    yield Case(self.rule, fires, complete(self.centre | {key: answer}), (key, answer))


def at_least(limit: int, *, most: int) -> Values:
    return Values(yes=(limit, limit + 1, most), no=(limit - 1, 0))


def under(limit: int) -> Values:
    return Values(yes=(limit - 1, limit - 2), no=(limit, limit + 1))


def at_most(limit: int) -> Values:
    return Values(yes=(limit, limit - 1), no=(limit + 1, limit + 2))


def over_hours(limit: int) -> Values:
    return Values(yes=(limit + TENTH, limit + 1, 876000), no=(limit, limit - TENTH, 0))


def up_to_hours(limit: int) -> Values:
    return Values(yes=(limit, limit - TENTH, 0), no=(limit + TENTH, limit + 1, 876000))


def hours_between(over: int, up_to: int) -> Values:
    return Values(yes=(over + TENTH, over + 1, up_to - TENTH, up_to), no=(over, over - TENTH, up_to + TENTH, up_to + 1))


def all_but(key: str, *choices: str) -> tuple[str, ...]:
    return tuple(value for value in load_questionnaire().field(key).values if value not in choices)


TENTH = Decimal("0.1")
PROBLEM = ("tension_or_stiffness", "spasm_or_cramp", "pain")
PAINFUL = ("spasm_or_cramp", "pain")
SPINE = ("neck", "mid_back", "lower_back")
PERSISTENT = ("constant", "most_days")
RECURRING = ("constant", "most_days", "weekly")
NERVES = ("weakness", "numbness", "tingling", "foot_drop_or_dropping", "clumsy_hands", "unsteady_walking")
NO_NOTE = ("not_seen", "seen_no_massage_advice", "advised_against")
# A doctor's note does not turn the rule off.
NOTE_OR_NOT = (*NO_NOTE, "cleared")
CLOT_EVENTS = ("surgery_6w", "fracture_12w", "long_immobility_4w")
CLOT_CONDITIONS = ("cancer_active", "clot_recent_6m", "clot_past")
EXPECTING = ("possibly", "first_trimester", "second_or_third_trimester", "complicated")
IMPACT = {"onset": "sudden_after_impact"}


def star(rule: str, centre: dict[str, Any] | None = None, /, **rays: tuple[Any, ...] | Values) -> Star:
    """A tuple of choices fires, every other choice of that question does not. The centre takes the first of each."""
    named = {key: values if isinstance(values, Values) else _choices(key, values) for key, values in rays.items()}
    return Star(rule, {key: values.yes[0] for key, values in named.items()} | (centre or {}), named)


def nerve_stars(rule: str, *symptoms: str) -> list[Star]:
    """The sign alone fires; only a doctor's note and a course that is not worse turn it off together."""
    return [
        star(rule, nerve_symptoms=symptoms, doctor_review=NO_NOTE),
        star(
            rule,
            {"doctor_review": "cleared"},
            nerve_symptoms=symptoms,
            nerve_course=("worse_over_weeks", "worse_over_days"),
        ),
    ]


def _choices(key: str, fires: tuple[Any, ...]) -> Values:
    field = load_questionnaire().field(key)
    if field.type == "boolean":
        return Values(yes=fires, no=tuple(value for value in (True, False) if value not in fires))
    others = tuple(value for value in field.values if value not in fires)
    if field.type == "multi":
        return Values(yes=tuple([value] for value in fires), no=tuple([value] for value in others))
    return Values(yes=fires, no=others)


EMERGENCY = [
    star(
        "em-cauda-equina",
        emergency_symptoms=("bladder_bowel_change", "saddle_numbness", "both_legs_weak_numb"),
        complaint_type=(*PROBLEM, "relaxation_only"),
        doctor_review=NOTE_OR_NOT,
    ),
    star("em-both-legs-pain", pain_spread=("down_both_legs",), complaint_type=PROBLEM, doctor_review=NOTE_OR_NOT),
    star("em-chest-breath", emergency_symptoms=("chest_pain_pressure", "sudden_breathless", "coughing_blood")),
    star("em-stroke-signs", emergency_symptoms=("face_arm_speech",)),
    star("em-neck-artery", emergency_symptoms=("vision_speech_swallow_balance",)),
    star("em-thunderclap", emergency_symptoms=("thunderclap_headache",)),
    star("em-meningitis-signs", emergency_symptoms=("fever_stiff_neck_confusion",)),
    star("em-aortic-signs", emergency_symptoms=("tearing_or_pulsing_belly",)),
    star("em-collapse", emergency_symptoms=("fainting_collapse",)),
    star(
        "em-major-trauma",
        onset=("sudden_after_impact",),
        injury_mechanism=("vehicle_collision", "fall_from_height"),
        sites=("neck", "mid_back", "lower_back", "jaw_head", "chest", "abdomen"),
        duration_hours=up_to_hours(72),
        doctor_review=("not_seen",),
        immediate_severe_pain=(True,),
    ),
    star(
        "em-major-trauma",
        IMPACT | {"injury_mechanism": "fall_from_height", "sites": ["chest"]},
        severity=at_least(7, most=10),
    ),
    star(
        "em-major-trauma",
        IMPACT | {"injury_mechanism": "fall_from_height", "sites": ["chest"]},
        nerve_symptoms=NERVES,
    ),
    star(
        "em-rapid-weakness",
        nerve_symptoms=("weakness", "foot_drop_or_dropping", "clumsy_hands", "unsteady_walking"),
        nerve_course=("worse_over_days",),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-fever-spine-nerve",
        general_symptoms=("fever_or_chills",),
        sites=SPINE,
        complaint_type=PAINFUL,
        nerve_symptoms=NERVES,
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-muscle-breakdown",
        general_symptoms=("dark_urine",),
        severity=at_least(7, most=10),
        complaint_type=PROBLEM,
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-muscle-breakdown",
        general_symptoms=("dark_urine",),
        nerve_symptoms=("weakness",),
        complaint_type=PROBLEM,
    ),
    star(
        "em-pregnancy-warning",
        pregnancy=(*EXPECTING, "postpartum_6w"),
        pregnancy_warning_signs=(True,),
        doctor_review=NOTE_OR_NOT,
    ),
]

PHYSICIAN = [
    star(
        "ph-severe-over-72h",
        complaint_type=PROBLEM,
        severity=at_least(7, most=10),
        duration_hours=over_hours(72),
        pattern=PERSISTENT,
        doctor_review=NO_NOTE,
    ),
    *nerve_stars("ph-weakness", "weakness"),
    *nerve_stars("ph-numbness", "numbness"),
    *nerve_stars("ph-tingling", "tingling"),
    star("ph-associated-pain", pain_spread=("other_area",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star("ph-shooting-arm", pain_spread=("down_arm_or_hand",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star("ph-shooting-leg", pain_spread=("down_one_leg",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star(
        "ph-severe-sharp-neck-back",
        complaint_type=PROBLEM,
        sites=SPINE,
        severity=at_least(7, most=10),
        pain_quality=("sharp_stabbing",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-extreme-neck-back",
        complaint_type=PROBLEM,
        sites=SPINE,
        severity=at_least(9, most=10),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-impact-instant-severe",
        onset=("sudden_after_impact",),
        immediate_severe_pain=(True,),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-chronic-over-6-months",
        {"severity": 1},
        complaint_type=PAINFUL,
        pattern=RECURRING,
        duration_hours=over_hours(4392),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-chronic-over-6-months",
        {"complaint_type": "tension_or_stiffness"},
        severity=at_least(4, most=10),
        pattern=RECURRING,
        duration_hours=over_hours(4392),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-spasm-over-few-weeks",
        {"severity": 1},
        complaint_type=("spasm_or_cramp",),
        pattern=RECURRING,
        duration_hours=over_hours(504),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-spasm-over-few-weeks",
        complaint_type=("pain", "spasm_or_cramp"),
        severity=at_least(4, most=10),
        pattern=RECURRING,
        duration_hours=over_hours(504),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-frequent-painful",
        complaint_type=("spasm_or_cramp",),
        pattern=("most_days",),
        severity=at_least(4, most=10),
        duration_hours=over_hours(336),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-worse-after-massage",
        massage_response=("worse",),
        sessions_count=Values(yes=(2, 3, 200), no=(1,)),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-no-help-massage",
        massage_response=("no_change",),
        sessions_count=Values(yes=(4, 5, 200), no=(3, 1)),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-spinal-structure",
        conditions=("spinal_curve",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-known-disc-nerve",
        conditions=("disc_or_pinched_nerve",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-neuro-history",
        conditions=("stroke_or_tia", "other_neurological"),
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-condition-uncontrolled",
        conditions=(
            "multiple_sclerosis",
            "diabetes",
            "lupus",
            "thyroid_disorder",
            "other_hormone_metabolic",
            "other_neurological",
            "inflammatory_arthritis",
            "heart_condition",
            "high_blood_pressure",
            "kidney_or_liver_disease",
        ),
        condition_status=("flare_or_uncontrolled",),
        doctor_review=NOTE_OR_NOT,
    ),
    star("ph-toxin", recent_events=("toxin_exposure",), complaint_type=PROBLEM, doctor_review=NOTE_OR_NOT),
    star("ph-locked-over-72h", movement_limit=("locked",), duration_hours=over_hours(72), doctor_review=NO_NOTE),
    star(
        "ph-medicine-related",
        medications=("statins", "corticosteroids", "antidepressants"),
        med_related=("yes",),
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-statin-severe-or-widespread",
        medications=("statins",),
        sites=("widespread",),
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-statin-severe-or-widespread",
        {"complaint_type": "spasm_or_cramp"},
        medications=("statins",),
        severity=at_least(7, most=10),
    ),
    *nerve_stars("ph-foot-drop-dropping", "foot_drop_or_dropping"),
    *nerve_stars("ph-clumsy-unsteady", "clumsy_hands", "unsteady_walking"),
    star(
        "ph-nerve-worsening",
        nerve_symptoms=NERVES,
        nerve_course=("worse_over_weeks", "worse_over_days"),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "ph-impact-high-energy",
        onset=("sudden_after_impact",),
        injury_mechanism=("vehicle_collision", "fall_from_height"),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-impact-fragile",
        onset=("sudden_after_impact",),
        sites=SPINE,
        age_years=at_least(65, most=120),
        doctor_review=NO_NOTE,
    ),
    star("ph-impact-fragile", IMPACT | {"sites": ["neck"]}, conditions=("osteoporosis",)),
    star("ph-impact-fragile", IMPACT | {"sites": ["neck"]}, medications=("corticosteroids",)),
    star(
        "ph-impact-fragile",
        onset=("sudden_lift_or_twist", "sudden_after_impact"),
        sites=SPINE,
        conditions=("osteoporosis",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-impact-fragile",
        {"sites": ["neck"]},
        onset=("sudden_lift_or_twist", "sudden_after_impact"),
        medications=("corticosteroids",),
    ),
    star("ph-fever", general_symptoms=("fever_or_chills",), complaint_type=PROBLEM, doctor_review=NOTE_OR_NOT),
    star(
        "ph-weight-loss",
        general_symptoms=("unexplained_weight_loss",),
        complaint_type=(*PROBLEM, "relaxation_only"),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "ph-night-pain",
        general_symptoms=("unrelenting_night_pain",),
        complaint_type=PROBLEM,
        doctor_review=NO_NOTE,
    ),
    star("ph-cancer-active", conditions=("cancer_active",), doctor_review=NO_NOTE),
    star(
        "ph-cancer-history-spine",
        conditions=("cancer_past",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-infection-risk-spine",
        recent_events=("serious_infection_or_injected_drugs",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star("ph-spine-lump-or-shape", general_symptoms=("spine_shape_change_or_lump",), doctor_review=NOTE_OR_NOT),
    # Three weak flags: two are there, the third is varied.
    star(
        "ph-flag-cluster-3",
        {"medications": ["corticosteroids"], "conditions": ["immune_suppressed"]},
        sites=SPINE,
        complaint_type=PAINFUL,
        age_years=Values(yes=(65, 66, 120, 19, 18, 0), no=(64, 20, 21)),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"]},
        medications=("corticosteroids",),
        conditions=("immune_suppressed", "osteoporosis"),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        general_symptoms=("feeling_unwell", "morning_stiffness_30min"),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "medications": ["corticosteroids"]},
        sites=("mid_back",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        massage_response=("no_change",),
        sessions_count=Values(yes=(2, 3, 200), no=(1,)),
    ),
    star("ph-dvt-signs", leg_symptoms=("one_leg_swelling", "one_leg_warm_red"), doctor_review=NOTE_OR_NOT),
    star(
        "ph-calf-pain-clot-risk",
        leg_symptoms=("constant_calf_pain",),
        recent_events=CLOT_EVENTS,
        doctor_review=NOTE_OR_NOT,
    ),
    star("ph-calf-pain-clot-risk", leg_symptoms=("constant_calf_pain",), conditions=CLOT_CONDITIONS),
    star(
        "ph-calf-pain-clot-risk",
        leg_symptoms=("constant_calf_pain",),
        pregnancy=(*EXPECTING, "postpartum_6w"),
    ),
    star("ph-clot-recent", conditions=("clot_recent_6m",), doctor_review=NO_NOTE),
    star("ph-bleeding-disorder", conditions=("bleeding_disorder",), doctor_review=NO_NOTE),
    star("ph-recent-surgery", recent_events=("surgery_6w", "spinal_injection_4w"), doctor_review=NO_NOTE),
    star("ph-recent-fracture", recent_events=("fracture_12w",), doctor_review=NO_NOTE),
    star("ph-recent-heart-stroke", recent_events=("heart_attack_or_stroke_6m",), doctor_review=NO_NOTE),
    star(
        "ph-stroke-history",
        conditions=("stroke_or_tia",),
        complaint_type=(*PROBLEM, "relaxation_only"),
        doctor_review=NO_NOTE,
    ),
    star("ph-pregnancy-complicated", pregnancy=("complicated",), doctor_review=NO_NOTE),
    star(
        "ph-child-back-pain",
        age_years=under(16),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-inflammatory-back",
        age_years=under(45),
        sites=("lower_back", "hip_buttock"),
        duration_hours=over_hours(2196),
        general_symptoms=("morning_stiffness_30min",),
        pattern=RECURRING,
        complaint_type=PROBLEM,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-shoulder-stiffness-50",
        age_years=at_least(50, most=120),
        sites=("shoulders", "hip_buttock"),
        general_symptoms=("morning_stiffness_30min",),
        duration_hours=over_hours(168),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-head-artery-50",
        {"sites": ["shoulders"]},
        age_years=at_least(50, most=120),
        head_symptoms=("jaw_or_scalp_pain",),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "ph-head-artery-50",
        {"sites": ["neck"]},
        age_years=at_least(50, most=120),
        head_symptoms=Values(
            yes=(["headache_new_or_different", "visual_disturbance"],),
            no=(
                ["headache_new_or_different"],
                ["visual_disturbance"],
                ["headache_new_or_different", "dizziness"],
                ["headache_after_neck_injury", "visual_disturbance"],
            ),
        ),
    ),
    star(
        "ph-headache-new",
        {"sites": ["shoulders"]},
        head_symptoms=("headache_new_or_different",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-headache-after-injury",
        {"sites": ["shoulders"]},
        head_symptoms=("headache_after_neck_injury",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-dizzy-or-vision-neck",
        head_symptoms=("dizziness", "visual_disturbance"),
        sites=("neck", "jaw_head"),
        doctor_review=NO_NOTE,
    ),
    star("ph-dark-urine", general_symptoms=("dark_urine",), doctor_review=NOTE_OR_NOT),
    star("ph-undiagnosed-lump", skin_local=("undiagnosed_lump",), doctor_review=NO_NOTE),
    star("ph-chest-abdomen-site", sites=("chest", "abdomen"), complaint_type=PAINFUL, doctor_review=NO_NOTE),
    star("ph-advised-against", doctor_review=("advised_against",)),
    star("ph-unsure-urgent", emergency_symptoms=("unsure",), doctor_review=NOTE_OR_NOT),
]

CAUTION = [
    star("ca-severe-now", severity=at_least(7, most=10), complaint_type=PROBLEM),
    star(
        "ca-sharp-or-electric",
        severity=at_least(4, most=10),
        pain_quality=("sharp_stabbing", "burning_electric", "intense_constant"),
        complaint_type=PROBLEM,
    ),
    star(
        "ca-acute-injury",
        onset=("sudden_after_impact", "sudden_lift_or_twist"),
        duration_hours=up_to_hours(72),
    ),
    star(
        "ca-acute-strain",
        onset=("after_overuse",),
        duration_hours=up_to_hours(72),
        severity=at_least(4, most=10),
    ),
    star("ca-locked", movement_limit=("locked",)),
    star("ca-anticoagulants", medications=("anticoagulants",)),
    star("ca-corticosteroids", medications=("corticosteroids",)),
    star("ca-strong-painkillers", medications=("strong_painkillers_or_sedatives",)),
    star("ca-muscle-medicine-note", medications=("statins", "antidepressants"), complaint_type=PROBLEM),
    star(
        "ca-med-related-unsure",
        med_related=("yes", "unsure"),
        medications=("statins", "corticosteroids", "antidepressants"),
    ),
    star("ca-osteoporosis", conditions=("osteoporosis",)),
    star("ca-diabetes", conditions=("diabetes",)),
    star("ca-ms", conditions=("multiple_sclerosis",)),
    star("ca-fibromyalgia", conditions=("fibromyalgia",)),
    star("ca-lupus", conditions=("lupus",)),
    star(
        "ca-hormonal",
        conditions=(
            "thyroid_disorder",
            "pcos",
            "menopause_symptoms",
            "other_hormone_metabolic",
            "mineral_deficiency",
        ),
        complaint_type=PROBLEM,
    ),
    star("ca-inflammatory-arthritis", conditions=("inflammatory_arthritis",)),
    star("ca-osteoarthritis", conditions=("osteoarthritis",), complaint_type=PROBLEM),
    star("ca-nerve-damage", conditions=("nerve_damage",)),
    star("ca-disc-known", conditions=("disc_or_pinched_nerve",)),
    star("ca-spinal-curve", conditions=("spinal_curve",)),
    star("ca-weak-back", factors=("weak_back_muscles",)),
    star("ca-neuro-stable", conditions=("other_neurological",)),
    star("ca-heart", conditions=("heart_condition",)),
    star("ca-blood-pressure", conditions=("high_blood_pressure",)),
    star("ca-kidney-liver", conditions=("kidney_or_liver_disease",)),
    star("ca-immune", conditions=("immune_suppressed",)),
    star("ca-clot-past", conditions=("clot_past",)),
    star("ca-cancer-past", conditions=("cancer_past",)),
    star(
        "ca-calf-pain",
        leg_symptoms=("constant_calf_pain",),
        recent_events=all_but("recent_events", *CLOT_EVENTS),
        conditions=all_but("conditions", *CLOT_CONDITIONS),
        pregnancy=("not_pregnant_or_na",),
    ),
    star("ca-varicose", leg_symptoms=("varicose_veins",)),
    star("ca-pregnancy", pregnancy=EXPECTING),
    star("ca-pregnancy-early", pregnancy=("possibly", "first_trimester")),
    star("ca-postpartum", pregnancy=("postpartum_6w",)),
    star("ca-surgery-6m", recent_events=("surgery_6m",)),
    star(
        "ca-cleared-risk",
        doctor_review=("cleared",),
        conditions=("cancer_active", "bleeding_disorder", "clot_recent_6m", "stroke_or_tia"),
    ),
    star(
        "ca-cleared-risk",
        doctor_review=("cleared",),
        recent_events=("surgery_6w", "fracture_12w", "heart_attack_or_stroke_6m", "spinal_injection_4w"),
    ),
    star("ca-cleared-risk", doctor_review=("cleared",), pregnancy=("complicated",)),
    star("ca-cleared-by-doctor", doctor_review=("cleared",)),
    star(
        "ca-nerve-cleared",
        nerve_symptoms=NERVES,
        nerve_course=("stable", "getting_better"),
        doctor_review=("cleared",),
    ),
    star(
        "ca-massage-setback",
        massage_response=("worse",),
        sessions_count=Values(yes=(1,), no=(2, 3, 200)),
    ),
    star(
        "ca-massage-setback",
        massage_response=("no_change",),
        sessions_count=Values(yes=(2, 3), no=(1, 4, 200)),
    ),
    # Exactly two weak flags.
    star(
        "ca-flag-cluster-2",
        {"age_years": 65},
        medications=("corticosteroids",),
        sites=("neck", "lower_back"),
        complaint_type=PAINFUL,
        conditions=all_but("conditions", "immune_suppressed", "osteoporosis"),
        general_symptoms=all_but("general_symptoms", "feeling_unwell", "morning_stiffness_30min"),
    ),
    star(
        "ca-flag-cluster-2",
        {"medications": ["corticosteroids"], "sites": ["neck"], "complaint_type": "pain"},
        age_years=Values(yes=(65, 66, 120, 19, 18, 0), no=(64, 20, 21)),
    ),
    star(
        "ca-flag-cluster-2",
        {"age_years": 65, "sites": ["neck"], "complaint_type": "pain"},
        massage_response=("no_change",),
        sessions_count=Values(yes=(2, 3, 200), no=(1,)),
    ),
    star("ca-age-75", age_years=at_least(75, most=120)),
    star("ca-minor", age_years=Values(yes=(17, 16, 0), no=(18, 19, 120))),
    star(
        "ca-minor-no-consent",
        age_years=Values(yes=(17, 16, 0), no=(18, 19, 120)),
        guardian_consent=(False,),
    ),
    star(
        "ca-status-unsure",
        condition_status=("unsure",),
        conditions=(
            "multiple_sclerosis",
            "fibromyalgia",
            "diabetes",
            "lupus",
            "thyroid_disorder",
            "other_hormone_metabolic",
            "other_neurological",
            "inflammatory_arthritis",
            "heart_condition",
            "high_blood_pressure",
            "kidney_or_liver_disease",
        ),
    ),
    star("ca-fibro-flare", conditions=("fibromyalgia",), condition_status=("flare_or_uncontrolled",)),
    star("ca-fever-relax", general_symptoms=("fever_or_chills",), complaint_type=("relaxation_only",)),
    star("ca-contagious", general_symptoms=("contagious_illness",)),
    star("ca-unwell", general_symptoms=("feeling_unwell",)),
    star("ca-skin-infection", skin_local=("rash_or_infection",)),
    star("ca-skin-local", skin_local=("open_wound_or_burn", "bruise_or_swelling")),
    star("ca-allergy", skin_local=("oil_or_latex_allergy",)),
    star(
        "ca-tension-over-few-weeks",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        duration_hours=hours_between(504, 4392),
        severity=Values(yes=(4, 5, 6), no=(3, 7)),
    ),
    star(
        "ca-long-mild",
        complaint_type=("pain",),
        pattern=RECURRING,
        severity=at_most(3),
        duration_hours=hours_between(504, 4392),
    ),
    star(
        "ca-long-mild",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        severity=at_most(3),
        duration_hours=over_hours(4392),
    ),
    star(
        "ca-weekly-spasm",
        complaint_type=("spasm_or_cramp",),
        pattern=("weekly",),
        severity=at_least(4, most=10),
        duration_hours=up_to_hours(504),
    ),
]

CLEAR = [
    star("in-any-spasm", complaint_type=("spasm_or_cramp",)),
    star("in-any-back", sites=SPINE, complaint_type=PROBLEM),
    star("in-dehydration", factors=("dehydration", "poor_diet"), complaint_type=PROBLEM),
    star("in-headache-eases", {"sites": ["shoulders"]}, head_symptoms=("headache_eases_with_tension",)),
    star(
        "in-long-tension",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        duration_hours=hours_between(504, 4392),
        severity=at_most(3),
    ),
]

STARS = (*EMERGENCY, *PHYSICIAN, *CAUTION, *CLEAR)
