import pytest
from django.core.exceptions import ValidationError

from booking.pages.fields import MailField, NameField, PhoneField, TextField, clean_line, clean_lines


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("niamh@example.ie", "niamh@example.ie"),
        (" niamh@example.ie ", "niamh@example.ie"),
        ("n+massage@sub.example.ie", "n+massage@sub.example.ie"),
        ("T.Person+tag@EXAMPLE.COM", "T.Person+tag@EXAMPLE.COM"),
        ("o'test@example.com", "o'test@example.com"),
        ("info@münchen.example", "info@münchen.example"),
        ("info@xn--mnchen-3ya.example", "info@xn--mnchen-3ya.example"),
        ("\u200bana@example.com", "ana@example.com"),
        ("ana@example.com\u200b", "ana@example.com"),
        ("ana\u00ad@exam\u2060ple.com\ufe0f", "ana@example.com"),
        ("\u2068ana@example.com\u2069\u3164", "ana@example.com"),
        ("\u00a0ana@example.com\u2003", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("MAILTO:ana@example.com?subject=Hello", "ana@example.com"),
        ("Ana Ruiz <ana@example.com>", "ana@example.com"),
        ("<mailto:ana@example.com>", "ana@example.com"),
        ("mailto:ana%2Bnews@example.com", "ana+news@example.com"),
        ("ana@example.com,", "ana@example.com"),
        ("(ana@example.com)", "ana@example.com"),
        ("ana@example.com>", "ana@example.com"),
        ('"ana@example.com"', "ana@example.com"),
        ("“ana@example.com”.", "ana@example.com"),
        ("'ana@example.com'", "ana@example.com"),
        ('"ana"@example.com', '"ana"@example.com'),
        ("ana@example.com.", "ana@example.com"),
        (f"{'x' * 64}@example.com", f"{'x' * 64}@example.com"),
    ],
)
def test_an_address_is_kept_without_what_was_copied_along(typed: str, kept: str) -> None:
    assert MailField().clean(typed) == kept


WHOLE = "Write the whole address, like niamh@example.ie"
DOTS = "Check the dots: never two in a row, nor one at an end, like niamh.byrne@example.ie"
ONE = "Write one address only, like niamh@example.ie"
DOMAIN = "The part after the @ is not right. Write the whole address, like niamh@example.ie"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("niamh.example.ie", WHOLE),
        ("niamh@", WHOLE),
        ("@example.ie", WHOLE),
        ("niamh byrne@example.ie", WHOLE),
        ("niamh@example", DOMAIN),
        ("a@ex_ample.com", DOMAIN),
        ("a@-example.com", DOMAIN),
        ("a@[127.0.0.1]", DOMAIN),
        (f"a@{'x' * 64}.com", DOMAIN),
        ("a@b@c.ie", ONE),
        ("a@example.com,b@example.com", ONE),
        ("a@example.com; b@example.com", ONE),
        ("niamh@example.ie\nBcc: x@y.ie", ONE),
        ("user@gmail,com", "There is a comma in this address. Did you mean user@gmail.com?"),
        ("a..b@example.com", DOTS),
        ("a@example..com", DOTS),
        (".a@example.com", DOTS),
        ("a.@example.com", DOTS),
        ("müller@example.com", "An email address has no accents before the @. Write it without them."),
        (f"{'x' * 65}@example.com", "An email address has at most 64 characters before the @."),
        (f"a@{'x.' * 130}com", "Write an email address of at most 254 characters."),
        ("a(b)@example.com", WHOLE),
    ],
)
def test_no_address_is_answered_with_what_to_mend(address: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MailField().clean(address)

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    "name",
    [
        "Null",
        "None",
        "undefined",
        "O'Test",
        "O’Test",
        "X",
        "Ng",
        "李",
        "Björk Test",
        "محمد",
        "Jose\u0301 Test",
        "👩🏽\u200d⚕️ Ana",
        "नमस्ते",
        "ﾊﾝｶｸ",
    ],
)
def test_whatever_can_be_read_is_a_name(name: str) -> None:
    assert NameField().clean(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "\u200b",
        "\u200d",
        "\u2800",
        "\u3164",
        "\u00ad",
        "\u180e",
        "\u2060\u2060",
        "\ufe0f",
        "\u115f\u1160",
        "\u0301",
        "\u200b \u200b",
        "\U000e0041",
        "\uffa0",
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_no_name_is_an_empty_line(name: str, required: bool) -> None:
    with pytest.raises(ValidationError) as refused:
        NameField(required=required).clean(name)

    assert refused.value.messages == ["This name has no letter that can be seen. Write it again."]
    assert TextField(at_most=300, required=False).clean(name) == ""


@pytest.mark.parametrize("number", ["085 555 0199", "+353 85 555 0199", "(01) 555-0142", "+1 202 555 0110", ""])
def test_a_phone_number_is_kept_as_typed(number: str) -> None:
    assert PhoneField(country="IE", required=False).clean(number) == number


def test_what_was_copied_along_with_a_number_is_taken_off() -> None:
    assert PhoneField(country="IE").clean("\u202a085 555 0199\u202c\u200b") == "085 555 0199"


@pytest.mark.parametrize("number", ["12", "call me", "0" * 300, "<script>", "085 555 0199 " * 4])
def test_no_phone_number_is_answered_with_an_example(number: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PhoneField(country="IE", required=False).clean(number)

    assert refused.value.messages == ["Write a phone number with its area code, like 085 012 3456."]
