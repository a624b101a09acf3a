"""Complete, valid answers, written as what is different from an uncomplicated client."""

from collections.abc import Mapping
from typing import Any

from booking.rules.answers import check_answers
from booking.rules.questionnaire import load_questionnaire

# Somebody with tight arms since yesterday. No rule fires, advice included.
UNCOMPLICATED: dict[str, Any] = {
    "consent": True,
    "age_years": 40,
    "guardian_consent": True,
    "complaint_type": "tension_or_stiffness",
    "emergency_symptoms": ["none"],
    "sites": ["arms"],
    "onset": "by_itself",
    "injury_force": "low",
    "immediate_severe_pain": False,
    "duration": "up_to_3_days",
    "pattern": "occasional",
    "severity": "mild",
    "pain_signs": ["none"],
    "head_symptoms": ["none"],
    "background": ["none"],
    "massage_result": "no_change_once",
    "signs_now": ["none"],
    "nerve_course": "stable",
    "recent_immobility": False,
    "conditions": ["none"],
    "pregnancy_stage": "later",
    "pregnancy_warning_signs": False,
    "cancer_status": "past",
    "blood_detail": ["clot_past"],
    "heart_detail": ["high_blood_pressure"],
    "nerve_detail": ["nerve_damage"],
    "back_detail": ["weak_back_muscles"],
    "joint_detail": ["osteoarthritis"],
    "hormone_detail": ["pcos_or_menopause"],
    "condition_status": "stable",
    "medications": ["none"],
    "med_related": "no",
    "body": ["none"],
    "operation_detail": ["fracture_older"],
    "doctor_review": "not_seen",
}
# A detail belongs to its line: who names the one has chosen the other.
LINES = {
    "massage_result": ("background", "massage_did_not_help"),
    "pregnancy_stage": ("conditions", "pregnancy"),
    "pregnancy_warning_signs": ("conditions", "pregnancy"),
    "cancer_status": ("conditions", "cancer"),
    "blood_detail": ("conditions", "blood"),
    "heart_detail": ("conditions", "heart"),
    "nerve_detail": ("conditions", "nerves"),
    "back_detail": ("conditions", "back"),
    "joint_detail": ("conditions", "joints"),
    "hormone_detail": ("conditions", "hormones"),
    "operation_detail": ("body", "operation_or_break"),
}


def with_lines(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with the line that each detail belongs to. A detail that is None takes nothing along."""
    given = {key: answer for key, answer in changes.items() if answer is not None}
    for detail, (key, line) in LINES.items():
        if detail in given:
            others = [value for value in given.get(key, []) if value not in ("none", line)]
            given[key] = [*others, line]
    return given


def complete(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to every question that applies, and to no other."""
    given = UNCOMPLICATED | with_lines(changes)
    answers: dict[str, Any] = {}
    for field in load_questionnaire().fields:
        if field.key in given and field.is_visible(answers):
            answers[field.key] = given[field.key]
    assert check_answers(answers).errors == (), "UNCOMPLICATED has no (good) answer to one of the questions"
    return dict(check_answers(answers).answers)
