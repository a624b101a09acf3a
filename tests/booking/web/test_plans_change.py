from datetime import timedelta

import pytest

from booking.web.plans_change import PlansChange
from services.models import ClinicPolicy
from tests.cast import Clinic, at, book

pytestmark = pytest.mark.django_db


def test_the_deadline_is_still_to_come_until_its_very_moment(clinic: Clinic) -> None:
    visit, policy = book(clinic, "14:30", days=3), ClinicPolicy(late_cancelling_words="The fee is €40.")
    until = visit.starts_at - timedelta(hours=24)
    words = "Wednesday 25 November, 14:30"

    found = [PlansChange.of(visit, policy=policy, now=until - timedelta(seconds=seconds)) for seconds in (1, 0)]

    assert found == [
        PlansChange(free_until=words, ended="", later="The fee is €40.", can_move=True),
        PlansChange(free_until="", ended=words, later="The fee is €40.", can_move=True),
    ]


def test_a_deadline_that_the_visit_does_not_have_yet_is_told_by_its_clock(clinic: Clinic) -> None:
    visit = book(clinic, "14:30", days=3)

    found = PlansChange.with_deadline(
        at("09:00"), visit=visit, policy=ClinicPolicy(late_cancelling_words=""), now=at("08:00"), can_move=False
    )

    assert found == PlansChange(free_until="Monday 23 November, 09:00", ended="", later="", can_move=False)
