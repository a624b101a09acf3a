import pytest

from booking.web.words import count_times, telephone_href


def test_times_are_counted_in_words() -> None:
    assert [count_times(1), count_times(7)] == ["1 time", "7 times"]


@pytest.mark.parametrize(
    ("phone", "href"),
    [("01 555 0142", "tel:015550142"), ("+353 (0)1 555", "tel:+35301555"), ("", ""), ("ask at the desk", "")],
)
def test_a_telephone_is_told_what_to_dial(phone: str, href: str) -> None:
    assert telephone_href(phone) == href
