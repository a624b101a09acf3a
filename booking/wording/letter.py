"""Answers as a letter to a physician says them: a short label, then what was ticked, with its unit.

What was ticked stays in the words of the question. A version whose questions have no label here is told by them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from booking.rules.questionnaire import Field, load_questionnaire
from booking.wording.answers import Answered, answer_in_words

LABELS: Mapping[str, Any] = {
    "age_years": gettext_lazy("Age"),
    "complaint_type": gettext_lazy("Main reason"),
    "emergency_symptoms": gettext_lazy("In the last 2 weeks"),
    "sites": gettext_lazy("Where"),
    "onset": gettext_lazy("How it began"),
    "injury_force": gettext_lazy("The injury"),
    "immediate_severe_pain": gettext_lazy("Very bad at once when hurt"),
    "duration": gettext_lazy("How long this time"),
    "pattern": gettext_lazy("How often"),
    "severity": gettext_lazy("At its worst, last day or last time"),
    "pain_signs": gettext_lazy("What it is like"),
    "head_symptoms": gettext_lazy("Head, eyes or jaw"),
    "background": gettext_lazy("Also true"),
    "massage_result": gettext_lazy("After massage for this"),
    "signs_now": gettext_lazy("At the moment"),
    "nerve_course": gettext_lazy("Weakness, numbness or clumsiness since"),
    "recent_immobility": gettext_lazy("In bed, in a cast or on a long journey, last 4 weeks"),
    "conditions": gettext_lazy("Has, or has had"),
    "pregnancy_stage": gettext_lazy("Pregnancy"),
    "pregnancy_warning_signs": gettext_lazy("Warning signs in pregnancy or after a birth"),
    "cancer_status": gettext_lazy("Cancer now"),
    "blood_detail": gettext_lazy("Blood"),
    "heart_detail": gettext_lazy("Heart and circulation"),
    "nerve_detail": gettext_lazy("Brain or nerves"),
    "back_detail": gettext_lazy("Back"),
    "joint_detail": gettext_lazy("Bones and joints"),
    "hormone_detail": gettext_lazy("Hormones and metabolism"),
    "condition_status": gettext_lazy("These conditions now"),
    "medications": gettext_lazy("Medicines"),
    "med_related": gettext_lazy("Began or got worse after a change of medicine"),
    "body": gettext_lazy("Skin, operations, implants"),
    "operation_detail": gettext_lazy("Operation, broken bone or injection"),
    "doctor_review": gettext_lazy("Seen by a doctor for this"),
    "other_concern": gettext_lazy("In their own words"),
    "feel": gettext_lazy("How the muscle feels"),
    "factors": gettext_lazy("Daily life"),
}
# Where the words of the page leave the scale to be guessed.
SCALES: Mapping[tuple[str, str], Any] = {
    ("severity", "mild"): gettext_lazy("Mild: 0 to 3 of 10"),
    ("severity", "moderate"): gettext_lazy("Medium: 4 to 6 of 10"),
    ("severity", "severe"): gettext_lazy("Bad: 7 or 8 of 10"),
    ("severity", "very_severe"): gettext_lazy("Very bad: 9 or 10 of 10"),
}


def label_of(key: str, *, question: str) -> str:
    return str(LABELS.get(key, question))


def findings_in_words(answers: Mapping[str, Any], *, version: str) -> tuple[Answered, ...]:
    """One line for each thing that was ticked, in the order of `answers`."""
    fields = load_questionnaire(version).by_key
    return tuple(
        Answered(key, label_of(key, question=fields[key].label), _told(fields[key], one))
        for key, answer in answers.items()
        if key in fields
        for one in (answer if isinstance(answer, list) else [answer])
    )


def shorten(rows: Iterable[Answered], answers: Mapping[str, Any]) -> tuple[Answered, ...]:
    """`rows` with the letter's labels and units; `answers` are those that they tell."""
    return tuple(
        Answered(
            row.key,
            label_of(row.key, question=row.question),
            str(SCALES.get((row.key, str(answers.get(row.key))), row.answer)),
        )
        for row in rows
    )


def _told(field: Field, answer: Any) -> str:
    """One thing that was ticked, or a whole answer."""
    scale = SCALES.get((field.key, str(answer)))
    return str(scale) if scale else answer_in_words(field, answer)
