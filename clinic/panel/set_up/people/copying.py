"""Copying hours about in the form of a week: what was typed, with nothing saved."""

from collections.abc import Mapping

from clinic.panel.set_up.people.week_form import TIMES, Line, name_of

# The button that copies Monday to the working days, and the one that copies a whole week of somebody else.
COPY, COPY_WEEK, ADD_LINE = "copy", "copy_week", "add_line"
WORKING_DAYS = (2, 3, 4, 5)


def copy_day(typed: Mapping[str, str], *, weekday: int, to: list[int]) -> dict[str, str]:
    """With the lines of `weekday` on these days, too, in place of theirs."""
    lines = _lines_of(typed, weekday)
    kept = {name: value for name, value in typed.items() if not any(name in _names(typed, day) for day in to)}
    copies = {
        name_of(part, (day, number)): typed.get(name_of(part, (weekday, number)), "")
        for day in to
        for _weekday, number in lines
        for part in (*TIMES, "place")
        if part in TIMES or name_of(part, (weekday, number)) in typed
    }
    return {**kept, **copies}


def add_line(typed: Mapping[str, str], *, weekday: int) -> dict[str, str]:
    """With an empty line more on that day, for another place."""
    return {**typed, name_of("from", (weekday, len(_lines_of(typed, weekday)))): ""}


def _lines_of(typed: Mapping[str, str], weekday: int) -> list[Line]:
    return [(weekday, number) for number in range(10) if name_of("from", (weekday, number)) in typed]


def _names(typed: Mapping[str, str], weekday: int) -> set[str]:
    return {name_of(part, line) for line in _lines_of(typed, weekday) for part in (*TIMES, "place")}
