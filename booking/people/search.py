"""Looking for people by name, phone or email, from the keys of `booking.models.folding`. Reads only.

One statement whatever is looked for, from an index on both engines; what is found has an end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Value, When

from booking.models import CALLED_OFF, UNBOOKED, Appointment, Client, SearchKey
from booking.models.client import AT_ONCE, expected_keys, rewrite_keys
from booking.models.folding import (
    LONGEST_KEY,
    PHONE_LIKE,
    SHORTEST_NUMBER,
    SHORTEST_SLIP,
    Kind,
    fold_email,
    from_the_end,
    is_near,
    name_words,
    numbers_of,
    ranges,
    slips,
    typed_digits,
    words_of,
)
from booking.models.reference import ALPHABET, REFERENCE_LENGTH
from services import catalogue

SHOWN = 12  # people on one answer
MOST_COUNTED = 100  # beyond them nobody counts
LONGEST_QUESTION = 100  # characters
WHOLE_SLIP = 4  # letters up to which only a whole word can be spelled nearly so


class How(IntEnum):
    """How well a part of the question fits; what fits better comes first."""

    WHOLE = 0
    BEGINNING = 1
    INSIDE = 2
    NEARLY = 3


@dataclass(frozen=True)
class Question:
    """What is looked for: folded words, an email, digits as they were typed with the numbers that they can be."""

    words: tuple[str, ...] = ()
    email: str = ""
    digits: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.email or self.digits)

    @property
    def by_contact(self) -> bool:
        return bool(self.email or self.digits)


@dataclass(frozen=True)
class Hit:
    """A person who fits. `is_nearly`: one of the words is spelled nearly so. `by_phone`, `by_email`: what fits."""

    client_id: int
    public_id: str
    name: str
    email: str
    phone: str
    is_nearly: bool
    by_phone: bool
    by_email: bool


# What is read of a client, by the names that a hit has for it.
COLUMNS = {name: f"client__{name}" for name in ("public_id", "name", "email", "phone")}


@dataclass(frozen=True)
class Answer:
    """Whom the page shows, and how many more there are; `is_cut`: so many at least."""

    hits: tuple[Hit, ...] = ()
    more: int = 0
    is_cut: bool = False


def read_question(text: str, *, country: str) -> Question:
    """What was typed, in any notation. Numbers without + are dialled from `country`."""
    text = text[:LONGEST_QUESTION].strip()
    if "@" in text:
        return Question(email=fold_email(text))
    for found in PHONE_LIKE.finditer(text):
        digits = typed_digits(found.group())
        if len(digits) >= SHORTEST_NUMBER and _stands_alone(found):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            return Question(words=_once(words_of(rest)), digits=digits, numbers=numbers_of(found.group(), country))
    return Question(words=_once(words_of(text)))


def read_reference(text: str) -> str:
    """The reference of a visit, if it can be one: in any case, with any spaces or dashes. Else empty."""
    found = "".join(one for one in text.upper() if one not in " -–.")
    return found if len(found) == REFERENCE_LENGTH and set(found) <= set(ALPHABET) else ""


def find_people(question: Question, *, therapist_id: int | None = None) -> Answer:
    """Who fits, the best first. With `therapist_id` only who has or had a visit there, and by name alone.

    One statement; none for an empty question.
    """
    if question.is_empty or (therapist_id is not None and question.by_contact):
        return Answer()
    parts = list(_parts(question, by_name_alone=therapist_id is not None))
    rows = list(_rows(question, parts, therapist_id)[: MOST_COUNTED + 1])
    hits = [hit for hit in (_hit(question, row) for row in rows) if hit is not None]
    shown = tuple(hits[:SHOWN])
    return Answer(hits=shown, more=len(hits) - len(shown), is_cut=len(rows) > MOST_COUNTED)


def find_drift(*, mend: bool = False) -> Iterator[str]:
    """A sentence for each person whose keys are not those of their name and contacts, by their number. `mend` writes them.

    A person is read in one moment; whoever is changed meanwhile is read as before or as after.
    """
    country, last = catalogue.home_country(), 0
    while clients := list(Client.objects.filter(pk__gt=last).order_by("pk").prefetch_related("search_keys")[:AT_ONCE]):
        last = clients[-1].pk
        wrong = [client.pk for client in clients if stored_keys(client) != expected_keys(client, country=country)]
        yield from (f"Client {pk} is not found by name and contacts as they are." for pk in wrong)
        if mend:
            rewrite_keys(wrong)


def stored_keys(client: Client) -> set[tuple[int, bytes]]:
    return {(row.kind, bytes(row.key)) for row in client.search_keys.all()}


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _stands_alone(found: "re.Match[str]") -> bool:
    """Whether these digits are no part of a word, such as "client17"."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return not before.isalnum() and not (found.group()[-1].isdigit() and after.isalnum())


