"""No database: the policy is one that was never saved."""

from datetime import timedelta

import pytest

from booking.web.site import Site
from booking.web.visit.moving import undo_minutes
from services.models import ClinicPolicy
from tests.cast import NOW


@pytest.mark.parametrize(
    ("minutes_left", "undo"), [(600, 10), (10, 10), (7.5, 7), (0, 0)], ids=["in time", "just", "near", "now"]
)
def test_a_move_is_undone_for_ten_minutes_and_never_past_the_earlier_start(minutes_left: float, undo: int) -> None:
    site = Site(policy=ClinicPolicy(undo_minutes=10), locations=())

    assert undo_minutes(site, NOW + timedelta(minutes=minutes_left), now=NOW) == undo
