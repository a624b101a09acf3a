"""Answers to version 1 of the questionnaire, told in version 2: the table of booking/rules/versions/2.0.0/v1_to_v2.md. Pure.

Every answer has one place. Nothing that is stored is ever overwritten: forms of version 1 are mapped when they are
looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from booking.rules.answers import check_answers
from booking.rules.questionnaire import load_questionnaire

VERSION = "1.0.0"
NONE = ["none"]
WITH_A_COMPLAINT = ("tension_or_stiffness", "spasm_or_cramp", "pain")
# What a form may not be filled in with: it is asked again, and starts empty.
NEVER_TAKEN_OVER = frozenset({"consent", "emergency_symptoms", "signs_now"})

SAME = (
    "age_years",
    "guardian_consent",
    "complaint_type",
    "nerve_course",
    "condition_status",
    "med_related",
    "immediate_severe_pain",
    "pregnancy_warning_signs",
    "other_concern",
    "factors",
)
SITES = {"calf": "legs", "chest": "chest_abdomen", "abdomen": "chest_abdomen"}
ONSET = {
    "sudden_after_impact": "impact",
    "sudden_lift_or_twist": "lift_or_twist",
    "after_overuse": "after_overuse",
    "gradual": "by_itself",
    "sudden_no_cause": "by_itself",
}
HIGH_FORCE = ("vehicle_collision", "fall_from_height")
# Up to and including so many hours.
DURATION = (
    (72, "up_to_3_days"),
    (168, "up_to_1_week"),
    (336, "up_to_2_weeks"),
    (504, "up_to_3_weeks"),
    (2196, "up_to_3_months"),
    (4392, "up_to_6_months"),
)
SEVERITY = ((3, "mild"), (6, "moderate"), (8, "severe"))
DOCTOR_REVIEW = {
    "not_seen": "not_seen",
    "seen_no_massage_advice": "seen",
    "cleared": "cleared",
    "advised_against": "seen",
}
# (question and choice of version 1) → (list question and choice of version 2). A choice that is not here was dropped.
ALWAYS: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("emergency_symptoms", "both_legs_weak_numb"): (("emergency_symptoms", "both_legs"),),
    ("emergency_symptoms", "sudden_breathless"): (("emergency_symptoms", "breathless_or_blood"),),
    ("emergency_symptoms", "coughing_blood"): (("emergency_symptoms", "breathless_or_blood"),),
    **{
        ("emergency_symptoms", value): (("emergency_symptoms", value),)
        for value in (
            "bladder_bowel_change",
            "saddle_numbness",
            "chest_pain_pressure",
            "face_arm_speech",
            "vision_speech_swallow_balance",
            "thunderclap_headache",
            "fever_stiff_neck_confusion",
            "tearing_or_pulsing_belly",
            "fainting_collapse",
            "unsure",
        )
    },
    ("pain_spread", "down_both_legs"): (("emergency_symptoms", "both_legs"),),
    ("nerve_symptoms", "weakness"): (("signs_now", "weakness"),),
    ("nerve_symptoms", "numbness"): (("signs_now", "numb_tingling"),),
    ("nerve_symptoms", "tingling"): (("signs_now", "numb_tingling"),),
    ("nerve_symptoms", "foot_drop_or_dropping"): (("signs_now", "clumsy_unsteady"),),
    ("nerve_symptoms", "clumsy_hands"): (("signs_now", "clumsy_unsteady"),),
    ("nerve_symptoms", "unsteady_walking"): (("signs_now", "clumsy_unsteady"),),
    ("general_symptoms", "fever_or_chills"): (("signs_now", "fever_or_chills"),),
    ("general_symptoms", "unexplained_weight_loss"): (("signs_now", "unexplained_weight_loss"),),
    ("general_symptoms", "dark_urine"): (("signs_now", "dark_urine"),),
    ("general_symptoms", "feeling_unwell"): (("signs_now", "unwell_or_catching"),),
    ("general_symptoms", "contagious_illness"): (("signs_now", "unwell_or_catching"),),
    ("general_symptoms", "spine_shape_change_or_lump"): (("signs_now", "lump_or_shape"),),
    ("leg_symptoms", "one_leg_swelling"): (("signs_now", "limb_swollen_warm"),),
    ("leg_symptoms", "one_leg_warm_red"): (("signs_now", "limb_swollen_warm"),),
    ("leg_symptoms", "constant_calf_pain"): (("signs_now", "constant_calf_pain"),),
    ("leg_symptoms", "varicose_veins"): (("body", "wound_bruise_veins"),),
    ("conditions", "kidney_or_liver_disease"): (("conditions", "kidney_or_liver_disease"),),
    ("conditions", "immune_suppressed"): (("conditions", "immune_suppressed"),),
    ("conditions", "cancer_active"): (("conditions", "cancer"),),
    ("conditions", "cancer_past"): (("conditions", "cancer"),),
    **{
        ("conditions", old): (("conditions", line), (detail, new))
        for line, detail, news in (
            ("blood", "blood_detail", {key: key for key in ("clot_recent_6m", "clot_past", "bleeding_disorder")}),
            (
                "heart",
                "heart_detail",
                {key: key for key in ("stroke_or_tia", "heart_condition", "high_blood_pressure")},
            ),
            (
                "nerves",
                "nerve_detail",
                {key: key for key in ("multiple_sclerosis", "nerve_damage", "other_neurological")},
            ),
            ("back", "back_detail", {key: key for key in ("disc_or_pinched_nerve", "spinal_curve")}),
            (
                "joints",
                "joint_detail",
                {
                    key: key
                    for key in ("osteoporosis", "inflammatory_arthritis", "lupus", "fibromyalgia", "osteoarthritis")
                },
            ),
            (
                "hormones",
                "hormone_detail",
                {
                    "diabetes": "diabetes",
                    "thyroid_disorder": "thyroid_or_metabolic",
                    "other_hormone_metabolic": "thyroid_or_metabolic",
                    "pcos": "pcos_or_menopause",
                    "menopause_symptoms": "pcos_or_menopause",
                    "mineral_deficiency": "mineral_deficiency",
                },
            ),
        )
        for old, new in news.items()
    },
    ("factors", "weak_back_muscles"): (("conditions", "back"), ("back_detail", "weak_back_muscles")),
    ("doctor_review", "advised_against"): (("conditions", "told_no_massage"),),
    ("medications", "anticoagulants"): (("medications", "anticoagulants"),),
    ("medications", "corticosteroids"): (("medications", "corticosteroids"),),
    ("medications", "strong_painkillers_or_sedatives"): (("medications", "strong_painkillers_or_sedatives"),),
    ("recent_events", "surgery_6w"): (("body", "operation_or_break"), ("operation_detail", "operation_6w")),
    ("recent_events", "surgery_6m"): (("body", "operation_or_break"), ("operation_detail", "operation_6m")),
    ("recent_events", "fracture_12w"): (("body", "operation_or_break"), ("operation_detail", "fracture_12w")),
    ("recent_events", "spinal_injection_4w"): (
        ("body", "operation_or_break"),
        ("operation_detail", "spinal_injection_4w"),
    ),
    ("recent_events", "heart_attack_or_stroke_6m"): (("conditions", "heart"), ("heart_detail", "heart_event_6m")),
    ("skin_local", "rash_or_infection"): (("body", "rash_or_infection"),),
    ("skin_local", "oil_or_latex_allergy"): (("body", "oil_or_latex_allergy"),),
    ("skin_local", "open_wound_or_burn"): (("body", "wound_bruise_veins"),),
    ("skin_local", "bruise_or_swelling"): (("body", "wound_bruise_veins"),),
    ("skin_local", "undiagnosed_lump"): (("signs_now", "lump_or_shape"),),
}
# Asked in version 2 only with a complaint, so told only with one.
COMPLAINT: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("pain_quality", "sharp_stabbing"): (("pain_signs", "sharp_or_intense"),),
    ("pain_quality", "burning_electric"): (("pain_signs", "sharp_or_intense"),),
    ("pain_quality", "intense_constant"): (("pain_signs", "sharp_or_intense"),),
    ("pain_quality", "hard_knot"): (("feel", "hard_knot"),),
    ("pain_spread", "down_arm_or_hand"): (("pain_signs", "shoots_limb"),),
    ("pain_spread", "down_one_leg"): (("pain_signs", "shoots_limb"),),
    ("pain_spread", "other_area"): (("pain_signs", "other_area"),),
    ("movement_limit", "locked"): (("pain_signs", "locked"),),
    ("movement_limit", "some"): (("feel", "hard_to_move"),),
    ("general_symptoms", "unrelenting_night_pain"): (("pain_signs", "wakes_at_night"),),
    ("general_symptoms", "morning_stiffness_30min"): (("pain_signs", "morning_stiffness"),),
    ("head_symptoms", "headache_new_or_different"): (("head_symptoms", "headache_new"),),
    ("head_symptoms", "headache_after_neck_injury"): (("head_symptoms", "headache_new"),),
    ("head_symptoms", "dizziness"): (("head_symptoms", "dizzy_or_sight"),),
    ("head_symptoms", "visual_disturbance"): (("head_symptoms", "dizzy_or_sight"),),
    ("head_symptoms", "jaw_or_scalp_pain"): (("head_symptoms", "jaw_or_scalp_pain"),),
    ("medications", "statins"): (("background", "statins"),),
    ("medications", "antidepressants"): (("background", "antidepressants"),),
    ("recent_events", "serious_infection_or_injected_drugs"): (("background", "infection_or_injecting"),),
    ("recent_events", "toxin_exposure"): (("background", "toxin_exposure"),),
    ("massage_response", "no_change"): (("background", "massage_did_not_help"),),
    ("massage_response", "worse"): (("background", "massage_did_not_help"),),
}
# A list of version 2 stands empty ("none") once the questions of version 1 that it was asked with were answered.
ASKED_WITH = {
    "emergency_symptoms": ("emergency_symptoms",),
    "signs_now": ("nerve_symptoms", "general_symptoms", "leg_symptoms"),
    "pain_signs": ("pain_quality", "pain_spread", "movement_limit"),
    "head_symptoms": ("head_symptoms",),
    "background": ("medications", "recent_events", "massage_response"),
    "conditions": ("conditions",),
    "medications": ("medications",),
    "body": ("recent_events", "skin_local"),
}
# Rules of version 1 that have another name in version 2, by which they ask the same or more.
SUCCESSORS = {
    "em-both-legs-pain": "em-cauda-equina",
    "ca-weekly-spasm": "ca-recurring-spasm",
    "ph-numbness": "ph-numb-or-tingling",
    "ph-tingling": "ph-numb-or-tingling",
    "ph-foot-drop-dropping": "ph-clumsy-unsteady",
    "ph-shooting-arm": "ph-shooting-limb",
    "ph-shooting-leg": "ph-shooting-limb",
    "ph-headache-after-injury": "ph-headache-new",
    "ph-spine-lump-or-shape": "ph-lump-or-shape",
    "ph-undiagnosed-lump": "ph-lump-or-shape",
    "ca-varicose": "ca-skin-local",
}


def answers_today(answers: Mapping[str, Any], *, version: str) -> tuple[dict[str, Any], str]:
    """These answers to the questions in force, and the version that they were mapped from; empty where they are its."""
    if version == VERSION:
        return map_answers(answers), VERSION
    return dict(answers), ""


def answers_to_start_from(answers: Mapping[str, Any], *, version: str) -> dict[str, Any]:
    """What a form may be filled in with: all but the agreement, the urgent signs and the signs of now."""
    known, _mapped_from = answers_today(answers, version=version)
    return {key: answer for key, answer in known.items() if key not in NEVER_TAKEN_OVER}


def map_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """These answers to version 1 as answers to version 2, those that apply and no others; partial ones stay partial.

    An answer that version 1 does not know is left out, so that the form is incomplete and a person looks.
    """
    has_complaint = answers.get("complaint_type") in WITH_A_COMPLAINT
    mapped = {key: answers[key] for key in SAME if key in answers}
    mapped |= {key: answer for key, answer in _single_answers(answers) if answer is not None}
    mapped |= {key: values for key, values in _lists(answers, has_complaint=has_complaint).items() if values}
    return dict(check_answers(mapped, questionnaire=load_questionnaire()).answers)


def _single_answers(answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every answer that has a scale or a table of its own; None where there is nothing to tell."""
    given = answers.get
    if given("consent_health_data") is True and given("consent_not_diagnosis") is True:
        yield "consent", True
    yield "onset", ONSET.get(given("onset", ""))
    yield "injury_force", _if_given(given("injury_mechanism"), lambda how: "high" if how in HIGH_FORCE else "low")
    yield "duration", _if_given(given("duration_hours"), lambda hours: _step(hours, DURATION, beyond="over_6_months"))
    yield "severity", _if_given(given("severity"), lambda number: _step(number, SEVERITY, beyond="very_severe"))
    yield "pattern", "most_days" if given("pattern") == "constant" else given("pattern")
    yield "doctor_review", DOCTOR_REVIEW.get(given("doctor_review", ""))
    if _is_pregnant(answers):
        yield "pregnancy_stage", "later" if given("pregnancy") == "second_or_third_trimester" else given("pregnancy")
    cancer = [value for value in given("conditions") or () if value in ("cancer_active", "cancer_past")]
    if cancer:
        yield "cancer_status", "active" if "cancer_active" in cancer else "past"
    if "recent_events" in answers and "constant_calf_pain" in (given("leg_symptoms") or ()):
        yield "recent_immobility", "long_immobility_4w" in answers["recent_events"]
    if given("massage_response") in ("no_change", "worse") and "sessions_count" in answers:
        yield "massage_result", _massage_result(answers["massage_response"], answers["sessions_count"])


