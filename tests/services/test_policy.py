"""Whether somebody else has changed the policy meanwhile."""

from datetime import time

from services.models import ClinicPolicy
from services.policy import LIMITS, find_changed, fingerprints, values_of


def test_a_value_that_is_another_is_found_and_a_field_that_was_never_seen_too() -> None:
    stored = {"notice_minutes": 120, "quiet_from": time(21), "reminder_plan": [{"hours_before": 48}], "terms": "1"}
    seen = fingerprints(stored)

    assert find_changed(stored, seen=seen) == []
    assert find_changed(stored | {"reminder_plan": [], "quiet_from": time(22)}, seen=seen) == [
        "quiet_from",
        "reminder_plan",
    ]
    assert find_changed({"terms": 1}, seen=seen) == ["terms"]
    assert find_changed({"terms": "1"}, seen={}) == ["terms"]


def test_every_default_lies_within_its_limits() -> None:
    stored = values_of(ClinicPolicy(), LIMITS)

    assert [name for name, (least, most) in LIMITS.items() if not least <= stored[name] <= most] == []
