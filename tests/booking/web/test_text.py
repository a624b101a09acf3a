import pytest
from django.core.exceptions import ValidationError

from booking.web.forms.text import MailField, PhoneField, TextField, clean_line, clean_lines


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Niamh   O’Sullivan ", "Niamh O’Sullivan"),
        ("Niamh\r\nBcc: all@example.com", "Niamh Bcc: all@example.com"),
        ("tab\tand\x0bmore", "tab and more"),
        ("nul\x00bell\x07del\x7f", "nulbelldel"),
        ("\u202eevil\u202c\u2066x\u2069\ufeff", "evilx"),
        ("שרה כהן", "שרה כהן"),
        ("محمد", "محمد"),
        ("👩🏽‍⚕️ नमस्ते", "👩🏽‍⚕️ नमस्ते"),
        ("می‌خواهم", "می‌خواهم"),
        ("\ud800lone", "lone"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_line_keeps_every_script_and_loses_what_nobody_can_see(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_lines_stay_lines() -> None:
    assert clean_lines(" a step-free room \r\n\r\nan interpreter\x00 \n") == "a step-free room\n\nan interpreter"


def test_too_long_a_name_is_said_so_with_its_length() -> None:
    field = TextField(at_most=120)

    with pytest.raises(ValidationError) as refused:
        field.clean("x" * 10_240)

    assert refused.value.messages == ["Write at most 120 characters. These are 10240."]
    assert field.clean("x" * 120) == "x" * 120


def test_a_field_lets_people_type_more_than_it_takes_so_that_nothing_is_cut_silently() -> None:
    assert "maxlength" not in str(TextField(at_most=5).widget.render("a", "b"))
    assert "maxlength" not in str(MailField().widget.render("a", "b"))


@pytest.mark.parametrize("address", ["niamh@example.ie", " niamh@example.ie ", "n+massage@sub.example.ie"])
def test_an_address_is_kept(address: str) -> None:
    assert MailField().clean(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    ["niamh.example.ie", "niamh@", "@example.ie", "a@b@c.ie", "niamh@example.ie\nBcc: x@y.ie"],
)
def test_no_address_is_answered_with_an_example(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MailField().clean(address)

    assert refused.value.messages == ["Write an email address with an @, like niamh@example.ie"]


def test_too_long_an_address_is_said_so() -> None:
    with pytest.raises(ValidationError) as refused:
        MailField().clean("x" * 300 + "@example.ie")

    assert refused.value.messages == ["Write an email address of at most 254 characters."]


@pytest.mark.parametrize("number", ["085 555 0199", "+353 85 555 0199", "(01) 555-0142", "+1 202 555 0110", ""])
def test_a_phone_number_is_kept_as_typed(number: str) -> None:
    assert PhoneField(country="IE", required=False).clean(number) == number


@pytest.mark.parametrize("number", ["12", "call me", "0" * 300, "<script>", "085 555 0199 " * 4])
def test_no_phone_number_is_answered_with_an_example(number: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PhoneField(country="IE", required=False).clean(number)

    assert refused.value.messages == ["Write a phone number with its area code, like 085 012 3456."]