Ways = Sequence[tuple[How, Q]]


def _parts(question: Question, *, by_name_alone: bool) -> Iterator[Ways]:
    """For each part of the question the ways in which a key can fit it."""
    for word in question.words:
        yield _ways_of_word(word, by_name_alone=by_name_alone)
    if question.email:
        yield [(How.BEGINNING, _begins(Kind.EMAIL, question.email))]
    if question.digits:
        whole = _begins(Kind.PHONE, *(question.numbers or (question.digits,)))
        yield [(How.BEGINNING, whole), (How.INSIDE, _begins(Kind.PHONE_FROM_THE_END, from_the_end(question.digits)))]


def _ways_of_word(word: str, *, by_name_alone: bool) -> Ways:
    inside = _begins(Kind.ENDING, word)
    ways = [
        (How.WHOLE, Q(kind=Kind.WORD, key=word[:LONGEST_KEY].encode())),
        (How.BEGINNING, _begins(Kind.WORD, word)),
        (How.INSIDE, inside if by_name_alone else inside | _begins(Kind.EMAIL, word)),
    ]
    if len(word) > WHOLE_SLIP:
        ways.append((How.NEARLY, _begins(Kind.SLIP, *sorted(slips(word)))))
    elif len(word) >= SHORTEST_SLIP:
        ways.append((How.NEARLY, Q(kind=Kind.SLIP, key__in=[one.encode() for one in sorted(slips(word))])))
    return ways


def _begins(kind: Kind, *prefixes: str) -> Q:
    """Keys of this kind that begin with one of these."""
    found = [Q(kind=kind, key__gte=first, key__lt=after) for first, after in ranges(prefixes)]
    return reduce(or_, found)


def _rows(question: Question, parts: Sequence[Ways], therapist_id: int | None) -> "QuerySet[Any, dict[str, Any]]":
    """A row for each client in whom each part fits, with how well; the best first, then by name."""
    fits = {f"how{number}": Min(_how(ways)) for number, ways in enumerate(parts)}
    rows = SearchKey.objects.filter(reduce(or_, (asked for ways in parts for _how_well, asked in ways)))
    if therapist_id is not None:
        visits = Appointment.objects.filter(client=OuterRef("client"), therapist=therapist_id)
        rows = rows.filter(Exists(visits.exclude(state__in=UNBOOKED | CALLED_OFF)))
    grouped = rows.values("client_id", *COLUMNS.values()).annotate(**fits)
    best = reduce(add, (F(name) for name in fits))
    found: QuerySet[Any, dict[str, Any]] = grouped.filter(**{f"{name}__isnull": False for name in fits})
    return found.order_by(best, "client__name", "client_id")


def _how(ways: Ways) -> Case:
    return Case(*(When(asked, then=Value(int(how))) for how, asked in ways), output_field=IntegerField())


def _hit(question: Question, row: Mapping[str, Any]) -> Hit | None:
    """None where keys are alike and the name is not: two letters in it were wrong."""
    how = [How(row[f"how{number}"]) for number in range(len(row) - len(COLUMNS) - 1)]
    nearly = [word for word, one in zip(question.words, how, strict=False) if one is How.NEARLY]
    words = name_words(row["client__name"])
    if not all(any(is_near(typed, word) for word in words) for typed in nearly):
        return None
    return Hit(
        client_id=row["client_id"],
        **{name: row[column] for name, column in COLUMNS.items()},
        is_nearly=bool(nearly),
        by_phone=bool(question.digits),
        by_email=bool(question.email),
    )
