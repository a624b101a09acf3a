"""Why a time can't be had, in words."""

import pytest

from booking.scheduling.availability import Reason
from booking.scheduling.reasons import Sentences, say
from booking.scheduling.search import Wish
from services.models import Location, Therapist, Treatment
from tests.cast import at

NEW_YORK = Location(time_zone="America/New_York", country="US")


def test_the_time_is_told_by_the_clock_of_the_place() -> None:
    said = say(Reason.TOO_SOON, starts_at=at("14:30"), wish=Wish(Treatment(name="Swedish"), 60, NEW_YORK))

    assert said == Sentences("9:30 am is too soon to book online. Please call us.", "9:30 am is too soon.")


@pytest.mark.parametrize("reason", Reason)
def test_of_anybody_no_name_is_said_and_no_gap_is_left(reason: Reason) -> None:
    said = say(reason, starts_at=at("14:30"), wish=Wish(Treatment(name="Swedish"), 60, NEW_YORK))

    assert [bool(one) and "%" not in one and "  " not in one for one in (said.for_client, said.for_staff)] == [True] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.TAKEN, Sentences("9:30 am has just been taken.", "Ana Ruiz is taken at 9:30 am.")),
        (
            Reason.OFF_SHIFT,
            Sentences("9:30 am is outside our working hours.", "Ana Ruiz does not work through a visit at 9:30 am."),
        ),
        (Reason.WRONG_SKILL, Sentences("Ana Ruiz does not give Swedish.", "Ana Ruiz does not give Swedish.")),
    ],
)
def test_of_one_therapist_staff_are_told_the_name(reason: Reason, words: Sentences) -> None:
    ana = Therapist.objects.create(name="Ana Ruiz")

    assert say(reason, starts_at=at("14:30"), wish=Wish(Treatment(name="Swedish"), 60, NEW_YORK, ana.pk)) == words
