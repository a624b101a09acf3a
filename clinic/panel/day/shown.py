"""What the board of a day shows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from booking.models import State
from services.models import Location, Therapist

# The kinds of badges that the head of the day counts.
COUNTED = {"careful", "form", "new-time"}

# From how many rows on a card has four, three and two lines.
LINES = {4: 15, 3: 12, 2: 9}


@dataclass(frozen=True)
class Place:
    """Where something stands in its column: the first row (from 1) and how many rows."""

    row: int
    rows: int


@dataclass(frozen=True)
class Badge:
    """Something that needs attention, in words; `short` where there is little room for them.

    `number`: of the things that it stands for, where there is room for nothing else; 0 where it can't be told so.

    `kind` is careful, form, stop, new-time, task (what only staff can do), plain, or quiet: no more than worth knowing.
    """

    kind: str
    word: str
    short: str = ""
    number: int = 0


@dataclass(frozen=True)
class VisitBlock:
    """A visit as its card says it. `phone` and `past` are empty where there is nothing that may be said."""

    place: Place
    turnover: Place | None
    reference: str
    starts_at: datetime
    last_event: int | None
    state: str
    state_word: str
    time: str
    ends: str
    span: str
    name: str
    is_new: bool
    phone: str
    past: str
    treatment: str
    mark: str
    minutes: int
    room: str
    badges: tuple[Badge, ...]

    @property
    def lines(self) -> int:
        """How many lines there is room for."""
        return next((lines for lines, rows in LINES.items() if self.place.rows >= rows), 1)

    @property
    def kinds(self) -> frozenset[str]:
        """What the counts above the board count it as."""
        here = {"here"} if self.state == State.ARRIVED else set()
        return frozenset(here | {badge.kind for badge in self.badges if badge.kind in COUNTED})


@dataclass(frozen=True)
class Block:
    """Off shift, a break, or time off with its reason."""

    place: Place
    kind: str
    word: str


@dataclass(frozen=True)
class Gap:
    """Free time of a therapist and a room together, which begins with a start that can be booked."""

    place: Place
    span: str
    starts_at: datetime
    room: str
    query: str  # of the page on which it is booked


@dataclass(frozen=True)
class Column:
    """One therapist's day. `key` tells the columns of a board apart; `link` is the query of what it leads to.

    `name` is whose day, or in somebody's week which one; `begins_at` the instant of the first row. `has_now`: it is of today.
    """

    key: str
    therapist_id: int
    name: str
    link: str
    begins_at: datetime
    hours: str
    facts: str
    needs_new_times: bool
    has_now: bool
    visits: tuple[VisitBlock, ...]
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Hour:
    place: Place
    label: str


@dataclass(frozen=True)
class Counts:
    booked: int = 0
    arrived: int = 0
    form_missing: int = 0
    careful: int = 0
    stranded: int = 0
    gaps: int = 0


@dataclass(frozen=True)
class Board:
    """A day, or one therapist's week, `week_of`. `begins_at` is the instant of the first row; `holds_until` the first after now at which time alone changes it."""

    location: Location
    day: date
    begins_at: datetime
    holds_until: datetime
    rows: int
    hours: tuple[Hour, ...]
    columns: tuple[Column, ...]
    counts: Counts
    now_row: int | None
    now_label: str
    visits: tuple[tuple[VisitBlock, str], ...] = field(default=())
    week_of: Therapist | None = None
