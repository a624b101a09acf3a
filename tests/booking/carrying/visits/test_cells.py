"""Times and lengths as people and spreadsheets write them."""

from datetime import UTC, date, datetime, time

import pytest

from booking.carrying.cells import Order, Wrong
from booking.carrying.visits.cells import When, part_minutes, read_minutes, read_when

DAY, HALF = date(2026, 12, 1), time(14, 30)
BOTH = When(DAY, HALF)
ORDER = Order(day_first=True, is_told=False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("01/12/2026 | 1/12/26 | 46357 | Tuesday 1 December 2026 | 2026-12-01", When(DAY)),
        ("14:30 | 2:30 PM | 2.30pm | 14h30 | 1430 | 0.6041667 | ,6041667 | 14:30:00 | 2:30 p.m.", When(clock=HALF)),
        ("14:30 - 15:30 | 2:30 – 3:30 pm | 14:30 to 15:30", When(clock=HALF, until=time(15, 30))),
        (
            "2026-12-01 14:30 | 2026-12-01T14:30:00 | 1 Dec 2026, 2:30 PM | 46357,604167 | 14:30 01/12/2026 | 01.12.2026 14.30",
            BOTH,
        ),
        ("Tue 1 Dec 2026 2:30 PM – 3:30 PM", When(DAY, HALF, time(15, 30))),
        ("2026-12-01T14:30:00Z | 2026-12-01 15:30 +0100", When(instant=datetime(2026, 12, 1, 14, 30, tzinfo=UTC))),
        ("12:00 am", When(clock=time(0, 0))),
        (" | - | n/a", When()),
    ],
)
def test_a_moment_is_read_however_it_is_written(words: str, expected: When) -> None:
    cells = words.split("|")

    read = {cell.strip(): read_when(cell, order=ORDER, newest=date(2029, 1, 1)) for cell in cells}

    assert read == dict.fromkeys(read, expected)


@pytest.mark.parametrize("cell", ["25:00", "tomorrow", "31/02/2026 10:00", "2026-13-01T10:00:00Z"])
def test_what_is_no_moment_is_wrong(cell: str) -> None:
    with pytest.raises(Wrong):
        read_when(cell, order=ORDER, newest=date(2029, 1, 1))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("60 | 60.0 | 60,00 | 1:00 | 01:00:00 | 1h | 1 hour | 60 min | 60' | 0.0416667 | 1 | 1.0", 60),
        ("90 | 1h30 | 1 h 30 | 1 hr 30 min | 1.5 | 1.5 hours | 1:30 | 90mins", 90),
        (" | -", None),
    ],
)
def test_a_length_is_read_however_it_is_written(words: str, expected: int | None) -> None:
    read = {cell.strip(): read_minutes(cell) for cell in words.split("|")}

    assert read == dict.fromkeys(read, expected)


def test_a_length_in_the_name_of_a_treatment_is_told_apart() -> None:
    names = ("Deep tissue (90 min)", "90 min Deep tissue", "Deep tissue - 1h30", "Deep tissue 90", "Deep tissue [90]")

    assert {part_minutes(name) for name in names} == {("Deep tissue", 90)}
    assert part_minutes("Massage with 4 hands") == ("Massage with 4 hands", None)
