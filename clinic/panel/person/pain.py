"""Pain from visit to visit as a curve: worked out here, drawn by the template. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.notes.content import WORST_PAIN

# Of the drawing, in its own units: one step of pain, one visit, and the edge around both.
STEP, APART, EDGE = 10, 44, 16


@dataclass(frozen=True)
class Felt:
    """What one visit's note says of pain, 0 to 10; None where nobody asked. `day` is in words."""

    day: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Dot:
    x: int
    y: int


@dataclass(frozen=True)
class Curve:
    """`before` and `after` are lines of a drawing `width` by `height`; `felt` is the same as a table, the oldest first."""

    width: int
    height: int
    before: tuple[Dot, ...]
    after: tuple[Dot, ...]
    felt: tuple[Felt, ...]


def draw_curve(visits: Sequence[Felt]) -> Curve | None:
    """Of `visits`, the oldest first; None where pain was asked at fewer than two of them."""
    felt = tuple(one for one in visits if one.before is not None or one.after is not None)
    if len(felt) < 2:
        return None
    return Curve(
        width=2 * EDGE + APART * (len(felt) - 1),
        height=2 * EDGE + STEP * WORST_PAIN,
        before=_line([one.before for one in felt]),
        after=_line([one.after for one in felt]),
        felt=felt,
    )


def _line(pains: Sequence[int | None]) -> tuple[Dot, ...]:
    return tuple(
        Dot(EDGE + APART * number, EDGE + STEP * (WORST_PAIN - pain))
        for number, pain in enumerate(pains)
        if pain is not None
    )
