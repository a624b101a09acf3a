"""From where somebody comes: an address as proxies of ours say it, and the network that limits count. Pure.

Only what stands right of the visitor's own words in X-Forwarded-For was written by a proxy; the rest proves nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# This machine, and networks that no stranger on the internet can send from. Addresses for documentation are none.
NEAR = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
MOST_PROXIES = 9
# A customer of an IPv6 provider has a /64 or more; single addresses in it cost nothing.
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[(?P<v6>[^\[\]]*)\](?::\d*)?|(?P<v4>[0-9.]+)(?::\d*)?")


@dataclass(frozen=True)
class Proxies:
    """Which peers are proxies of ours: everybody in `networks`, at most `count` of them in a row (None: any number)."""

    networks: tuple[Network, ...] = ()
    count: int | None = 0

    def __bool__(self) -> bool:
        return bool(self.networks)

    def include(self, address: Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


class BadProxies(ValueError):
    """The setting is neither a number nor a list of addresses and networks."""


def parse_proxies(text: str) -> Proxies:
    """From TRUSTED_PROXIES: how many stand in front, all of them near, or their addresses and networks.

    Raises BadProxies.
    """
    if re.fullmatch(r"[0-9]", text):
        return Proxies(NEAR, int(text)) if int(text) else Proxies()
    try:
        found = tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise BadProxies from error
    # 5 would read as the address 0.0.0.5, and 0.0.0.0/0 as everybody.
    if not found or any(network.network_address.is_unspecified for network in found) or text.strip().isdigit():
        raise BadProxies
    return Proxies(found, None)


def parse_address(text: str) -> Address | None:
    """The address in `text`, also with a port, in brackets, or with a zone; IPv4 inside IPv6 is IPv4. None: no address."""
    text = text.strip()
    match = _WITH_PORT.fullmatch(text)
    if match:
        text = match["v6"] or match["v4"] or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def find_visitor(*, peer: str, forwarded_for: str, proxies: Proxies) -> str:
    """The visitor's address: from the right, the first in X-Forwarded-For that is not a proxy of ours.

    The peer's own where that is not a proxy of ours, where somebody went past one of a counted row, and where the entry
    that a proxy must have written is no address. A peer without an address is on a socket of this machine.
    """
    own = parse_address(peer)
    shown = str(own) if own else peer
    if not is_proxy(peer=peer, proxies=proxies):
        return shown
    entries = [parse_address(part) for part in forwarded_for.split(",") if part.strip()]
    found = _nth(entries, proxies.count) if proxies.count is not None else _first_stranger(entries, proxies)
    return str(found) if found else shown


def is_proxy(*, peer: str, proxies: Proxies) -> bool:
    """Whether what this peer says of others is believed."""
    if not proxies:
        return False
    address = parse_address(peer)
    return proxies.include(address) if address else not peer


def network_of(address: str) -> str:
    """What limits count as one: an IPv4 address, or the /64 of an IPv6 one. Text that is not an address stands for itself."""
    found = parse_address(address)
    if found is None:
        return address[:45]
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((int(found), IPV6_PREFIX), strict=False))


def _nth(entries: Sequence[Address | None], count: int) -> Address | None:
    return entries[-count] if len(entries) >= count else None


def _first_stranger(entries: Sequence[Address | None], proxies: Proxies) -> Address | None:
    for address in reversed(entries):
        if address is None or not proxies.include(address):
            return address
    return entries[0] if entries else None
