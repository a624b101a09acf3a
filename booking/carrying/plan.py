"""What applying a file would do, as it was found when the file was read: kept packed and encrypted until then."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from booking.carrying.doubles import Choice, Double
from booking.carrying.people import Person, make_person
from booking.models.bringing import pack, unpack


@dataclass(frozen=True)
class Plan:
    """`wrong`: by the number of the line, what is wrong there. `said`: what holds for the whole file.

    `known_to`: the newest client with whom it was compared.
    """

    people: tuple[Person, ...] = ()
    doubles: tuple[Double, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = ()
    known_to: int = 0

    @classmethod
    def unpack(cls, stored: str) -> Self:
        found = unpack(stored) if stored else {}
        return cls(
            people=tuple(Person(**one | {"lines": tuple(one["lines"])}) for one in found.get("people", ())),
            doubles=tuple(Double(**one) for one in found.get("doubles", ())),
            wrong=tuple((line, words) for line, words in found.get("wrong", ())),
            said=tuple(found.get("said", ())),
            known_to=found.get("known_to", 0),
        )

    def pack(self) -> str:
        return pack(asdict(self))


@dataclass(frozen=True)
class Outcome:
    """What applying makes: by what was chosen, people as they will be.

    `new`: each with the lines of the file that went into it. `filled`: by the client's number, the lines whose people
    fill that record in. `skipped`: lines from which nothing is taken.
    """

    new: tuple[tuple[Person, tuple[int, ...]], ...]
    filled: Mapping[int, tuple[Person, ...]]
    skipped: tuple[int, ...]


def settle(plan: Plan, choices: Mapping[str, str]) -> Outcome:
    """`choices`: by the number of the line, as text; whoever is not named is as usual."""
    doubles = {one.line: one for one in plan.doubles}
    new: list[list[Person]] = []
    filled: dict[int, list[Person]] = {}
    skipped: list[int] = []
    # Where each line has gone: the place in `new`, or the client's number.
    went: dict[int, tuple[int | None, int | None]] = {}
    for person in plan.people:
        double = doubles.get(person.line)
        choice = Choice(choices.get(str(person.line), double.usual)) if double else Choice.NEW
        if double is None or choice is Choice.NEW:
            went[person.line] = len(new), None
            new.append([person])
            continue
        went[person.line] = (None, double.client_id) if double.client_id else went[double.with_line or 0]
        at, client_id = went[person.line]
        if choice is Choice.SKIP:
            skipped.append(person.line)
        elif at is not None:
            new[at].append(person)
        elif client_id is not None:
            filled.setdefault(client_id, []).append(person)
    return Outcome(
        tuple((unite(lines), tuple(one.line for one in lines)) for lines in new),
        {pk: tuple(lines) for pk, lines in filled.items()},
        tuple(skipped),
    )


def unite(lines: list[Person]) -> Person:
    """One person of several lines: the first that says something counts, and no email or phone is lost."""
    return make_person(
        lines[0].line,
        lines[0].name,
        mails=[one.email for one in lines if one.email],
        phones=[one.phone for one in lines if one.phone],
        birth_date=next((one.birth_date for one in lines if one.birth_date), ""),
        lines=[line for one in lines for line in one.lines],
    )
