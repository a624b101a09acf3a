"""Which treatment, therapist and place a list means, and which client. Reads only, and never guesses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from booking.carrying import columns
from booking.carrying.doubles import Traits, find_known, shares_contact, traits_of
from booking.carrying.visits.reading import Rough
from booking.people.alike import fold, likeness

T = TypeVar("T")

# What a name means the same without.
_BESIDES = columns.words("massage massages therapy treatment session appointment the a with")


@dataclass(frozen=True)
class Names(Generic[T]):
    """What the clinic has of one sort, by the words of its name."""

    by_words: tuple[tuple[frozenset[str], T], ...]

    @classmethod
    def of(cls, named: Iterable[tuple[str, T]]) -> "Names[T]":
        return cls(tuple(dict.fromkeys((_words(name), one) for name, one in named)))

    def find(self, text: str) -> T | None:
        """The one that is called so, in any order of the words."""
        words = _words(text)
        return _only([one for own, one in self.by_words if own == words])

    def find_person(self, text: str) -> T | None:
        """The one that is called so; else the only one whose name is part of the text, or the text part of the name."""
        words = _words(text)
        near = [one for own, one in self.by_words if own and words and (own <= words or words <= own)]
        return self.find(text) or _only(near)


def _words(text: str) -> frozenset[str]:
    words = frozenset(fold(text).split())
    return words - _BESIDES or words


def _only(found: Sequence[T]) -> T | None:
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Unknown:
    """Nobody, or more than one: `why` says so."""

    why: str


def find_clients(visits: Sequence[Rough], *, country: str) -> list["int | Unknown"]:
    """For each visit the number of the one record that it can mean."""
    traits = [traits_of(one, country) for one in visits]
    known = find_known(traits, country)
    return [_who(one, mine, known.get(at, {})) for at, (one, mine) in enumerate(zip(visits, traits, strict=True))]


def _who(visit: Rough, mine: Traits, known: Mapping[int, Traits]) -> "int | Unknown":
    told = visit.name or visit.email or visit.phone
    by_contact = {pk for pk, one in known.items() if shares_contact(mine, one)}
    by_name = {pk for pk, one in known.items() if visit.name and fold(one.name) == fold(visit.name)}
    found = by_contact
    if visit.name:
        both = by_contact & by_name or {pk for pk in by_contact if likeness(mine, known[pk])}
        found = both or {pk for pk in by_name if not _contradicts(mine, known[pk])}
    if len(found) == 1:
        return found.pop()
    if found:
        return Unknown(
            _("“%(who)s” could be several clients of yours. An email or a phone would tell.") % {"who": told}
        )
    if by_name:
        return Unknown(_("“%(who)s” is a client of yours with another email or phone.") % {"who": told})
    if by_contact:
        return Unknown(_("“%(who)s”: this email or phone is somebody else’s.") % {"who": told})
    return Unknown(_("“%(who)s” is no client of yours yet. Bring your list of clients in first.") % {"who": told})


def _contradicts(mine: Traits, theirs: Traits) -> bool:
    """Whether a contact of the same sort is another one. Whoever has no contact at all is not contradicted."""
    pairs = ((mine.email.casefold(), theirs.email.casefold()), (mine.phone, theirs.phone))
    return any(one and other and one != other for one, other in pairs)
