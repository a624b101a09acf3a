"""Pictures of numbers, as rectangles in the units of an SVG. Pure: no colour and no sizes of a screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GUTTER, FOOT, TOP = 320, 130, 56, 18, 14
NICE = (1, 2, 2.5, 5, 10)
# Of what is counted in ones: so that half of it is a whole number, too.
EVEN = (2, 4, 6, 8, 10)
# More columns than this have no room for a number over each.
NUMBERED = 14

# How a rectangle is filled: full for what is done, hatched for what is not whole, outlined for what stands beside.
FULL, HATCHED, OUTLINED = "full", "hatched", "outlined"


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    fill: str
    words: str = ""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def words_y(self) -> float:
        return round(self.y - 3, 1)


@dataclass(frozen=True)
class Tick:
    y: float
    words: str


@dataclass(frozen=True)
class Chart:
    """Columns from left to right. `name` says in words what is to be seen; `first` and `last` stand under the ends."""

    title: str
    about: str
    name: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Column:
    """What stands over one week: a value for each fill, from left to right, or from the ground upwards."""

    values: tuple[tuple[float, str], ...]


def draw_columns(
    columns: Sequence[Column],
    *,
    title: str,
    about: str,
    name: str,
    ends: tuple[str, str],
    top: float | None = None,
    are_counts: bool = False,
    say: Callable[[float], str] | None = None,
) -> Chart:
    """`top`: the value at the upper end of the scale, at least. Counts are whole numbers, and stand on one another.

    `say` writes a number of the scale.
    """
    heights = [sum(values) if are_counts else max(values) for values in ([one for one, _ in c.values] for c in columns)]
    most = max([*heights, top or 0, 1])
    scale = top if top and most <= top else _ceiling(most, EVEN if are_counts else NICE)
    ground, room = HEIGHT - FOOT, HEIGHT - FOOT - TOP
    step = (WIDTH - GUTTER) / max(len(columns), 1)
    bars = []
    for number, column in enumerate(columns):
        wide = step * 0.84 / (1 if are_counts else len(column.values))
        foot: float = ground
        for place, (value, fill) in enumerate(column.values):
            tall = round(room * value / scale, 1)
            is_numbered = len(columns) <= NUMBERED and len(column.values) == 1
            bars.append(
                Bar(
                    round(GUTTER + number * step + step * 0.08 + (0 if are_counts else place * wide), 1),
                    round(foot - tall, 1),
                    round(wide * 0.94, 1),
                    tall,
                    fill,
                    f"{value:.0f}" if is_numbered else "",
                )
            )
            if are_counts:
                foot -= tall
    ticks = tuple(Tick(round(ground - room * share, 1), (say or _number)(scale * share)) for share in (0, 0.5, 1))
    return Chart(title, about, name, tuple(bars), ticks, *ends)


def _ceiling(most: float, nice: Sequence[float]) -> float:
    """The next round number."""
    power = 1.0
    while most > 10 * power:
        power *= 10
    return next(one * power for one in nice if one * power >= most)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
