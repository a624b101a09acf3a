"""Files of others, read whole: who can be brought in, and what each line says."""

from dataclasses import replace
from datetime import date

import pytest

from booking.carrying import files
from booking.carrying.columns import Column, recognise, system_of
from booking.carrying.people import People, Person, read_people, say_wrong
from tests.booking.carrying.files_of_others import CASES, Case

TODAY = date(2026, 11, 23)


def read(case: Case) -> Case:
    """What the file of the case says, as a case."""
    try:
        sheet = files.read_sheet(files.read_text(case.content))
    except files.Unreadable as refusal:
        return Case(case.content, refused=str(refusal), country=case.country)
    found = read_people(sheet, recognise(sheet.header), country=case.country, today=TODAY)
    return Case(case.content, found.people, found.wrong, found.said, system_of(sheet.header), country=case.country)


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_others_says_what_it_should(name: str) -> None:
    assert read(CASES[name]) == CASES[name]


def test_nothing_of_a_column_of_notes_is_read_unless_somebody_says_so() -> None:
    sheet = files.read_sheet("Name,Notes\nAnn," + "Sore knee. " * 40 + "\n")
    columns = recognise(sheet.header)
    text = ("Sore knee. " * 40).strip()

    unasked = read_people(sheet, columns, country="IE", today=TODAY)
    asked = read_people(sheet, (Column.NAME, Column.NOTES), country="IE", today=TODAY)

    assert unasked == People((Person(2, "Ann"),))
    assert asked == People((replace(Person(2, "Ann"), lines=(text[:300], text[300:])),))


def test_a_line_is_named_where_something_is_wrong() -> None:
    assert say_wrong(12, "“abc” is no email address.") == "Line 12: “abc” is no email address."
