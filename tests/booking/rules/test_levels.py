import itertools
import json

import pytest

from booking.rules.levels import BOOKABLE, GRAVE, NOTED, WITH_ADVICE, Level, rank

RISING = [Level.CLEAR, Level.CAUTION, Level.PHYSICIAN, Level.EMERGENCY]


def test_levels_rise_in_their_order_and_not_by_the_alphabet() -> None:
    for (low, one), (high, other) in itertools.product(enumerate(RISING), repeat=2):
        found = (one < other, one <= other, one > other, one >= other)
        assert found == (low < high, low <= high, low > high, low >= high), (one, other)
    assert sorted(Level) == list(Level) == RISING != sorted(level.value for level in Level)
    assert max(Level) is Level.EMERGENCY


def test_a_stored_level_counts_as_the_level_that_it_names() -> None:
    assert Level.CAUTION == "CAUTION"
    assert "CAUTION" in BOOKABLE
    assert Level.CAUTION < "EMERGENCY"
    assert Level.EMERGENCY > "CAUTION"
    assert json.dumps([Level.CLEAR]) == '["CLEAR"]'


@pytest.mark.parametrize("other", ["", "SOON", "clear"])
def test_a_text_that_is_no_level_is_not_compared_with_one(other: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Level"):
        max(Level.CLEAR, other)


def test_no_level_ranks_above_all_since_a_person_must_look() -> None:
    assert [rank(level) for level in [*RISING, ""]] == [0, 1, 2, 3, 4]


def test_each_level_is_in_the_sets_that_pages_and_the_gate_ask() -> None:
    assert {level: (level.is_bookable, level in GRAVE, level in NOTED, level in WITH_ADVICE) for level in Level} == {
        Level.CLEAR: (True, False, False, True),
        Level.CAUTION: (True, False, True, True),
        Level.PHYSICIAN: (False, True, True, True),
        Level.EMERGENCY: (False, True, True, False),
    }
