"""A clinic's own colour can be read everywhere, and is never the emergency's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.colours import (
    ON_TINT,
    ON_WHITE,
    TINT,
    WHITE,
    contrast,
    find_fault,
    find_offer,
    is_readable,
    looks_like_an_emergency,
    nearest,
    stylesheet,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize("colour", ["#54284a", "#1c456b", "#1e5c3a", "#2a1f27", "#000000", "#3b3b3b"])
def test_a_dark_colour_is_taken(colour: str) -> None:
    assert (find_fault(colour), find_offer(colour)) == ("", "")


@pytest.mark.parametrize(
    ("colour", "begins"),
    [
        ("#ffd700", "Too pale to read. This one works: #"),
        ("#ffffff", "Too pale to read. This one works: #"),
        ("#a81919", "Too close to the red of an emergency. This one works: #"),
        ("#ff0000", "Too close to the red of an emergency. This one works: #"),
        ("#fcebe9", "Too close to the red of an emergency. This one works: #"),
        ("plum", "Write a colour like #54284a."),
        ("#fff", "Write a colour like #54284a."),
        ("#54284a;}", "Write a colour like #54284a."),
    ],
)
def test_another_is_refused_with_one_that_works(colour: str, begins: str) -> None:
    fault = find_fault(colour)

    assert fault.startswith(begins)
    named = re.findall(r"#[0-9a-f]{6}", fault.removesuffix("#54284a."))
    assert [find_fault(one) for one in named] == [""] * len(named)
    assert find_offer(colour) == "".join(named)


@given(COLOURS)
def test_the_nearest_shade_of_any_colour_can_be_used(colour: str) -> None:
    found = nearest(colour)

    assert find_fault(found) == ""
    assert contrast(found, WHITE) >= ON_WHITE
    assert contrast(found, TINT) >= ON_TINT


def test_a_colour_that_can_be_used_is_its_own_nearest() -> None:
    assert nearest("#1c456b") == "#1c456b"


def test_the_limits_are_those_of_the_guide() -> None:
    assert is_readable("#595959")  # 7.0 on white
    assert not is_readable("#5c5c5c")
    assert looks_like_an_emergency("#a81919")
    assert not looks_like_an_emergency("#54284a")


@given(COLOURS.map(nearest))
def test_the_stylesheet_of_a_colour_can_be_read_in_light_and_dark(colour: str) -> None:
    sheet = stylesheet(colour)

    light, dark = re.findall(r"--plum: (#[0-9a-f]{6})", sheet)
    soft = re.findall(r"--plum-soft: (#[0-9a-f]{6})", sheet)
    assert light == colour
    assert contrast(dark, "#32262c") >= 4.5
    assert contrast(soft[0], "#2a1f27") >= 7
    assert contrast(soft[1], "#f3ebe7") >= 4.5
    assert "url" not in sheet
