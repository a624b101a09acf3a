"""What the board of a day shows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.models import Location

SHORT_ROWS = 7  # with fewer there is no room for three lines


@dataclass(frozen=True)
class Place:
    """Where something stands in its column: the first row (from 1) and how many rows."""

    row: int
    rows: int


@dataclass(frozen=True)
class Badge:
    """Something that needs attention, in words. `kind` is careful, form or plain."""

    kind: str
    word: str


@dataclass(frozen=True)
class VisitBlock:
    place: Place
    turnover: Place | None
    reference: str
    starts_at: datetime
    last_event: int | None
    state: str
    state_word: str
    time: str
    span: str
    name: str
    treatment: str
    minutes: int
    room: str
    badges: tuple[Badge, ...]

    @property
    def is_short(self) -> bool:
        return self.place.rows < SHORT_ROWS


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
    therapist_id: int
    name: str
    hours: str
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
    gaps: int = 0
    cases: int = 0
    new_times: int = 0


@dataclass(frozen=True)
class Board:
    """A day. `begins_at` is the instant of the first row; `holds_until` the first after now at which time alone changes it."""

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
