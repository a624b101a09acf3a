"""A try at signing in, as the limits count it."""

from dataclasses import dataclass

from django.http import HttpRequest

from booking import limits
from booking.networks import network_of
from clinic.panel.door.devices import name_key, read_device

Use = tuple[limits.Limit, str]


@dataclass(frozen=True)
class Guess:
    """Whose guess at which name, as limits count it. The first of its uses is forgotten after a right password."""

    name: str
    network: str
    device: str  # empty: this person has not signed in on it before

    @property
    def uses(self) -> tuple[Use, ...]:
        if self.device:
            return ((limits.SIGN_IN_DEVICE, f"{self.device} {self.name}"),)
        return (*self.uses_with_code, (limits.SIGN_IN_NAME, self.name))

    @property
    def uses_with_code(self) -> tuple[Use, ...]:
        return (limits.SIGN_IN_HERE, f"{self.network} {self.name}"), (limits.SIGN_IN_NETWORK, self.network)


def read_guess(request: HttpRequest) -> Guess:
    name = name_key(request.POST.get("username", ""))
    device = read_device(request)
    return Guess(
        name=name,
        network=network_of(request.META.get("REMOTE_ADDR", "")),
        device=device["id"] if name in device["people"] else "",
    )
