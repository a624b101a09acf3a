from datetime import timedelta

import pytest

from booking.web.when.taken import address_of_start, moment_taken
from tests.cast import NOW

START = NOW + timedelta(days=2)


def test_the_address_of_a_start_leads_back_to_it() -> None:
    assert address_of_start(START, therapist_id=7).endswith("&taken_of=7")
    assert address_of_start(START, therapist_id=None).endswith("&taken_of=any")
    assert moment_taken({"taken": START.isoformat()}, now=NOW) == START


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-11-26", "2026-11-26T14:30:00", (NOW + timedelta(days=801)).isoformat()]
)
def test_nonsense_names_no_start(text: str) -> None:
    """So does a moment without an offset, which could be any of several, and one past every horizon."""
    assert moment_taken({"taken": text}, now=NOW) is None


def test_without_the_query_there_is_no_start() -> None:
    assert moment_taken({}, now=NOW) is None
