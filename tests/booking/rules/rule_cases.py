"""The rulebook told a second time, as cases: written from part 5 of the clinical plan, not from the code.

A star is a client for whom a rule fires, and for each question that matters, one at a time, the answers that keep it
firing and those that silence it. All other answers stay as they are. So every star holds the rule's conditions apart:
each choice, each operator, each limit at, just under and just over it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booking.rules.questionnaire import load_questionnaire
from tests.booking.rules.answers import complete


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


def all_but(key: str, *choices: str) -> tuple[str, ...]:
    return tuple(value for value in load_questionnaire().field(key).values if value not in choices)


def longer_than(choice: str, *, up_to: str = "over_6_months") -> tuple[str, ...]:
    """The durations after `choice`."""
    return DURATIONS[DURATIONS.index(choice) + 1 : DURATIONS.index(up_to) + 1]


DURATIONS = load_questionnaire().field("duration").values
PROBLEM = ("tension_or_stiffness", "spasm_or_cramp", "pain")
PAINFUL = ("spasm_or_cramp", "pain")
SPINE = ("neck", "mid_back", "lower_back", "widespread")
RECURRING = ("weekly", "most_days")
SEVERE = ("severe", "very_severe")
MEDIUM_UP = ("moderate", *SEVERE)
NERVES = ("weakness", "numb_tingling", "clumsy_unsteady")
NO_NOTE = ("not_seen", "seen")
# A doctor's note does not turn the rule off.
NOTE_OR_NOT = (*NO_NOTE, "cleared")
CLOT_OPERATIONS = ("operation_6w", "fracture_12w")
EXPECTING = ("possibly", "first_trimester", "later", "complicated")
NOT_HELPED = ("no_change_2_or_3", "no_change_4_or_more", "worse_more")
IMPACT = {"onset": "impact"}
FALL = {"onset": "impact", "injury_force": "high", "sites": ["chest_abdomen"]}
# A doctor's view is asked for with this, whatever else is varied.
SORE = {"complaint_type": "pain", "severity": "severe"}
WEAK_AGES = Values(yes=(65, 66, 120, 19, 18, 0), no=(64, 20, 21))


def star(rule: str, centre: dict[str, Any] | None = None, /, **rays: tuple[Any, ...] | Values) -> Star:
    """A tuple of choices fires, every other choice of that question does not. The centre takes the first of each."""
    named = {key: values if isinstance(values, Values) else _choices(key, values) for key, values in rays.items()}
    return Star(rule, {key: values.yes[0] for key, values in named.items()} | (centre or {}), named)


def together(key: str, first: tuple[str, ...], second: str) -> Values:
    """Two lines of one list, both needed: one of `first`, and `second`."""
    others = all_but(key, "none", *first, second)
    return Values(
        yes=tuple([one, second] for one in first),
        no=([second], *([one] for one in first), *([other, second] for other in others)),
    )


def nerve_stars(rule: str, *signs: str) -> list[Star]:
    """The sign alone fires; only a doctor's note and a course that is not worse turn it off together."""
    return [
        star(rule, signs_now=signs, doctor_review=NO_NOTE),
        star(
            rule,
            {"doctor_review": "cleared"},
            signs_now=signs,
            nerve_course=("unsure", "worse_over_weeks", "worse_over_days"),
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
        emergency_symptoms=("bladder_bowel_change", "saddle_numbness", "both_legs"),
        complaint_type=(*PROBLEM, "relaxation_only"),
    ),
    star("em-chest-breath", emergency_symptoms=("chest_pain_pressure", "breathless_or_blood")),
    star("em-stroke-signs", emergency_symptoms=("face_arm_speech",)),
    star("em-neck-artery", emergency_symptoms=("vision_speech_swallow_balance",)),
    star("em-thunderclap", emergency_symptoms=("thunderclap_headache",)),
    star("em-meningitis-signs", emergency_symptoms=("fever_stiff_neck_confusion",)),
    star("em-aortic-signs", emergency_symptoms=("tearing_or_pulsing_belly",)),
    star("em-collapse", emergency_symptoms=("fainting_collapse",)),
    star(
        "em-major-trauma",
        {"duration": "over_6_months"},
        onset=("impact",),
        injury_force=("high",),
        sites=("neck", "mid_back", "lower_back", "jaw_head", "chest_abdomen", "widespread"),
        severity=SEVERE,
        doctor_review=("not_seen",),
    ),
    star("em-major-trauma", FALL | {"duration": "over_6_months"}, signs_now=NERVES),
    star("em-major-trauma", FALL, immediate_severe_pain=(True,), duration=("up_to_3_days",)),
    star(
        "em-rapid-weakness",
        signs_now=("weakness", "clumsy_unsteady"),
        nerve_course=("worse_over_days",),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-fever-spine-nerve",
        signs_now=together("signs_now", NERVES, "fever_or_chills"),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-muscle-breakdown",
        signs_now=("dark_urine",),
        severity=SEVERE,
        complaint_type=PROBLEM,
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "em-muscle-breakdown",
        signs_now=together("signs_now", ("weakness",), "dark_urine"),
        complaint_type=PROBLEM,
    ),
    star(
        "em-pregnancy-warning",
        pregnancy_stage=(*EXPECTING, "postpartum_6w"),
        pregnancy_warning_signs=(True,),
    ),
]

