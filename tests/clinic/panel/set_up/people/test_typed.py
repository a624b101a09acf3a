"""Hours as people type them."""

from datetime import time

import pytest

from clinic.panel.set_up.people.typed import Clock, Unreadable, read_breaks, read_clock

NINE, HALF = Clock(time(9), is_open=True), Clock(time(9, 30), is_open=True)
CLOCKS = {
    "9": NINE,
    " 9 ": NINE,
    "9h": NINE,
    "９": NINE,
    "09": Clock(time(9)),
    "09:00": Clock(time(9)),
    "0900": Clock(time(9)),
    "9.30": HALF,
    "9:30": HALF,
    "9,30": HALF,
    "9h30": HALF,
    "9 : 30": HALF,
    "9 30": HALF,
    "930": HALF,
    "0930": Clock(time(9, 30)),
    "9am": Clock(time(9)),
    "9 a.m.": Clock(time(9)),
    "9 AM": Clock(time(9)),
    "9a": Clock(time(9)),
    "1:30 pm": Clock(time(13, 30)),
    "1.30pm": Clock(time(13, 30)),
    "130pm": Clock(time(13, 30)),
    "13:30 pm": Clock(time(13, 30)),
    "12": Clock(time(12)),
    "12 pm": Clock(time(12)),
    "12 am": Clock(time(0)),
    "noon": Clock(time(12)),
    "17": Clock(time(17)),
    "1730": Clock(time(17, 30)),
    "0": Clock(time(0)),
    "23:55": Clock(time(23, 55)),
    "": None,
    "off": None,
    "Off": None,
    "–": None,
}
UNREADABLE = [
    "24",
    "24:00",
    "25",
    "9:5",
    "9:60",
    "90",
    "99999",
    "13 am",
    "0 pm",
    "nine",
    "9-5",
    "-9",
    "9:30:00",
    "9 to",
]


@pytest.mark.parametrize(("typed", "meant"), CLOCKS.items())
def test_times_are_read_as_people_type_them(typed: str, meant: Clock | None) -> None:
    assert read_clock(typed) == meant


@pytest.mark.parametrize("typed", UNREADABLE)
def test_what_could_be_several_times_or_none_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_clock(typed)


@pytest.mark.parametrize(
    ("typed", "earlier", "meant"),
    [
        ("5", time(9), time(17)),
        ("5:30", time(9), time(17, 30)),
        ("10", time(9), time(10)),
        ("9", time(9), time(21)),
        ("05:00", time(9), time(5)),
        ("5 am", time(9), time(5)),
        ("5", time(18), time(5)),
    ],
)
def test_a_bare_hour_is_after_noon_where_only_that_follows(typed: str, earlier: time, meant: time) -> None:
    clock = read_clock(typed)

    assert clock is not None
    assert clock.after(earlier) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", []),
        ("no break", []),
        ("12-12:45", [(time(12), time(12, 45))]),
        ("12:00 to 12:45", [(time(12), time(12, 45))]),
        ("12.00 – 12.45", [(time(12), time(12, 45))]),
        ("12:00—12:45", [(time(12), time(12, 45))]),
        ("12 until 1", [(time(12), time(13))]),
        ("1-2", [(time(13), time(14))]),
        ("11:30am-12pm", [(time(11, 30), time(12))]),
        ("12-12:45, 5-5:30", [(time(12), time(12, 45)), (time(17), time(17, 30))]),
        ("12-12:45; 15-15:15", [(time(12), time(12, 45)), (time(15), time(15, 15))]),
        ("12-12:45 and 15-15:15", [(time(12), time(12, 45)), (time(15), time(15, 15))]),
    ],
)
def test_breaks_of_a_day_from_nine_are_read_as_people_type_them(typed: str, meant: list[tuple[time, time]]) -> None:
    assert read_breaks(typed, opens=time(9)) == meant


@pytest.mark.parametrize("typed", ["12", "45 min", "12-", "-12:45", "12-12:45-13", "12-off", "lunch", "12-12:45,"])
def test_what_is_no_break_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_breaks(typed, opens=time(9))