def _is_pregnant(answers: Mapping[str, Any]) -> bool:
    return answers.get("pregnancy") not in (None, "not_pregnant_or_na")


def _if_given(answer: Any, tell: Callable[[Any], str]) -> str | None:
    return None if answer is None else tell(answer)


def _massage_result(response: str, count: int) -> str:
    if response == "worse":
        return "worse_once" if count <= 1 else "worse_more"
    if count <= 1:
        return "no_change_once"
    return "no_change_2_or_3" if count <= 3 else "no_change_4_or_more"


def _step(number: int | Decimal, steps: tuple[tuple[int, str], ...], *, beyond: str) -> str:
    return next((value for limit, value in steps if number <= limit), beyond)


def _lists(answers: Mapping[str, Any], *, has_complaint: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {key: [] for key in ASKED_WITH}
    if "sites" in answers:
        found["sites"] = list(dict.fromkeys(SITES.get(site, site) for site in answers["sites"]))
    if "factors" in answers:
        found["factors"] = [value for value in answers["factors"] if value != "weak_back_muscles"]
    if _is_pregnant(answers):
        found["conditions"].append("pregnancy")
    table = ALWAYS | (COMPLAINT if has_complaint else {})
    for key, value in _choices(answers):
        for new_key, new_value in table.get((key, value), ()):
            found.setdefault(new_key, []).append(new_value)
    for key, asked in ASKED_WITH.items():
        if not found[key] and all(one in answers for one in asked):
            found[key] = NONE
    if "factors" in found and not found["factors"]:
        found["factors"] = NONE
    return found


def _choices(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, answer in answers.items():
        if isinstance(answer, str):
            yield key, answer
        elif isinstance(answer, list):
            yield from ((key, value) for value in answer)
