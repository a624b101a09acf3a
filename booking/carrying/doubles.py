"""Who in a file may be somebody whom the clinic knows already, or who stands in the file before. Reads only.

By the same rules as `booking.people.alike`, for a whole list at once: a few statements for each thousand lines.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from booking.carrying.people import Person
from booking.models import STANDING, Client, SearchKey
from booking.models.folding import LONGEST_KEY, Kind, fold_email, numbers_of
from booking.people.alike import LOOKED_AT, Told, fold, likeness

T = TypeVar("T")

AT_ONCE = 500


class Choice(StrEnum):
    """What becomes of a line that may be somebody's second one."""

    FILL = "fill"  # the same person: what is empty in the first record is filled in
    SKIP = "skip"  # the same person: nothing is taken from this line
    NEW = "new"  # somebody else


@dataclass(frozen=True)
class Double:
    """`line` may be the client with that number, or the person in line `with_line`. `is_likely`: name and contact agree."""

    line: int
    client_id: int | None
    with_line: int | None
    is_likely: bool

    @property
    def usual(self) -> Choice:
        """What is done where nobody says otherwise."""
        return Choice.FILL if self.is_likely else Choice.NEW


@dataclass(frozen=True)
class Traits:
    """A person as they are compared: the number in one notation."""

    name: str
    email: str
    phone: str
    birth_date: str


def find_doubles(people: Sequence[Person], *, country: str, known_since: int = 0) -> list[Double]:
    """For each line its likeliest double, if it has one; somebody known before somebody in the file. In the file's order.

    `known_since`: compare with newer clients than this one only.
    """
    traits = [traits_of(one, country) for one in people]
    known = find_known(traits, country, known_since)
    earlier: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    found: list[Double] = []
    for at, (person, mine) in enumerate(zip(people, traits, strict=True)):
        keys = list(_keys(mine))
        near = dict.fromkeys(itertools.chain.from_iterable(earlier[key][:LOOKED_AT] for key in keys))
        ranked = [(likeness(mine, other), 1, -pk, pk) for pk, other in known.get(at, {}).items()]
        ranked += [(likeness(mine, traits[one]), 0, -one, one) for one in near]
        score, is_known, _order, who = max(ranked, default=(0, 0, 0, 0))
        if score:
            other = known[at][who] if is_known else traits[who]
            found.append(
                Double(
                    line=person.line,
                    client_id=who if is_known else None,
                    with_line=None if is_known else people[who].line,
                    is_likely=_shares_name(mine, other) and shares_contact(mine, other),
                )
            )
        for key in keys:
            earlier[key].append(at)
    return found


def traits_of(one: Told, country: str) -> Traits:
    numbers = numbers_of(one.phone, country)
    return Traits(one.name, one.email, numbers[0] if numbers else "", one.birth_date)


def _keys(one: Traits) -> Iterator[tuple[str, str]]:
    """By what two records can be found to be alike."""
    if name := fold(one.name):
        yield "name", name
    if one.email:
        yield "email", fold_email(one.email)
    if one.phone:
        yield "phone", one.phone


def _shares_name(mine: Traits, other: Traits) -> bool:
    """Whether one name has all words of the other: two of a family may share the first name and the email."""
    words, others = set(fold(mine.name).split()), set(fold(other.name).split())
    return words <= others or others <= words


def shares_contact(mine: Traits, other: Traits) -> bool:
    return (
        bool(mine.email and mine.email.casefold() == other.email.casefold())
        or bool(mine.phone and mine.phone == other.phone)
        or bool(mine.birth_date and mine.birth_date == other.birth_date)
    )


def find_known(people: Sequence[Traits], country: str, since: int = 0) -> Mapping[int, Mapping[int, Traits]]:
    """By the place in the list, the records of the clinic that have the same name, email or number."""
    wanted: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, one in enumerate(people):
        for key in _keys(one):
            if len(wanted[key]) < LOOKED_AT:
                wanted[key].append(at)
    hits = _find_hits(wanted, since)
    found: defaultdict[int, dict[int, Traits]] = defaultdict(dict)
    for chunk in _chunks(hits):
        for client in Client.objects.filter(STANDING, pk__in=chunk):
            traits = traits_of(client, country)
            for at in hits[client.pk]:
                if len(found[at]) < LOOKED_AT:
                    found[at][client.pk] = traits
    return found


def _find_hits(wanted: Mapping[tuple[str, str], Sequence[int]], since: int) -> Mapping[int, set[int]]:
    """By the number of a client, the places in the list with which it has something in common."""
    hits: defaultdict[int, set[int]] = defaultdict(set)
    for pk, name in Client.objects.filter(STANDING, pk__gt=since).order_by().values_list("pk", "name").iterator():
        if places := wanted.get(("name", fold(name))):
            hits[pk].update(places)
    for kind, word in ((Kind.EMAIL, "email"), (Kind.PHONE, "phone")):
        by_key = {text[:LONGEST_KEY].encode(): places for (what, text), places in wanted.items() if what == word}
        for keys in _chunks(by_key):
            for pk, key in SearchKey.objects.filter(kind=kind, key__in=keys, client__gt=since).values_list(
                "client", "key"
            ):
                hits[pk].update(by_key[bytes(key)])
    return hits


def _chunks(keys: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(keys)
    while chunk := list(itertools.islice(rest, AT_ONCE)):
        yield chunk
