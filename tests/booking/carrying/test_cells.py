from datetime import date

import pytest

from booking.carrying.cells import (
    Order,
    Wrong,
    find_order,
    read_date,
    read_mails,
    read_phones,
    turn_round,
    typed,
)

DAY_FIRST = Order(day_first=True, is_told=True)


def test_the_text_of_a_cell_is_what_a_person_typed() -> None:
    cells = ['="0123"', "'0123", "'=1", "'t Hart", "=1", ' ="say ""hi""" ', "\xa0x "]

    assert [typed(one) for one in cells] == ["0123", "0123", "=1", "'t Hart", "=1", 'say "hi"', "x"]


def test_a_surname_first_is_turned_round_and_a_title_is_not() -> None:
    names = ["Byrne, Niamh", "Niamh Byrne, PhD", "Niamh Byrne, R.N.", "A, B, C", "Byrne,", ", Niamh"]

    assert [turn_round(one) for one in names] == ["Niamh Byrne", *names[1:]]


@pytest.mark.parametrize(
    ("cell", "country", "expected"),
    [
        ("0151/23456789", "DE", ["0151/23456789"]),
        ("15123456789", "DE", ["01512 3456789"]),
        ("(415) 555-2671", "US", ["(415) 555-2671"]),
        ("4155552671", "US", ["(415) 555-2671"]),
        ("6.12345678E+08", "FR", ["06 12 34 56 78"]),
        ("3,53855550199E+11", "IE", ["+353855550199"]),
        ("0", "IE", []),
        ("n/a", "IE", []),
        ("085 555 0199;01 555 0177", "IE", ["085 555 0199", "01 555 0177"]),
        ("0151/23456789 (Mutter)", "DE", ["0151/23456789", "0151/23456789 (Mutter)"]),
        ("085-5550199/01-5550177", "IE", ["085-5550199", "01-5550177"]),
        ("tel:+353855550199", "IE", ["+353855550199"]),
        ("085 555 0199 (her mother)", "IE", ["085 555 0199", "085 555 0199 (her mother)"]),
    ],
)
def test_a_number_gets_back_what_a_spreadsheet_took(cell: str, country: str, expected: list[str]) -> None:
    assert read_phones(cell, country=country) == expected


@pytest.mark.parametrize("filling", [" ", ",", "1 ", "<"])
def test_a_cell_that_is_longer_than_anybody_writes_is_not_even_looked_at(filling: str) -> None:
    """Without the limit each of these takes longer than any test may."""
    cell = f"1/1/1980{filling * 100_000}x"

    for read in (
        lambda: read_mails(cell),
        lambda: read_phones(cell, country="IE"),
        lambda: read_date(cell, order=DAY_FIRST, newest=date.max),
    ):
        with pytest.raises(Wrong):
            read()
    assert find_order([cell], country="IE") == Order(True, False)


def test_the_order_of_a_column_is_told_by_any_day_past_the_twelfth() -> None:
    orders = [find_order(cells, country="IE") for cells in (["1/2/80", "3/13/80"], ["1/2/80"], ["13/1/80", "1/13/80"])]

    assert orders == [Order(False, True), Order(True, False), Order(True, False)]
    assert find_order([], country="US") == Order(False, False)


def test_two_digits_of_a_year_are_the_latest_that_can_be() -> None:
    newest = date(2026, 11, 23)

    found = [
        read_date(cell, order=DAY_FIRST, newest=newest) for cell in ("1/2/26", "1/2/27", "Wed, 1-Feb-80", "19800201")
    ]

    assert found == [date(2026, 2, 1), date(1927, 2, 1), date(1980, 2, 1), date(1980, 2, 1)]
