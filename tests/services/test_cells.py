"""Masks against plain sets of cells."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import cells, intervals
from services.cells import as_interval
from services.intervals import Interval

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
some = st.sets(st.integers(0, 400), max_size=60)
lengths = st.integers(1, 60)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair))), max_size=6)


def as_mask(places: set[int]) -> int:
    return sum(1 << place for place in places)


@pytest.mark.parametrize(
    ("seconds", "at", "following"), [(0, 0, 0), (1, 0, 1), (299, 0, 1), (300, 1, 1), (-1, -1, 0), (-300, -1, -1)]
)
def test_an_instant_lies_in_one_cell_and_the_next_begins_with_it_or_later(
    seconds: int, at: int, following: int
) -> None:
    noon, instant = cells.cell_at(NOON), NOON + timedelta(seconds=seconds)

    assert (cells.cell_at(instant) - noon, cells.next_cell(instant) - noon) == (at, following)
    assert cells.begins_at(noon) == NOON


def test_off_the_marks_a_span_is_cut_to_whole_cells_or_widened_to_them() -> None:
    noon, off = cells.cell_at(NOON), Interval(NOON + timedelta(minutes=1), NOON + timedelta(minutes=14))

    assert cells.span_within(off) == (noon + 1, noon + 2)
    assert cells.span_around(off) == (noon, noon + 3)
    assert cells.span_within(Interval(off.start, off.start)) == (noon + 1, noon + 1)


@given(first=st.integers(-50, 50), length=st.integers(-5, 50))
def test_a_mask_has_no_bits_before_the_first(first: int, length: int) -> None:
    assert cells.mask(first, first + length) == as_mask({cell for cell in range(first, first + length) if cell >= 0})


@given(step=st.integers(1, 24), count=st.integers(0, 40))
def test_every_so_many_cells(step: int, count: int) -> None:
    assert cells.every(step, count) == as_mask({number * step for number in range(count)})


@given(taken=some, length=lengths)
def test_a_stretch_meets_what_any_of_its_cells_meets(taken: set[int], length: int) -> None:
    met = {cell for cell in range(401) if any(cell + number in taken for number in range(length))}

    assert cells.whence_met(as_mask(taken), length=length) == as_mask(met)


@given(starts=some, length=lengths)
def test_stretches_cover_all_their_cells(starts: set[int], length: int) -> None:
    covered = {start + number for start in starts for number in range(length)}

    assert cells.stretched(as_mask(starts), length=length) == as_mask(covered)


@given(places=some)
def test_a_mask_is_read_bit_by_bit_and_stretch_by_stretch(places: set[int]) -> None:
    found = as_mask(places)

    assert cells.each_in(found) == sorted(places)
    assert cells.first_in(found) == min(places, default=None)
    assert [cell for first, last in cells.spans_in(found) for cell in range(first, last)] == sorted(places)
    assert all(last not in places for _first, last in cells.spans_in(found))


@given(spans=spans, holes=spans)
def test_holes_are_taken_out_as_they_are_of_intervals(
    spans: list[tuple[int, int]], holes: list[tuple[int, int]]
) -> None:
    kept = tuple(span for span in spans if span[0] < span[1])

    left = cells.subtract(kept, holes)

    assert [as_interval(span) for span in left] == intervals.subtract(map(as_interval, kept), map(as_interval, holes))