PHYSICIAN = [
    star(
        "ph-severe-over-72h",
        complaint_type=PROBLEM,
        severity=SEVERE,
        duration=longer_than("up_to_3_days"),
        pattern=("occasional", "weekly", "most_days"),
        doctor_review=NO_NOTE,
    ),
    *nerve_stars("ph-weakness", "weakness"),
    *nerve_stars("ph-numb-or-tingling", "numb_tingling"),
    star("ph-associated-pain", pain_signs=("other_area",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star("ph-shooting-limb", pain_signs=("shoots_limb",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star(
        "ph-severe-sharp-neck-back",
        complaint_type=PROBLEM,
        sites=SPINE,
        severity=SEVERE,
        pain_signs=("sharp_or_intense",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-extreme-neck-back",
        complaint_type=PROBLEM,
        sites=SPINE,
        severity=("very_severe",),
        doctor_review=NO_NOTE,
    ),
    star("ph-impact-instant-severe", onset=("impact",), immediate_severe_pain=(True,), doctor_review=NO_NOTE),
    star(
        "ph-chronic-over-6-months",
        {"severity": "mild"},
        complaint_type=PAINFUL,
        pattern=RECURRING,
        duration=("over_6_months",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-chronic-over-6-months",
        {"complaint_type": "tension_or_stiffness"},
        severity=MEDIUM_UP,
        pattern=RECURRING,
        duration=("over_6_months",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-spasm-over-few-weeks",
        {"severity": "mild"},
        complaint_type=("spasm_or_cramp",),
        pattern=RECURRING,
        duration=longer_than("up_to_3_weeks"),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-spasm-over-few-weeks",
        complaint_type=("pain", "spasm_or_cramp"),
        severity=MEDIUM_UP,
        pattern=RECURRING,
        duration=longer_than("up_to_3_weeks"),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-frequent-painful",
        complaint_type=("spasm_or_cramp",),
        pattern=("most_days",),
        severity=MEDIUM_UP,
        duration=longer_than("up_to_2_weeks"),
        doctor_review=NO_NOTE,
    ),
    star("ph-worse-after-massage", massage_result=("worse_more",), doctor_review=NO_NOTE),
    star("ph-no-help-massage", massage_result=("no_change_4_or_more",), doctor_review=NO_NOTE),
    star(
        "ph-spinal-structure",
        back_detail=("spinal_curve",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-known-disc-nerve",
        back_detail=("disc_or_pinched_nerve",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star("ph-neuro-history", heart_detail=("stroke_or_tia",), complaint_type=PAINFUL, doctor_review=NO_NOTE),
    star("ph-neuro-history", nerve_detail=("other_neurological",), complaint_type=PAINFUL, doctor_review=NO_NOTE),
    star(
        "ph-condition-uncontrolled",
        nerve_detail=("other_neurological", "multiple_sclerosis"),
        condition_status=("flare_or_uncontrolled",),
        doctor_review=NOTE_OR_NOT,
    ),
    star(
        "ph-condition-uncontrolled",
        {"condition_status": "flare_or_uncontrolled"},
        joint_detail=("lupus", "inflammatory_arthritis"),
    ),
    star(
        "ph-condition-uncontrolled",
        {"condition_status": "flare_or_uncontrolled"},
        hormone_detail=("diabetes", "thyroid_or_metabolic"),
    ),
    star(
        "ph-condition-uncontrolled",
        {"condition_status": "flare_or_uncontrolled"},
        heart_detail=("heart_condition", "high_blood_pressure"),
    ),
    star(
        "ph-condition-uncontrolled",
        {"condition_status": "flare_or_uncontrolled"},
        conditions=Values(yes=(["kidney_or_liver_disease"],), no=(["immune_suppressed"], ["none"])),
    ),
    star("ph-toxin", background=("toxin_exposure",), complaint_type=PROBLEM),
    star(
        "ph-locked-over-72h",
        pain_signs=("locked",),
        duration=longer_than("up_to_3_days"),
        complaint_type=PROBLEM,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-medicine-related",
        {"background": ["statins"]},
        med_related=("yes",),
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-medicine-related",
        {"complaint_type": "pain", "med_related": "yes"},
        background=("statins", "antidepressants"),
    ),
    star("ph-medicine-related", {"complaint_type": "pain", "med_related": "yes"}, medications=("corticosteroids",)),
    star(
        "ph-statin-severe-or-widespread",
        background=("statins",),
        sites=("widespread",),
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-statin-severe-or-widespread",
        {"complaint_type": "spasm_or_cramp"},
        background=("statins",),
        severity=SEVERE,
    ),
    *nerve_stars("ph-clumsy-unsteady", "clumsy_unsteady"),
    star(
        "ph-nerve-worsening",
        signs_now=NERVES,
        nerve_course=("worse_over_weeks", "worse_over_days"),
        doctor_review=NOTE_OR_NOT,
    ),
    star("ph-impact-high-energy", onset=("impact",), injury_force=("high",), doctor_review=NO_NOTE),
    star(
        "ph-impact-fragile",
        onset=("impact",),
        sites=(*SPINE, "hip_buttock"),
        age_years=at_least(65, most=120),
        doctor_review=NO_NOTE,
    ),
    star("ph-impact-fragile", IMPACT | {"sites": ["hip_buttock"]}, joint_detail=("osteoporosis",)),
    star("ph-impact-fragile", IMPACT | {"sites": ["hip_buttock"]}, medications=("corticosteroids",)),
    star(
        "ph-impact-fragile",
        onset=("lift_or_twist", "impact"),
        sites=Values(
            yes=tuple([site] for site in SPINE),
            no=tuple([site] for site in all_but("sites", *SPINE)),
        ),
        joint_detail=("osteoporosis",),
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-impact-fragile",
        {"sites": ["neck"]},
        onset=("lift_or_twist", "impact"),
        medications=("corticosteroids",),
    ),
    # Lifting alone is nothing at 65.
    Star(
        "ph-impact-fragile",
        {"sites": ["neck"], "age_years": 80},
        {"onset": Values(yes=("impact",), no=("lift_or_twist", "by_itself", "after_overuse"))},
    ),
    star("ph-fever", signs_now=("fever_or_chills",), complaint_type=PROBLEM),
    star(
        "ph-weight-loss",
        signs_now=("unexplained_weight_loss",),
        complaint_type=(*PROBLEM, "relaxation_only"),
    ),
    star("ph-night-pain", pain_signs=("wakes_at_night",), complaint_type=PROBLEM, doctor_review=NO_NOTE),
    star("ph-cancer-active", cancer_status=("active", "unsure"), doctor_review=NO_NOTE),
    star(
        "ph-cancer-history-spine",
        cancer_status=("past", "active", "unsure"),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    Star(
        "ph-cancer-history-spine",
        {"sites": ["neck"], "complaint_type": "pain"},
        {"cancer_status": Values(yes=("past",), no=(None,))},
    ),
    star(
        "ph-infection-risk-spine",
        background=("infection_or_injecting",),
        sites=SPINE,
        complaint_type=PAINFUL,
        doctor_review=NO_NOTE,
    ),
    star("ph-lump-or-shape", SORE, signs_now=("lump_or_shape",), doctor_review=NOTE_OR_NOT),
    # Three weak flags: two are there, the third is varied.
    star(
        "ph-flag-cluster-3",
        {"medications": ["corticosteroids"], "conditions": ["immune_suppressed"]},
        sites=("neck", "lower_back", "mid_back", "widespread"),
        complaint_type=PAINFUL,
        age_years=WEAK_AGES,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"]},
        medications=("corticosteroids",),
        conditions=("immune_suppressed",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        joint_detail=("osteoporosis",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        signs_now=("unwell_or_catching",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        pain_signs=("morning_stiffness",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "medications": ["corticosteroids"]},
        sites=("mid_back",),
    ),
    star(
        "ph-flag-cluster-3",
        {"age_years": 65, "complaint_type": "pain", "sites": ["neck"], "medications": ["corticosteroids"]},
        massage_result=NOT_HELPED,
    ),
    star("ph-dvt-signs", SORE, signs_now=("limb_swollen_warm",), doctor_review=NOTE_OR_NOT),
    star(
        "ph-calf-pain-clot-risk",
        SORE,
        signs_now=("constant_calf_pain",),
        operation_detail=CLOT_OPERATIONS,
        doctor_review=NOTE_OR_NOT,
    ),
    star("ph-calf-pain-clot-risk", signs_now=("constant_calf_pain",), recent_immobility=(True,)),
    star("ph-calf-pain-clot-risk", signs_now=("constant_calf_pain",), cancer_status=("active", "unsure")),
    star("ph-calf-pain-clot-risk", signs_now=("constant_calf_pain",), blood_detail=("clot_recent_6m", "clot_past")),
    star(
        "ph-calf-pain-clot-risk",
        signs_now=("constant_calf_pain",),
        pregnancy_stage=Values(yes=(*EXPECTING, "postpartum_6w"), no=(None,)),
    ),
    star("ph-clot-recent", blood_detail=("clot_recent_6m",), doctor_review=NO_NOTE),
    star("ph-bleeding-disorder", blood_detail=("bleeding_disorder",), doctor_review=NO_NOTE),
    star("ph-recent-surgery", operation_detail=("operation_6w", "spinal_injection_4w"), doctor_review=NO_NOTE),
    star("ph-recent-fracture", operation_detail=("fracture_12w",), doctor_review=NO_NOTE),
    star("ph-recent-heart-stroke", heart_detail=("heart_event_6m",), doctor_review=NO_NOTE),
    star(
        "ph-stroke-history",
        heart_detail=("stroke_or_tia",),
        complaint_type=(*PROBLEM, "relaxation_only"),
        doctor_review=NO_NOTE,
    ),
    star("ph-pregnancy-complicated", pregnancy_stage=("complicated",), doctor_review=NO_NOTE),
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
        sites=("lower_back", "hip_buttock", "widespread"),
        duration=longer_than("up_to_3_months"),
        pain_signs=("morning_stiffness",),
        pattern=RECURRING,
        complaint_type=PROBLEM,
        doctor_review=NO_NOTE,
    ),
    star(
        "ph-shoulder-stiffness-50",
        age_years=at_least(50, most=120),
        sites=("shoulders", "hip_buttock", "widespread"),
        pain_signs=("morning_stiffness",),
        duration=longer_than("up_to_1_week"),
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
        head_symptoms=Values(yes=(["headache_new", "dizzy_or_sight"],), no=(["headache_new"], ["dizzy_or_sight"])),
    ),
    star("ph-headache-new", {"sites": ["shoulders"]}, head_symptoms=("headache_new",), doctor_review=NO_NOTE),
    star(
        "ph-dizzy-or-vision-neck",
        head_symptoms=("dizzy_or_sight",),
        sites=("neck", "shoulders", "jaw_head"),
        doctor_review=NO_NOTE,
    ),
    star("ph-dark-urine", signs_now=("dark_urine",), complaint_type=(*PROBLEM, "relaxation_only")),
    star("ph-chest-abdomen-site", sites=("chest_abdomen",), complaint_type=PAINFUL, doctor_review=NO_NOTE),
    star("ph-advised-against", SORE, conditions=("told_no_massage",), doctor_review=NOTE_OR_NOT),
    star("ph-unsure-urgent", SORE, emergency_symptoms=("unsure",), doctor_review=NOTE_OR_NOT),
]

CAUTION = [
    star("ca-severe-now", severity=SEVERE, complaint_type=PROBLEM),
    star("ca-sharp-or-electric", severity=MEDIUM_UP, pain_signs=("sharp_or_intense",), complaint_type=PROBLEM),
    star("ca-acute-injury", onset=("impact", "lift_or_twist"), duration=("up_to_3_days",)),
    star("ca-acute-strain", onset=("after_overuse",), duration=("up_to_3_days",), severity=MEDIUM_UP),
    star("ca-locked", pain_signs=("locked",)),
    star("ca-anticoagulants", medications=("anticoagulants",)),
    star("ca-corticosteroids", medications=("corticosteroids",)),
    star("ca-strong-painkillers", medications=("strong_painkillers_or_sedatives",)),
    star("ca-muscle-medicine-note", background=("statins", "antidepressants"), complaint_type=PROBLEM),
    star(
        "ca-med-related-unsure",
        med_related=("yes", "unsure"),
        background=("statins", "antidepressants"),
        complaint_type=PROBLEM,
    ),
    star("ca-med-related-unsure", {"med_related": "unsure"}, medications=("corticosteroids",)),
    star("ca-osteoporosis", joint_detail=("osteoporosis",)),
    star("ca-diabetes", hormone_detail=("diabetes",)),
    star("ca-ms", nerve_detail=("multiple_sclerosis",)),
    star("ca-fibromyalgia", joint_detail=("fibromyalgia",)),
    star("ca-lupus", joint_detail=("lupus",)),
    star(
        "ca-hormonal",
        hormone_detail=("thyroid_or_metabolic", "pcos_or_menopause", "mineral_deficiency"),
        complaint_type=PROBLEM,
    ),
    star("ca-inflammatory-arthritis", joint_detail=("inflammatory_arthritis",)),
    star("ca-osteoarthritis", joint_detail=("osteoarthritis",), complaint_type=PROBLEM),
    star("ca-nerve-damage", nerve_detail=("nerve_damage",)),
    star("ca-disc-known", back_detail=("disc_or_pinched_nerve",)),
    star("ca-spinal-curve", back_detail=("spinal_curve",)),
    star("ca-weak-back", back_detail=("weak_back_muscles",)),
    star("ca-neuro-stable", nerve_detail=("other_neurological",)),
    star("ca-heart", heart_detail=("heart_condition",)),
    star("ca-blood-pressure", heart_detail=("high_blood_pressure",)),
    star("ca-kidney-liver", conditions=("kidney_or_liver_disease",)),
    star("ca-immune", conditions=("immune_suppressed",)),
    star("ca-clot-past", blood_detail=("clot_past",)),
    star("ca-cancer-past", cancer_status=Values(yes=("past", "active", "unsure"), no=(None,))),
    star(
        "ca-calf-pain",
        signs_now=("constant_calf_pain",),
        operation_detail=all_but("operation_detail", *CLOT_OPERATIONS),
        recent_immobility=(False,),
        cancer_status=("past",),
        blood_detail=("bleeding_disorder",),
    ),
    star(
        "ca-calf-pain",
        signs_now=("constant_calf_pain",),
        pregnancy_stage=Values(yes=(None,), no=(*EXPECTING, "postpartum_6w")),
    ),
    star("ca-pregnancy", pregnancy_stage=EXPECTING),
    star("ca-pregnancy-early", pregnancy_stage=("possibly", "first_trimester")),
    star("ca-postpartum", pregnancy_stage=("postpartum_6w",)),
    star("ca-surgery-6m", operation_detail=("operation_6m",)),
    star("ca-cleared-risk", SORE, doctor_review=("cleared",), cancer_status=("active", "unsure")),
    star("ca-cleared-risk", SORE, doctor_review=("cleared",), blood_detail=("clot_recent_6m", "bleeding_disorder")),
    star("ca-cleared-risk", SORE, doctor_review=("cleared",), heart_detail=("heart_event_6m", "stroke_or_tia")),
    star(
        "ca-cleared-risk",
        SORE,
        doctor_review=("cleared",),
        operation_detail=("operation_6w", "fracture_12w", "spinal_injection_4w"),
    ),
    star("ca-cleared-risk", SORE, doctor_review=("cleared",), pregnancy_stage=("complicated",)),
    star("ca-cleared-by-doctor", SORE, doctor_review=("cleared",)),
    star(
        "ca-nerve-cleared",
        SORE,
        signs_now=NERVES,
        nerve_course=("stable", "getting_better"),
        doctor_review=("cleared",),
    ),
    star("ca-massage-setback", massage_result=("worse_once", "no_change_2_or_3")),
    # Two weak flags: one is there, the second is varied.
    star(
        "ca-flag-cluster-2",
        {"age_years": 65},
        medications=("corticosteroids",),
        sites=("neck", "mid_back", "lower_back", "widespread"),
        complaint_type=PAINFUL,
    ),
    star(
        "ca-flag-cluster-2",
        {"medications": ["corticosteroids"], "sites": ["neck"], "complaint_type": "pain"},
        age_years=WEAK_AGES,
    ),
    star(
        "ca-flag-cluster-2",
        {"age_years": 65, "sites": ["neck"], "complaint_type": "pain"},
        massage_result=NOT_HELPED,
    ),
    star(
        "ca-flag-cluster-2",
        {"age_years": 65, "sites": ["neck"], "complaint_type": "pain"},
        conditions=("immune_suppressed",),
    ),
    # Three are at least two.
    star(
        "ca-flag-cluster-2",
        {
            "age_years": 65,
            "sites": ["neck"],
            "complaint_type": "pain",
            "medications": ["corticosteroids"],
            "conditions": ["immune_suppressed"],
        },
        doctor_review=NOTE_OR_NOT,
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
        nerve_detail=("multiple_sclerosis", "other_neurological"),
    ),
    star(
        "ca-status-unsure",
        {"condition_status": "unsure"},
        joint_detail=("fibromyalgia", "lupus", "inflammatory_arthritis"),
    ),
    star("ca-status-unsure", {"condition_status": "unsure"}, hormone_detail=("diabetes", "thyroid_or_metabolic")),
    star(
        "ca-status-unsure",
        {"condition_status": "unsure"},
        heart_detail=("heart_condition", "high_blood_pressure"),
    ),
    star(
        "ca-status-unsure",
        {"condition_status": "unsure"},
        conditions=Values(yes=(["kidney_or_liver_disease"],), no=(["immune_suppressed"], ["none"])),
    ),
    star("ca-fibro-flare", joint_detail=("fibromyalgia",), condition_status=("flare_or_uncontrolled",)),
    star("ca-fever-relax", signs_now=("fever_or_chills",), complaint_type=("relaxation_only",)),
    star("ca-contagious", signs_now=("unwell_or_catching",)),
    star("ca-unwell", signs_now=("unwell_or_catching",)),
    star("ca-skin-infection", body=("rash_or_infection",)),
    star("ca-skin-local", body=("wound_bruise_veins",)),
    star("ca-implant", body=("implant",)),
    star("ca-allergy", body=("oil_or_latex_allergy",)),
    star(
        "ca-tension-over-few-weeks",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        duration=longer_than("up_to_3_weeks", up_to="up_to_6_months"),
        severity=MEDIUM_UP,
    ),
    star(
        "ca-long-mild",
        complaint_type=("pain",),
        pattern=RECURRING,
        severity=("mild",),
        duration=longer_than("up_to_3_weeks", up_to="up_to_6_months"),
    ),
    star(
        "ca-long-mild",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        severity=("mild",),
        duration=("over_6_months",),
    ),
    star("ca-recurring-spasm", complaint_type=("spasm_or_cramp",), pattern=RECURRING, severity=MEDIUM_UP),
]

CLEAR = [
    star("in-any-spasm", complaint_type=("spasm_or_cramp",)),
    star("in-any-back", sites=SPINE, complaint_type=PROBLEM),
    star("in-dehydration", factors=("dehydration", "poor_diet"), complaint_type=PROBLEM),
    star("in-headache-eases", sites=("neck", "jaw_head"), complaint_type=PROBLEM),
    star(
        "in-long-tension",
        complaint_type=("tension_or_stiffness",),
        pattern=RECURRING,
        duration=longer_than("up_to_3_weeks", up_to="up_to_6_months"),
        severity=("mild",),
    ),
]

# A name that no rule uses: it says where warmth could harm, for self-care and for treatments that use heat.
NAMES = [
    star("NO_HEAT", {"duration": "over_6_months"}, hormone_detail=("diabetes",)),
    star("NO_HEAT", {"duration": "over_6_months"}, nerve_detail=("nerve_damage", "multiple_sclerosis")),
    star(
        "NO_HEAT",
        {"duration": "over_6_months"},
        signs_now=(*NERVES, "fever_or_chills", "limb_swollen_warm", "constant_calf_pain"),
    ),
    star("NO_HEAT", {"duration": "over_6_months"}, pregnancy_stage=EXPECTING),
    star("NO_HEAT", {"duration": "over_6_months"}, body=("wound_bruise_veins", "rash_or_infection", "implant")),
    star("NO_HEAT", {"duration": "over_6_months"}, medications=("strong_painkillers_or_sedatives",)),
    star("NO_HEAT", onset=("impact", "lift_or_twist"), duration=("up_to_3_days",)),
]

STARS = (*EMERGENCY, *PHYSICIAN, *CAUTION, *CLEAR)
