"""No database: none of these policies is saved."""

from datetime import time

import pytest

from booking.messages.plan import QuietHours
from booking.messages.policy import quiet_hours
from services.models import ClinicPolicy


@pytest.mark.parametrize(
    ("policy", "hours"),
    [
        (ClinicPolicy(quiet_from="21:00", quiet_until="08:00"), QuietHours(time(21), time(8))),
        (ClinicPolicy(quiet_from=time(21, 30, 59), quiet_until=time(8, 0, 1)), QuietHours(time(21, 30), time(8))),
    ],
    ids=["as text", "with seconds"],
)
def test_quiet_hours_are_full_minutes_however_the_policy_has_them(policy: ClinicPolicy, hours: QuietHours) -> None:
    assert quiet_hours(policy) == hours
