from decimal import Decimal

import pytest

from booking.wording.prices import format_price


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
