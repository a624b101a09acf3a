"""Which limits a try at signing in uses up. No database: nothing is counted here."""

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from booking import limits
from clinic.panel.door.devices import name_key
from clinic.panel.door.guesses import Guess, read_guess


def typed(name: str, *, address: str) -> HttpRequest:
    request = HttpRequest()
    request.POST = QueryDict(urlencode({"username": name}))
    request.META["REMOTE_ADDR"] = address
    return request


def test_a_stranger_s_guess_counts_by_name_and_network_and_both() -> None:
    guess = Guess(name="ann", network="192.0.2.1", device="")

    assert guess.uses == (
        (limits.SIGN_IN_HERE, "192.0.2.1 ann"),
        (limits.SIGN_IN_NETWORK, "192.0.2.1"),
        (limits.SIGN_IN_NAME, "ann"),
    )


def test_with_a_code_the_name_alone_is_not_counted() -> None:
    """Else strangers who guess at it would shut its owner out."""
    assert [limit for limit, _subject in Guess("ann", "192.0.2.1", "").uses_with_code] == [
        limits.SIGN_IN_HERE,
        limits.SIGN_IN_NETWORK,
    ]


def test_a_guess_on_a_known_device_counts_by_device_and_name() -> None:
    assert Guess(name="ann", network="192.0.2.1", device="tablet").uses == ((limits.SIGN_IN_DEVICE, "tablet ann"),)


def test_a_guess_names_nobody_and_addresses_of_one_network_are_one() -> None:
    first, second = (read_guess(typed("Ann ", address=f"2001:db8::{number}")) for number in (1, 2))

    assert first == second
    assert (first.name, first.device, "ann" in str(first).lower()) == (name_key("ann"), "", False)
