"""Where the clinic listens. Reads BIND and PORT, and takes the port, with one sentence for each way to fail.

Needs nothing but Python itself: `make run` asks here before it installs anything (`python3 clinic/running/listening.py`).
"""

import errno
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000
SOMEWHERE = "192.0.2.1"  # an address for documentation (RFC 5737)


@dataclass(frozen=True, kw_only=True)
class Place:
    bind: IPv4Address | IPv6Address
    port: int


class CannotListen(Exception):
    """Its text is a sentence for whoever started the clinic."""


def read_place(*, variables: Mapping[str, str], faults: list[str]) -> Place:
    """A bad value is named in `faults` and replaced by the default."""
    return Place(bind=_read_bind(variables, faults), port=_read_port(variables, faults))


def take_port(*, place: Place) -> socket.socket:
    """A socket that is bound and does not listen yet: the port is ours, and nobody waits for a start that may fail.

    Raises CannotListen.
    """
    family = socket.AF_INET6 if place.bind.version == 6 else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # "::" is every address of this machine, the old kind too.
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(not place.bind.is_unspecified))
        taken.bind((str(place.bind), place.port))
    except OSError as error:
        taken.close()
        raise CannotListen(_sentence(error, place)) from None
    return taken


def listen(*, taken: socket.socket, place: Place) -> None:
    """Raises CannotListen: of two that took a port at the same moment one listens first."""
    try:
        taken.listen(socket.SOMAXCONN)
    except OSError as error:
        raise CannotListen(_sentence(error, place)) from None


def own_address(*, place: Place) -> str:
    """The host that others type to get here, as it stands in an address. Nothing is sent to find it out."""
    bind = place.bind
    if not bind.is_unspecified:
        return f"[{bind}]" if bind.version == 6 else str(bind)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((SOMEWHERE, 9))
        except OSError:
            return LOOPBACK
        return str(asking.getsockname()[0])


def _read_bind(variables: Mapping[str, str], faults: list[str]) -> IPv4Address | IPv6Address:
    text = variables.get("BIND", "").strip() or LOOPBACK
    try:
        return ip_address(LOOPBACK if text == "localhost" else text.removeprefix("[").removesuffix("]"))
    except ValueError:
        faults.append("BIND must be an IP address without a port, like 127.0.0.1, 0.0.0.0 or ::")
        return ip_address(LOOPBACK)


def _read_port(variables: Mapping[str, str], faults: list[str]) -> int:
    text = variables.get("PORT", "").strip() or str(DEFAULT_PORT)
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65535:
        return int(text)
    faults.append("PORT must be a whole number from 1 to 65535")
    return DEFAULT_PORT


def main() -> int:
    faults: list[str] = []
    place = read_place(variables=os.environ, faults=faults)
    if faults:
        print(f"The clinic can't start: {'; '.join(faults)}. See .env.example.", file=sys.stderr)
        return 1
    try:
        take_port(place=place).close()
    except CannotListen as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _sentence(error: OSError, place: Place) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {place.port} is taken; set PORT to a free one."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {place.port} is not permitted to this user; set PORT to one from 1024 on."
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{place.bind} is not an address of this machine; set BIND to one that is."
    return f"The clinic can't listen on {place.bind}, port {place.port} ({os.strerror(error.errno or 0)})."


if __name__ == "__main__":
    sys.exit(main())
