"""One limiter for everything: a bucket a subject that empties at a steady pace."""

from datetime import timedelta
from typing import Any

import pytest

from booking import limits
from booking.limits import AtATime, Crowded, Limit, Spending
from booking.models import Spent
from booking.tasks import sweep
from tests.cast import NOW

pytestmark = pytest.mark.django_db

FIVE = Limit("five", 5, timedelta(minutes=15))
THREE = Limit("three", 3, timedelta(hours=1))


def take_often(times: int, *uses: tuple[Limit, str], after: timedelta = timedelta(0)) -> list[int]:
    """0 where it went through, else the seconds to wait."""
    answers = []
    for _ in range(times):
        try:
            limits.take(*uses, now=NOW + after)
            answers.append(0)
        except Spending as refusal:
            answers.append(refusal.retry_after)
    return answers


def test_a_limit_lets_so_many_through_and_says_when_the_next_one_is() -> None:
    assert take_often(7, (FIVE, "a")) == [0, 0, 0, 0, 0, 180, 180]


def test_a_bucket_empties_at_a_steady_pace() -> None:
    take_often(5, (FIVE, "a"))

    soon = take_often(1, (FIVE, "a"), after=timedelta(seconds=179))
    later = take_often(3, (FIVE, "a"), after=timedelta(seconds=360))
    much_later = take_often(6, (FIVE, "a"), after=timedelta(days=3))

    assert (soon, later, much_later) == ([1], [0, 0, 180], [0, 0, 0, 0, 0, 180])


def test_each_subject_and_each_limit_counts_by_itself() -> None:
    take_often(5, (FIVE, "a"))

    assert (take_often(1, (FIVE, "b")), take_often(1, (THREE, "a"))) == ([0], [0])


def test_of_several_limits_all_are_used_or_none() -> None:
    take_often(3, (THREE, "street"))

    refused = take_often(4, (FIVE, "a"), (THREE, "street"))
    alone = take_often(6, (FIVE, "a"))

    assert (refused, alone) == ([1200] * 4, [0, 0, 0, 0, 0, 180])


def test_what_was_no_use_is_given_back() -> None:
    take_often(5, (FIVE, "a"))

    limits.give_back((FIVE, "a"), now=NOW)

    assert take_often(2, (FIVE, "a")) == [0, 180]


def test_giving_back_more_than_was_taken_gives_no_more_than_the_limit() -> None:
    for _ in range(10):
        limits.give_back((FIVE, "a"), now=NOW)

    assert take_often(6, (FIVE, "a")) == [0, 0, 0, 0, 0, 180]


def test_what_is_forgotten_begins_anew() -> None:
    take_often(5, (FIVE, "a"))

    limits.forget(FIVE, "a")

    assert take_often(1, (FIVE, "a")) == [0]


def test_the_table_names_nobody() -> None:
    limits.take((FIVE, "niamh@example.ie"), now=NOW)

    assert "niamh" not in str(list(Spent.objects.values()))


def test_the_sweep_drops_what_is_used_no_more(time_machine: Any) -> None:
    limits.take((FIVE, "a"), (THREE, "a"), now=NOW)
    time_machine.move_to(NOW + timedelta(minutes=10), tick=False)

    sweep()

    assert list(Spent.objects.values_list("limit", flat=True)) == ["three"]


def test_so_many_threads_at_once_and_no_more() -> None:
    two = AtATime(2, patience=0.01)

    with limits.at_a_time(two), limits.at_a_time(two), pytest.raises(Crowded), limits.at_a_time(two):
        pass
    with limits.at_a_time(two):
        free_again = True

    assert free_again
