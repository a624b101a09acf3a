import pytest

from booking.networks import BadProxies, find_visitor, is_proxy, network_of, parse_address, parse_proxies


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "expected"),
    [
        ("0", "", "10.0.0.1"),
        ("0", "198.51.100.7", "10.0.0.1"),
        ("1", "", "10.0.0.1"),
        ("1", "198.51.100.7", "198.51.100.7"),
        ("1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("1", " , 198.51.100.7 ,", "198.51.100.7"),
        ("2", "198.51.100.7", "10.0.0.1"),
        ("2", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("2", "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("1", "2001:db8::7", "2001:db8::7"),
        ("1", "198.51.100.7:50123", "198.51.100.7"),
        ("1", "[2001:db8::7]:50123", "2001:db8::7"),
        ("1", "fe80::7%eth0", "fe80::7"),
        ("1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("1", "198.51.100.7, unknown", "10.0.0.1"),
        ("1", "198.51.100.7, _hidden", "10.0.0.1"),
        ("1", "198.51.100.7, <script>", "10.0.0.1"),
        ("10.0.0.0/24", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.0/24", "6.6.6.6, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
        ("10.0.0.0/24", "198.51.100.7, 192.168.0.9", "192.168.0.9"),
        ("10.0.0.0/24", "10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("192.0.2.0/24", "198.51.100.7", "10.0.0.1"),
    ],
)
def test_the_visitor_s_address_is_what_proxies_of_ours_saw(proxies: str, forwarded_for: str, expected: str) -> None:
    found = find_visitor(peer="10.0.0.1", forwarded_for=forwarded_for, proxies=parse_proxies(proxies))

    assert found == expected


@pytest.mark.parametrize(
    ("proxies", "peer", "expected"),
    [
        ("0", "127.0.0.1", False),
        ("1", "127.0.0.1", True),
        ("1", "::1", True),
        ("1", "::ffff:127.0.0.1", True),
        ("1", "172.20.0.3", True),
        ("1", "", True),  # a socket of this machine
        ("0", "", False),
        ("1", "203.0.113.9", False),
        ("1", "8.8.8.8", False),
        ("1", "2001:db8::9", False),
        ("1", "not an address", False),
        ("203.0.113.9, 2001:db8::/64", "203.0.113.9", True),
        ("203.0.113.9, 2001:db8::/64", "2001:db8::9", True),
        ("203.0.113.9, 2001:db8::/64", "2001:db8:0:1::9", False),
        ("203.0.113.9, 2001:db8::/64", "127.0.0.1", False),
    ],
)
def test_who_is_a_proxy_of_ours(proxies: str, peer: str, expected: bool) -> None:
    assert is_proxy(peer=peer, proxies=parse_proxies(proxies)) is expected


@pytest.mark.parametrize("text", ["10", "-1", "one", "1.5", "0.0.0.0/0", "::/0", "10.0.0.1/8", "proxy.test", ",", " "])
def test_a_setting_that_would_believe_nobody_knows_whom_is_refused(text: str) -> None:
    with pytest.raises(BadProxies):
        parse_proxies(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        (" 198.51.100.7:80 ", "198.51.100.7"),
        ("[::1]:1234", "::1"),
        ("[::1]", "::1"),
        ("[fe80::1%eth0]:80", "fe80::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", None),
        ("unknown", None),
        ("198.51.100", None),
        ("198.51.100.256", None),
        ("9" * 60, None),
        ("[", None),
        ("\x00", None),
    ],
)
def test_an_address_is_read_however_it_is_written(text: str, expected: str | None) -> None:
    found = parse_address(text)

    assert (found and str(found)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
        ("x" * 100, "x" * 45),
    ],
)
def test_limits_count_an_ipv4_address_or_an_ipv6_network(address: str, expected: str) -> None:
    assert network_of(address) == expected
