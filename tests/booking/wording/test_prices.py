from decimal import Decimal

import pytest

from booking.wording.prices import NotAPrice, format_price, read_price


@pytest.mark.parametrize(
    ("amount", "currency", "country", "text"),
    [
        ("85", "EUR", "IE", "€85"),
        ("42.50", "EUR", "IE", "€42.50"),
        ("85.00", "EUR", "DE", "85 €"),
        ("1234.50", "EUR", "DE", "1.234,50 €"),
        ("85.50", "USD", "US", "$85.50"),
        ("85.50", "BRL", "BR", "R$ 85,50"),
        ("85.50", "EUR", "AT", "€ 85,50"),
        ("85.50", "GBP", "GB", "£85.50"),
        ("85", "CHF", "CH", "CHF 85"),
        ("85.50", "CHF", "IE", "CHF 85.50"),
        ("8500", "JPY", "JP", "￥8,500"),
        ("85.50", "ILS", "IL", "85.50 ₪"),
        ("85", "EUR", "AQ", "€85"),
    ],
)
def test_a_price_is_written_as_people_of_the_country_do(amount: str, currency: str, country: str, text: str) -> None:
    assert format_price(Decimal(amount), currency, country=country).replace("\xa0", " ") == text
    assert read_price(text, currency, country=country) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("70", "70"),
        ("70,00", "70"),
        ("€70", "70"),
        (" 70.50 € ", "70.50"),
        ("70,5", "70.50"),
        ("eur 70", "70"),
        ("1,200", "1200"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1 200", "1200"),
        ("７０", "70"),
        ("0", "0"),
        ("", None),
        ("  ", None),
    ],
)
def test_a_price_is_read_as_people_type_it(typed: str, amount: str | None) -> None:
    assert read_price(typed, "EUR", country="IE") == (amount and Decimal(amount))


@pytest.mark.parametrize("typed", ["-70", "70,0,0", "7o", "€", "70,505", "1,20,0", "$70", "70 or so", "٧٠", "1e3"])
def test_what_is_no_price_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(NotAPrice) as fault:
        read_price(typed, "EUR", country="DE")

    assert str(fault.value).replace("\xa0", " ") == "Write a price like 70,50 €, or leave the box empty."


def test_a_price_beyond_its_column_is_refused() -> None:
    with pytest.raises(NotAPrice, match="more than a price can be"):
        read_price("12345678", "EUR", country="IE")
