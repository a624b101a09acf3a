"""Addresses of servers, as settings write them."""

import pytest

from clinic.running.url_parts import is_cut_by_a_sign, split_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp://user:pass@mail.example:25", False),
        ("smtp://user:pa%23ss@mail.example:25", False),
        ("smtp://user:pa#ss@mail.example:25", True),
        ("smtp://user:pa/ss@mail.example:25", True),
        ("smtp://user:pa?ss@mail.example:25", True),
        ("smtp://user:pa[ss@mail.example:25", True),
    ],
)
def test_a_sign_in_a_password_that_ends_it_is_seen(text: str, expected: bool) -> None:
    assert is_cut_by_a_sign(text) is expected


def test_a_port_that_is_no_number_is_no_address() -> None:
    assert split_url("redis://host:a/0") is None
    assert split_url("redis://host:6379/0") is not None
