import pytest

from booking.wording.phones import example_phone, format_phone, is_phone, telephone_href

TYPED = {
    "IE": ("085 555 0199", "+353 (0)85 555 0199", "00353855550199", "085.555.0199", "٠٨٥٥٥٥٠١٩٩"),
    "DE": ("0151 23456789", "0151/23456789", "030 901820"),
    "BR": ("11 98765-4321", "(11) 98765-4321", "0 11 98765-4321"),
    "GB": ("07700 900123",),
    "US": ("(415) 555-2671", "1-800-FLOWERS", "415.555.2671"),
    "FR": ("06 12 34 56 78",),
    "CN": ("138 1234 5678",),
    "AT": ("0664 123456789",),
}


@pytest.mark.parametrize(("country", "text"), [(country, text) for country, row in TYPED.items() for text in row])
def test_numbers_are_understood_as_people_there_write_them(country: str, text: str) -> None:
    assert is_phone(text, country=country)


@pytest.mark.parametrize("text", ["12", "call me", "0" * 300, "<script>", "+999 12345678"])
@pytest.mark.parametrize("country", ["IE", "BR", "US"])
def test_what_nobody_can_dial_is_no_number(country: str, text: str) -> None:
    assert not is_phone(text, country=country)


@pytest.mark.parametrize(
    ("stored", "country", "shown"),
    [
        ("+353855550199", "IE", "085 555 0199"),
        ("+353855550199", "DE", "+353 85 555 0199"),
        ("+4915123456789", "DE", "01512 3456789"),
        ("0049 151 23456789", "DE", "01512 3456789"),
        ("0151/23456789", "DE", "0151/23456789"),
        ("+5511987654321", "BR", "(11) 98765-4321"),
        ("+5511987654321", "US", "+55 11 98765-4321"),
        ("(415) 555-2671", "US", "(415) 555-2671"),
        ("ask for Mary", "IE", "ask for Mary"),
        ("", "IE", ""),
    ],
)
def test_a_number_is_shown_nationally_to_its_own_people_and_internationally_to_others(
    stored: str, country: str, shown: str
) -> None:
    assert format_phone(stored, country=country) == shown


@pytest.mark.parametrize("country", ["IE", "DE", "BR", "US", "GB", "CN"])
def test_the_example_is_a_number_of_the_country(country: str) -> None:
    assert is_phone(example_phone(country), country=country)


@pytest.mark.parametrize(
    ("phone", "href"),
    [("01 555 0142", "tel:015550142"), ("+353 (0)1 555", "tel:+35301555"), ("", ""), ("ask at the desk", "")],
)
def test_a_telephone_is_told_what_to_dial(phone: str, href: str) -> None:
    assert telephone_href(phone) == href
