"""What applying a list of visits would do, as it was found when it was read: kept packed and encrypted until then."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Self

from booking.models.bringing import pack, unpack


@dataclass(frozen=True)
class Visit:
    """One that can be booked. `starts_at`: UTC, ISO. `is_off_grid`: at none of the clinic's starting times, which is listed.

    `email` and `phone` as in the list, for whose record has none.
    """

    line: int
    client_id: int
    treatment_id: int
    minutes: int
    location_id: int
    therapist_id: int
    starts_at: str
    email: str = ""
    phone: str = ""
    is_off_grid: bool = False

    @property
    def begins(self) -> datetime:
        return datetime.fromisoformat(self.starts_at)


@dataclass(frozen=True)
class Ask:
    """What the list calls a treatment or a therapist, and nobody here does: `key` is what a choice about it is kept by."""

    key: str
    text: str
    lines: int


@dataclass(frozen=True)
class VisitPlan:
    """`wrong`: by the number of the line, why it is left out. `said`: what holds for the whole list. `left`: lines that are
    of no more use: over, cancelled, or here already."""

    visits: tuple[Visit, ...] = ()
    asks: tuple[Ask, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = ()
    left: int = 0

    @classmethod
    def unpack(cls, stored: str) -> Self:
        found = unpack(stored) if stored else {}
        return cls(
            visits=tuple(Visit(**one) for one in found.get("visits", ())),
            asks=tuple(Ask(**one) for one in found.get("asks", ())),
            wrong=tuple((line, words) for line, words in found.get("wrong", ())),
            said=tuple(found.get("said", ())),
            left=found.get("left", 0),
        )

    def pack(self) -> str:
        return pack(asdict(self))

    def without(self, refused: Iterable[tuple[int, str]]) -> Self:
        """The same with these lines among what is wrong."""
        lines = dict(refused)
        wrong = sorted([*self.wrong, *lines.items()])
        return replace(self, visits=tuple(one for one in self.visits if one.line not in lines), wrong=tuple(wrong))

    @property
    def counts(self) -> dict[str, int]:
        return {"visits": len(self.visits), "wrong": len({line for line, _words in self.wrong}), "left": self.left}
