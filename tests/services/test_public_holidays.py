"""Public holidays of a country: which days, under which names."""

from datetime import date

import pytest

from services.public_holidays import PublicHoliday, public_holidays

WINTER = (date(2026, 12, 25), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        (
            "IE",
            [(WINTER[0], "Christmas Day"), (date(2026, 12, 26), "Saint Stephen's Day"), (WINTER[1], "New Year's Day")],
        ),
        (
            "DE",
            [
                (WINTER[0], "Christmas Day"),
                (date(2026, 12, 26), "Second Day of Christmas"),
                (WINTER[1], "New Year's Day"),
            ],
        ),
        ("ZZ", []),
        ("", []),
    ],
)
def test_both_ends_count_and_names_are_english(country: str, expected: list[tuple[date, str]]) -> None:
    found = public_holidays(country=country, first=WINTER[0], last=WINTER[1])

    assert found == [PublicHoliday(day, name) for day, name in expected]


def test_two_on_one_day_are_one_with_both_names() -> None:
    # In 2008 Ascension Day fell on the first of May.
    day = date(2008, 5, 1)

    assert public_holidays(country="DE", first=day, last=day) == [PublicHoliday(day, "Ascension Day, Labor Day")]
