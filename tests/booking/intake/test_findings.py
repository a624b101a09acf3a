"""What is read from a decision that was stored, also years later. No database: nothing of it is saved."""

import pytest

from booking.intake.findings import Findings, Kept, Reason
from booking.models import Decision
from services.models import Treatment

CAUTIOUS = Findings(excluded=("deep_tissue", "swedish"), excluded_by_caution=("deep_tissue",), no_heat=False)


@pytest.mark.parametrize(
    ("like", "has_letter", "is_excluded"),
    [
        ("deep_tissue", False, True),
        ("deep_tissue", True, True),
        ("swedish", False, True),
        ("swedish", True, False),
        ("trigger_point", False, False),
    ],
)
def test_a_letter_sets_aside_what_a_physician_rule_excludes_and_no_caution(
    like: str, has_letter: bool, is_excluded: bool
) -> None:
    own = Treatment(key="of_our_own", like=like)

    assert CAUTIOUS.excludes(own, has_letter=has_letter) is is_excluded


def test_no_letter_allows_heat_where_warmth_is_not_safe() -> None:
    hot_stones = Treatment(key="hot_stones", like="trigger_point", uses_heat=True)

    found = [Findings(no_heat=no_heat).excludes(hot_stones, has_letter=True) for no_heat in (True, False)]

    assert found == [True, False]


def test_what_is_kept_of_an_earlier_version_is_read_as_it_was_stored() -> None:
    kept = Kept("CAUTION", ({"rule": "ca-pregnancy"},), ("swedish",), (), ("calves",), (), ("doctor_note",))

    assert Kept.read(kept.as_json()) == kept
    assert Kept.read(None) is None


def test_a_rule_that_this_software_no_longer_has_is_looked_at_by_a_person() -> None:
    rule = {"rule": "of-before", "level": "CAUTION", "urgency": "soon", "behind": {"age_years": 40}}
    stored = {"rules": [rule], "excluded": ["swedish"], "excluded_by_caution": [], "avoid": ["left_arm"], "failed": []}

    found = Findings.of(Decision(rulebook_version="of before", findings=stored))

    looked_at = Reason(
        "of-before", "CAUTION", "soon", "A person at the clinic looks at this first.", "", behind={"age_years": 40}
    )
    # Whether warmth is safe was not asked then, so it is not.
    assert found == Findings(reasons=(looked_at,), excluded=("swedish",), avoid=("left arm",), no_heat=True)
