"""How long what is kept, in words. No database: the policy is one that was never saved."""

import pytest

from booking.people.periods import how_long, years_of
from booking.people.register import Keep
from services.models import ClinicPolicy

POLICY = ClinicPolicy(keep_health_years=1, keep_receipts_years=7)


def keep(since: str = "", *, years: str = "", fixed: str = "") -> Keep:
    return Keep(key="k", what="What", why="Why", since=since, years=years, fixed=fixed)


@pytest.mark.parametrize(
    ("kept", "years", "words"),
    [
        (keep("after the visit", years="keep_receipts_years"), 7, "7 years after the visit"),
        (keep("after the visit", years="keep_health_years"), 1, "1 year after the visit"),
        (keep("after it was typed", fixed="a day"), None, "a day after it was typed"),
        (keep(fixed="as long as they work here"), None, "as long as they work here"),
    ],
)
def test_a_period_is_told_in_years_where_the_clinic_sets_it(kept: Keep, years: int | None, words: str) -> None:
    assert (years_of(kept, policy=POLICY), how_long(kept, policy=POLICY)) == (years, words)
