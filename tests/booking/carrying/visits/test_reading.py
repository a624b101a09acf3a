"""What one line says of when and how long, of several columns that say it; and which lines are of no use."""

from datetime import UTC, date, datetime, time

import pytest

from booking.carrying.files import read_sheet
from booking.carrying.visit_columns import KNOWN, recognise
from booking.carrying.visits.reading import Rough, Visits, read_visits


def read(headings: str, *lines: str) -> Visits:
    text = "\n".join([f"{headings},Service,Client", *(f"{line},Rub,Ann" for line in lines)])
    sheet = read_sheet(text + "\n", known=KNOWN)
    return read_visits(sheet, recognise(sheet.header), country="IE", today=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("headings", "line", "expected"),
    [
        ("Start,End", "2026-12-01 10:00,2026-12-01 11:30", (date(2026, 12, 1), time(10), None, 90)),
        ("Date,Start,End", "2026-12-01,10:00,11:30", (date(2026, 12, 1), time(10), None, 90)),
        ("Date,Time", "2026-12-01,10:00 - 11:30", (date(2026, 12, 1), time(10), None, 90)),
        ("Date,Start", "2026-12-01T00:00:00Z,10:00", (date(2026, 12, 1), time(10), None, 0)),
        (
            "Start,End",
            "2026-12-01T10:00:00+01:00,2026-12-01T11:30:00+01:00",
            (None, None, datetime(2026, 12, 1, 9, tzinfo=UTC), 90),
        ),
        ("Start,Length,End", "2026-12-01 10:00,45,2026-12-01 11:30", (date(2026, 12, 1), time(10), None, 45)),
        ("Start,End", "2026-12-01 10:00,2026-12-01 09:00", (date(2026, 12, 1), time(10), None, 0)),
    ],
)
def test_when_and_how_long_is_read_of_whatever_columns_say_it(
    headings: str, line: str, expected: tuple[date | None, time | None, datetime | None, int]
) -> None:
    day, clock, instant, minutes = expected

    assert read(headings, line).visits == (Rough(2, "Rub", day, clock, instant, minutes, name="Ann"),)


def test_what_was_called_off_elsewhere_is_told_by_its_status_or_its_day() -> None:
    said = ("Cancelled", "Late Cancel", "no-show", "Did not arrive", "Rescheduled", "DNA")
    ready = ("", "Confirmed", "New", "Booked", "Not paid")

    by_status = read("Start,Status", *(f"2026-12-01 10:00,{word}" for word in (*said, *ready)))
    by_day = read("Start,Cancelled at", "2026-12-01 10:00,2026-11-20", "2026-12-01 10:00,", "2026-12-01 10:00,No")

    assert (by_status.called_off, len(by_status.visits)) == ((2, 3, 4, 5, 6, 7), len(ready))
    assert (by_day.called_off, len(by_day.visits)) == ((2,), 2)
