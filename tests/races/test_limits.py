"""Many processes use one limit at the same moment: it lets through what it says."""

from booking import limits
from booking.models import Spent
from tests.cast import NOW
from tests.processes import Crew
from tests.races.limit_hands import FIVE, take_one, take_without_lock


def test_of_sixteen_at_the_same_moment_five_get_through(crew: Crew) -> None:
    answers = [outcome.value for outcome in crew.run(take_one, [{"now": NOW.isoformat()}] * 16)]

    assert sorted(answers) == [False] * 11 + [True] * 5
    assert Spent.objects.count() == 1


def test_without_the_lock_more_than_five_get_through(crew: Crew) -> None:
    """The control."""
    limits.take((FIVE, "one hand"), now=NOW)

    answers = [outcome.value for outcome in crew.run(take_without_lock, [{"now": NOW.isoformat()}] * 16)]

    assert sum(answers) > 4
