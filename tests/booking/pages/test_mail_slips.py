"""What was probably meant by an address whose domain is one slip away from one that many people have."""

import pytest

from booking.pages.mail_slips import ALSO_REAL, COMMON, suggest_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("niamh.kelly@gmail.con", "niamh.kelly@gmail.com"),
        ("niamh@gmial.com", "niamh@gmail.com"),
        ("niamh@gmai.com", "niamh@gmail.com"),
        ("niamh@gmaill.com", "niamh@gmail.com"),
        ("niamh@gmail.co", "niamh@gmail.com"),
        ("niamh@gmail.cm", "niamh@gmail.com"),
        ("niamh@GMAIL.CMO", "niamh@gmail.com"),
        ("niamh@hotmial.com", "niamh@hotmail.com"),
        ("niamh@hotmail.co.ku", "niamh@hotmail.co.uk"),
        ("niamh@outlok.com", "niamh@outlook.com"),
        ("niamh@icloud.vom", "niamh@icloud.com"),
        ("niamh@yaho.ie", "niamh@yahoo.ie"),
        ("niamh@eircom.ne", "niamh@eircom.net"),
        ("niamh@aol.con", "niamh@aol.com"),
        ('"a@b"@gnail.com', '"a@b"@gmail.com'),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert suggest_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "niamh@example.ie",
        "niamh@gmail.com",
        "niamh@Gmail.Com",
        "niamh@mail.com",
        "niamh@email.com",
        "niamh@live.it",
        "niamh@yahoo.fr",
        "niamh@all.com",  # a short name may be anybody's
        "niamh@gmial.con",  # two slips: nobody can guess
        "niamh@",
        "niamh",
        "",
        "gmail.con",
    ],
)
def test_nothing_is_guessed_where_nothing_is_wrong_or_too_much(typed: str) -> None:
    assert suggest_address(typed) == ""


def test_what_is_real_or_common_is_never_put_right() -> None:
    assert {domain: suggest_address(f"a@{domain}") for domain in {*COMMON, *ALSO_REAL}} == dict.fromkeys(
        {*COMMON, *ALSO_REAL}, ""
    )
