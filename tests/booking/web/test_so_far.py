"""What stands beside a step."""

from typing import Any

import pytest

from booking.models import Appointment, SlotHold
from booking.web.journey import Journey
from booking.web.so_far import Fact, KeptStart, SoFar, describe_check
from services.models import ClinicPolicy
from tests.booking.web.visitors import at_check
from tests.cast import CAREFUL, DOCTOR_FIRST, EMERGENCY, NOW, Clinic, make_draft

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answers", "words"),
    [({}, "Done, nothing to report"), (CAREFUL, "Done, with care"), (DOCTOR_FIRST, ""), (EMERGENCY, "")],
)
def test_the_check_is_told_in_words_that_name_no_answer(clinic: Clinic, answers: dict[str, Any], words: str) -> None:
    assert describe_check(Journey(make_draft(clinic=clinic, answers=answers), now=NOW)) == words


def test_what_was_chosen_is_listed_with_its_price(clinic: Clinic) -> None:
    found = SoFar.of(Journey(make_draft(clinic=clinic), now=NOW), policy=ClinicPolicy.current())

    assert found == SoFar(
        facts=(
            Fact("Treatment", "Swedish"),
            Fact("Length", "60 minutes"),
            Fact("Price", "€60"),
            Fact("Safety check", "Done, nothing to report", keeps_label=True),
        ),
        kept=None,
        more_time=None,
    )


def test_more_time_is_offered_once_and_not_for_a_start_that_is_not_kept(clinic: Clinic) -> None:
    at_check(clinic)
    kept = Appointment.objects.get()
    first = KeptStart.of(kept)
    SlotHold.objects.update(extended_at=NOW)
    extended = KeptStart.of(Appointment.objects.get())
    kept.deadline_at = None

    unkept = KeptStart.of(kept)

    assert (first.moment, first.until, first.can_extend) == ("Monday 23 November, 14:30", "08:10", True)
    assert extended.can_extend is False
    assert (unkept.until, unkept.until_instant, unkept.can_extend) == ("", "", False)
