import pytest

from booking.pages.fields import TextField
from services.blanks import is_blank

NOTHING = ["", " ", "\u00a0", "\u2003\t", "\u200b", "\u200d", "\u2800", "\u3164", "\u00ad", "\u180e", "\u2060\u2060"]
NOTHING += ["\ufe0f", "\u0301", "\uffa0", "\u202e\u2066", "\n\r\n"]
SOMETHING = ["x", ".", "0", "李", "محمد", "é", "e\u0301", "👩🏽‍⚕️", "\u200bread\u200b"]


@pytest.mark.parametrize("text", NOTHING)
def test_what_nobody_can_see_is_blank_and_no_answer_to_a_field(text: str) -> None:
    assert is_blank(text)
    assert TextField(at_most=10, required=False).clean(text) == ""


@pytest.mark.parametrize("text", SOMETHING)
def test_what_somebody_can_see_is_not(text: str) -> None:
    assert not is_blank(text)
