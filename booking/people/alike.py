"""Records that may be one person's: the same phone, email or birth date with the same name, or nearly so."""

import unicodedata
from datetime import datetime
from typing import Protocol

from django.contrib.auth.models import User
from django.db.models import Q

from booking.models import STANDING, Client, NotTheSame

MOST_SHOWN = 5
LOOKED_AT = 50  # several people may share an address: a clinic's own, say


class Told(Protocol):
    """What a record tells of a person. `birth_date` is an ISO day; what is not known is empty."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def birth_date(self) -> str: ...


def find_alike(client: Client) -> list[Client]:
    """Records with the same email, phone or name that nobody has told apart from this one, the likeliest first."""
    contact = Q(name__iexact=client.name)
    if client.email:
        contact |= Q(email__iexact=client.email)
    if client.phone:
        contact |= Q(phone=client.phone)
    found = Client.objects.filter(STANDING & contact).exclude(pk=client.pk).exclude(pk__in=_told_apart(client))
    likely = [(likeness(client, one), one) for one in found.order_by("pk")[:LOOKED_AT]]
    ranked = sorted(((score, one) for score, one in likely if score), key=lambda pair: (-pair[0], pair[1].pk))
    return [one for _score, one in ranked][:MOST_SHOWN]


def tell_apart(*, client: Client, other: Client, by: User, now: datetime) -> None:
    """They are two people; saying so twice is saying so once."""
    one, two = sorted((client.pk, other.pk))
    NotTheSame.objects.get_or_create(one_id=one, other_id=two, defaults={"said_at": now, "said_by": by})


def fold(name: str) -> str:
    """Without case, accents, marks and double spaces, the words in one order."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return " ".join(sorted("".join(one if one.isalnum() else " " for one in plain).split()))


def _told_apart(client: Client) -> set[int]:
    rows = NotTheSame.objects.filter(Q(one=client) | Q(other=client)).values_list("one", "other")
    return {key for pair in rows for key in pair} - {client.pk}


def likeness(client: Told, other: Told) -> int:
    """None for a family that shares an address: some word of the name has to agree, too. Above 2 a contact agrees as well."""
    mine, theirs = set(fold(client.name).split()), set(fold(other.name).split())
    contact = int(bool(client.email) and client.email.casefold() == other.email.casefold())
    contact += int(bool(client.phone) and client.phone == other.phone)
    if client.birth_date and other.birth_date:
        if client.birth_date != other.birth_date:
            return 0
        contact += 1
    if mine == theirs:
        return 2 + contact
    return contact if contact and _first(client.name) == _first(other.name) else 0


def _first(name: str) -> str:
    return fold(name.split(maxsplit=1)[0]) if name.split() else ""
