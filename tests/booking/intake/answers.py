"""Complete, valid answers, written as what is different from an uncomplicated client."""

from collections.abc import Mapping
from typing import Any

from booking.intake.answers import check_answers
from booking.intake.questionnaire import load_questionnaire

# Somebody with tight arms since yesterday. No rule fires, advice included.
UNCOMPLICATED: dict[str, Any] = {
    "age_years": 40,
    "guardian_consent": True,
    "pregnancy": "not_pregnant_or_na",
    "pregnancy_warning_signs": False,
    "complaint_type": "tension_or_stiffness",
    "sites": ["arms"],
    "onset": "gradual",
    "injury_mechanism": "direct_blow",
    "immediate_severe_pain": False,
    "duration_hours": 24,
    "pattern": "occasional",
    "severity": 2,
    "pain_quality": ["dull_ache"],
    "pain_spread": ["none"],
    "movement_limit": "none",
    "emergency_symptoms": ["none"],
    "nerve_symptoms": ["none"],
    "nerve_course": "stable",
    "general_symptoms": ["none"],
    "leg_symptoms": ["none"],
    "head_symptoms": ["none"],
    "conditions": ["none"],
    "condition_status": "stable",
    "medications": ["none"],
    "med_related": "no",
    "recent_events": ["none"],
    "skin_local": ["none"],
    "massage_response": "never_for_this",
    "sessions_count": 1,
    "doctor_review": "not_seen",
    "factors": ["none"],
    "consent_health_data": True,
    "consent_not_diagnosis": True,
}


def complete(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to every question that applies, and to no other."""
    given = UNCOMPLICATED | dict(changes)
    answers: dict[str, Any] = {}
    for field in load_questionnaire().fields:
        if field.key in given and field.is_visible(answers):
            answers[field.key] = given[field.key]
    assert check_answers(answers).errors == ()
    return answers
