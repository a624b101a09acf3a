import pytest

from booking.intake.later import answers_for_advice, save_for_advice
from booking.models import AdviceAnswers
from booking.rules.answers import check_answers
from tests.cast import make_intake, soon

pytestmark = pytest.mark.django_db


def test_what_is_said_for_advice_takes_the_place_of_what_was_said_before_and_leaves_the_intake_alone() -> None:
    intake = make_intake()
    alone = answers_for_advice(intake)

    for minutes, years in enumerate((41, 42)):
        save_for_advice(intake=intake, answers={"age_years": years}, now=soon(minutes))

    beside = AdviceAnswers.objects.get()
    assert (beside.intake, beside.answers, beside.answered_at) == (intake, {"age_years": 42}, soon(1))
    assert answers_for_advice(intake) == check_answers(intake.answers | {"age_years": 42})
    intake.refresh_from_db()
    assert alone == check_answers(intake.answers)
