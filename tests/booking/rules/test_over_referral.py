import pytest

from booking.rules.expressions import Compare, names_used, parts
from booking.rules.levels import Level
from booking.rules.rulebook import load_rulebook
from tests.booking.rules.over_referral import AGES, AGES_THAT_DIFFER, count_levels, everybody, sample


def test_no_uncomplicated_client_is_sent_to_a_physician() -> None:
    """The plan expects about 13 % CAUTION."""
    levels = count_levels(sample(number=4000, seed=1))

    assert set(levels) == {Level.CLEAR, Level.CAUTION}
    assert 0.11 < levels[Level.CAUTION] / levels.total() < 0.15


def test_the_ages_that_differ_stand_on_both_sides_of_every_limit() -> None:
    rulebook = load_rulebook()
    conditions = [rule.condition for rule in rulebook.rules] + [entry.condition for entry in rulebook.named]
    limits = {
        part.value
        for condition in conditions
        for part in parts(condition)
        if isinstance(part, Compare) and part.key == "age_years"
    }
    assert all(names_used(condition) <= set(rulebook.conditions_by_name) for condition in conditions)

    missed = [
        limit for limit in limits if limit in AGES and {int(limit) - 1, int(limit)} & set(AGES) - set(AGES_THAT_DIFFER)
    ]

    assert missed == []


@pytest.mark.prove
def test_nobody_in_the_whole_group_is_sent_to_a_physician() -> None:
    levels = count_levels(everybody())

    assert set(levels) == {Level.CLEAR, Level.CAUTION}
    assert 0.11 < levels[Level.CAUTION] / levels.total() < 0.15
