"""How grave an outcome is: the levels in their order, and the sets of them that the rest asks for. Pure."""

from enum import StrEnum


class Level(StrEnum):
    """In rising order, so that the highest one decides. Stored and shown by the value; compared by rank, never as text.

    None of them is false: `if level` asks whether there is an outcome. What is stored without one is an empty text, and
    can't be compared with a level: see `rank`.
    """

    CLEAR = "CLEAR"
    CAUTION = "CAUTION"
    PHYSICIAN = "PHYSICIAN"
    EMERGENCY = "EMERGENCY"

    @property
    def is_bookable(self) -> bool:
        """Whether it leads to a massage without a doctor's word."""
        return self in BOOKABLE

    # Raise ValueError where the other side is not a level, rather than compare by the alphabet.
    def __lt__(self, other: str) -> bool:
        return rank(self) < rank(Level(other))

    def __le__(self, other: str) -> bool:
        return rank(self) <= rank(Level(other))

    def __gt__(self, other: str) -> bool:
        return rank(self) > rank(Level(other))

    def __ge__(self, other: str) -> bool:
        return rank(self) >= rank(Level(other))


BOOKABLE = frozenset({Level.CLEAR, Level.CAUTION})
# Somebody else has to look first, whatever the client wishes for.
GRAVE = frozenset(Level) - BOOKABLE
# There is something to take care of.
NOTED = frozenset(Level) - {Level.CLEAR}
# The client is not in an emergency, so that advice for the time until the visit can be read.
WITH_ADVICE = frozenset(Level) - {Level.EMERGENCY}

_RISING = tuple(Level)


def rank(level: str) -> int:
    """Position among the levels, for a stored one too. No level ranks above all: a person must look.

    Raises ValueError for a text that is not a level.
    """
    return _RISING.index(Level(level)) if level else len(_RISING)
