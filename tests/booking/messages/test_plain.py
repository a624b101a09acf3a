import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.messages.plain import first_name, joined_lines, one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Niamh Byrne", "Niamh Byrne"),
        ("  Niamh \t Byrne\n", "Niamh Byrne"),
        ("Niamh\r\nBcc: everybody@example.com", "Niamh Bcc: everybody@example.com"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\u202eevil\u202c", "evil"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("Zoë 😀 李", "Zoë 😀 李"),
        ("مريم", "مريم"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("x" * 300, "x" * 200),
        ("", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Niamh Byrne", "Niamh"),
        ("  Jean-Luc  Picard", "Jean-Luc"),
        ("NIAMH", "NIAMH"),
        ("McDonald Sons", "McDonald"),
        ("MacKenzie", "MacKenzie"),
        ("DeShawn", "DeShawn"),
        ("WinAPrize now", ""),
        ("DeWinNow", ""),
        ("O’Test", "O’Test"),
        ("Jose\u0301 Test", "Jose\u0301"),
        ("李 小龙", "李"),
        ("محمد", "محمد"),
        ("प्रिया", "प्रिया"),
        ("X", "X"),
        ("", ""),
        ("\n", ""),
        ("x" * 100, ""),
        ("http://evil.example Win", ""),
        ("evil.example", ""),
        ("www.evil.example/win", ""),
        ("call+353855550199", ""),
        ("0855550199 Niamh", ""),
        ("mail@evil.example", ""),
        ("Click-on-the-link", ""),
        ("YouHaveWonAPrize", ""),
        ("加微信领取您的大奖吧", ""),
        ("<b>Niamh</b>", ""),
        ("👩🏽\u200d⚕️ Ana", ""),
    ],
)
def test_first_name(text: str, expected: str) -> None:
    assert first_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 Alder Street\r\nDublin 8", "14 Alder Street, Dublin 8"),
        ("14 Alder Street,\n\nDublin 8\n", "14 Alder Street, Dublin 8"),
        ("", ""),
    ],
)
def test_joined_lines(text: str, expected: str) -> None:
    assert joined_lines(text) == expected


@given(text=st.text())
def test_nothing_that_breaks_a_header_is_left(text: str) -> None:
    found = one_line(text)

    assert len(found) <= 200
    assert found.splitlines() in ([], [found])
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") for char in found)
