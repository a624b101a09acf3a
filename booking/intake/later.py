"""What a client answers once the visit is booked, for better advice. It decides nothing and voids nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from booking.models import AdviceAnswers, Intake
from booking.rules.answers import CheckedAnswers, check_answers
from booking.rules.version_1 import answers_today


def save_for_advice(*, intake: Intake, answers: Mapping[str, Any], now: datetime) -> None:
    """Beside the intake, in the place of what was said for advice before."""
    AdviceAnswers.objects.update_or_create(intake=intake, defaults={"answers": dict(answers), "answered_at": now})


def answers_for_advice(intake: Intake) -> CheckedAnswers:
    """All that advice goes by: the answers of the intake, and those beside it."""
    beside = AdviceAnswers.objects.filter(intake=intake).first()
    known, _mapped_from = answers_today(intake.answers, version=intake.schema_version)
    return check_answers(known | (beside.answers if beside else {}))


def has_answered_for_advice(intake: Intake) -> bool:
    return AdviceAnswers.objects.filter(intake=intake).exists()
