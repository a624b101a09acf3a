"""How the questions stand on pages: which are asked together, and how long lists of choices are grouped. Pure."""

from dataclasses import dataclass

from booking.intake.questionnaire import Choice, Field


@dataclass(frozen=True)
class Page:
    """Questions that the web asks together. What a question depends on is on the same page or on an earlier one."""

    id: str
    title: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices that stand together in a long list; `is_alternative` ones come last, under the word "or"."""

    heading: str
    choices: tuple[Choice, ...]
    is_alternative: bool = False


# Consent first, the urgent screen second; the rest as the screens of the schema follow each other.
PAGES = (
    Page(
        "about_you",
        "About you",
        (
            "consent_health_data",
            "consent_not_diagnosis",
            "age_years",
            "guardian_consent",
            "pregnancy",
            "pregnancy_warning_signs",
        ),
    ),
    Page("urgent", "Urgent checks", ("emergency_symptoms", "nerve_symptoms", "nerve_course")),
    Page(
        "reason",
        "Why you are coming",
        (
            "complaint_type",
            "sites",
            "onset",
            "injury_mechanism",
            "immediate_severe_pain",
            "duration_hours",
            "pattern",
            "severity",
            "pain_quality",
            "pain_spread",
            "movement_limit",
        ),
    ),
    Page("general", "How you are now", ("general_symptoms", "leg_symptoms", "head_symptoms")),
    Page(
        "health",
        "Your health",
        ("conditions", "condition_status", "medications", "med_related", "recent_events", "skin_local"),
    ),
    Page(
        "habits",
        "Massage so far and daily habits",
        (
            "massage_response",
            "sessions_count",
            "doctor_review",
            "factors",
            "preferred_treatment",
            "other_concern",
        ),
    ),
)


# Small headings for the long lists. Choices that are in no group come first, without a heading.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "emergency_symptoms": {
        "Bladder, bowel and legs": ("bladder_bowel_change", "saddle_numbness", "both_legs_weak_numb"),
        "Chest and breathing": ("chest_pain_pressure", "sudden_breathless", "coughing_blood"),
        "Head, face and neck": (
            "face_arm_speech",
            "vision_speech_swallow_balance",
            "thunderclap_headache",
            "fever_stiff_neck_confusion",
        ),
        "Tummy and fainting": ("tearing_or_pulsing_belly", "fainting_collapse"),
    },
    "conditions": {
        "Hormones, metabolism and minerals": (
            "diabetes",
            "thyroid_disorder",
            "pcos",
            "menopause_symptoms",
            "other_hormone_metabolic",
            "mineral_deficiency",
        ),
        "Nerves and brain": ("multiple_sclerosis", "stroke_or_tia", "other_neurological", "nerve_damage"),
        "Back, joints, bones and muscles": (
            "disc_or_pinched_nerve",
            "spinal_curve",
            "osteoarthritis",
            "inflammatory_arthritis",
            "osteoporosis",
            "fibromyalgia",
        ),
        "Heart, blood and circulation": (
            "clot_recent_6m",
            "clot_past",
            "bleeding_disorder",
            "heart_condition",
            "high_blood_pressure",
        ),
        "Cancer, immune system and organs": (
            "cancer_active",
            "cancer_past",
            "lupus",
            "immune_suppressed",
            "kidney_or_liver_disease",
        ),
    },
}


# Not a sign like the others, and yet it may be chosen together with them.
ALTERNATIVES = {"emergency_symptoms": ("unsure",)}


def group_choices(field: Field) -> tuple[ChoiceGroup, ...]:
    """The choices of a field as they stand on the page; all of them, each once."""
    by_value = {choice.value: choice for choice in field.choices}
    last = [value for value in field.values if value in (*ALTERNATIVES.get(field.key, ()), *field.exclusive)]
    grouped = GROUPS.get(field.key, {})
    taken = {value for values in grouped.values() for value in values}.union(last)
    groups = [
        ChoiceGroup("", tuple(choice for choice in field.choices if choice.value not in taken)),
        *(ChoiceGroup(heading, tuple(by_value[value] for value in values)) for heading, values in grouped.items()),
        ChoiceGroup("", tuple(by_value[value] for value in last), is_alternative=True),
    ]
    return tuple(group for group in groups if group.choices)
