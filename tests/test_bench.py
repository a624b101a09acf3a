"""What `make bench` fails at, and what it only tells."""

from typing import Any

import pytest

from tests.bench import table
from tests.bench.table import Row, find_faults, find_misses

STANDARD = (20, 730)
SIZES = ((5, 730), (20, 730), (100, 730), (20, 73), (20, 7300))


def rows(name: str = table.BOARD, /, **milliseconds_at: float) -> list[Row]:
    """In proportion to the therapists, unless said otherwise, like t100_730=90."""
    return [
        Row(
            name=name,
            therapists=therapists,
            days=days,
            seconds=milliseconds_at.get(f"t{therapists}_{days}", therapists) / 1000,
            statements=8,
            ok_seconds=0.001,
        )
        for therapists, days in SIZES
    ]


def faults(*members: Row) -> list[str]:
    return list(find_faults(members, standard=STANDARD))


def test_what_grows_with_the_therapists_and_not_with_history_is_no_fault() -> None:
    assert faults(*rows()) == []


@pytest.mark.parametrize(
    ("grown", "fault"),
    [
        (
            {"t100_730": 300},
            "15.0 times as long with 100 therapists and 730 days as with 20 and 730, where 5 is allowed",
        ),
        ({"t20_730": 60}, "12.0 times as long with 20 therapists and 730 days as with 5 and 730, where 4 is allowed"),
        ({"t20_7300": 40}, "2.0 times as long with 20 therapists and 7300 days as with 20 and 73, where 1 is allowed"),
    ],
)
def test_more_than_linear_in_therapists_or_any_growth_in_history_is_a_fault(
    grown: dict[str, float], fault: str
) -> None:
    assert faults(*rows(**grown)) == [f"{table.BOARD}: {fault}"]


def test_a_machine_that_is_slow_for_a_while_is_no_fault() -> None:
    slow = [
        Row(**vars(row) | {"seconds": 3 * row.seconds, "ok_seconds": 0.003}) if row.days == 7300 else row
        for row in rows()
    ]

    assert faults(*slow) == []


def test_statements_that_differ_by_size_or_are_more_than_the_aim_are_faults() -> None:
    def with_statements(**changes: Any) -> list[Row]:
        return [Row(**vars(row) | {"statements": changes.get(f"t{row.therapists}", 8)}) for row in rows()]

    assert faults(*with_statements()) == []
    assert faults(*with_statements(t5=9, t20=9, t100=9)) == [f"{table.BOARD}: 9 statements, where 8 are the aim"]
    counts = {"5 × 730": 8, "20 × 730": 8, "100 × 730": 7, "20 × 73": 8, "20 × 7300": 8}
    assert faults(*with_statements(t100=7)) == [
        f"{table.BOARD}: the number of statements depends on the size: {counts}"
    ]


def test_a_missed_aim_is_told_with_its_floor_and_is_no_fault() -> None:
    floor = rows(table.FLOOR_BOARD, t20_730=2)

    assert faults(*rows(), *floor) == []
    assert find_misses({"sqlite": [*rows(), *floor]}, standard=STANDARD) == [
        f"SQLite: {table.BOARD}: × 20.0, the aim is × 10. {table.FLOOR_BOARD}: × 2.0."
    ]
    assert find_misses({"sqlite": [*rows(t20_730=9), *floor]}, standard=STANDARD) == []
