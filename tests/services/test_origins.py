import pytest

from services.origins import is_origin, tidy_origins


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" https://WWW.Example.com/ ", "https://www.example.com"),
        ("https://www.example.com:443", "https://www.example.com"),
        ("https://www.example.com:8443/", "https://www.example.com:8443"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("https://a.example\r\nhttps://b.example https://A.example", "https://a.example\nhttps://b.example"),
        ("https://203.0.113.7", "https://203.0.113.7"),
        ("", ""),
    ],
)
def test_what_people_type_is_kept_as_browsers_send_it(typed: str, kept: str) -> None:
    assert tidy_origins(typed) == kept
    assert all(is_origin(line) for line in kept.split())


@pytest.mark.parametrize(
    "line",
    [
        "http://www.example.com",
        "www.example.com",
        "ftp://www.example.com",
        "//www.example.com",
        "https://",
        "https://*",
        "https://*.example.com",
        "https://www.example.com/shop",
        "https://www.example.com//",
        "https://www.example.com?x=1",
        "https://user@www.example.com",
        "https://www.example.com;",
        "https://www..example.com",
        "https://-www.example.com",
        "https://www.example.com:",
        "https://www.example.com:0",
        "https://www.example.com:99999",
        "https://www.example.com:https",
        "https://www.example.com:443:443",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 130}example",
        "javascript:alert(1)",
        "'self'",
        "null",
        "*",
    ],
)
def test_what_no_browser_sends_stays_as_it_is_and_is_refused(line: str) -> None:
    assert tidy_origins(line) == line
    assert not is_origin(line)
