"""What the pages of people and hours show."""

from dataclasses import dataclass

from django.forms import BoundField

from clinic.panel.choosing.page import Question
from clinic.panel.set_up.people.forms import NewPersonForm, ProfileForm


@dataclass(frozen=True)
class Cell:
    """One day of a week: "09–17", and below "break 12:00"; `place` where the clinic has several."""

    hours: str
    pauses: str = ""
    place: str = ""


@dataclass(frozen=True)
class DayCells:
    """A day of somebody's week. `was`: its hours as they are stored, where the form says others."""

    weekday: str
    cells: tuple[Cell, ...]
    was: str = ""


@dataclass(frozen=True)
class PersonRow:
    """`days`: Monday to Sunday. `hours` a week, as it is written."""

    therapist_id: int
    name: str
    days: tuple[DayCells, ...]
    hours: str

    @property
    def has_hours(self) -> bool:
        return any(day.cells or day.was for day in self.days)


@dataclass(frozen=True)
class Everybody:
    """Everybody's week from `first_day` on; `gone`: who works here no longer. `weekdays` for the heads of the table."""

    first_day: str
    weekdays: tuple[str, ...]
    rows: tuple[PersonRow, ...]
    gone: tuple[PersonRow, ...]
    chosen_id: int = 0


@dataclass(frozen=True)
class PeoplePage:
    everybody: Everybody


@dataclass(frozen=True)
class Block:
    """Part of a bar, in minutes from its left end. `kind`: shift, visit, outside or gone."""

    kind: str
    left: int
    width: int

    @property
    def is_hatched(self) -> bool:
        return self.kind == "outside"


@dataclass(frozen=True)
class Bar:
    """`words` say what it shows."""

    blocks: tuple[Block, ...]
    words: str


@dataclass(frozen=True)
class DayLine:
    """A line of the form. `weekday` is the day's name on its first line; `copies` the days that it can be copied to.

    `now`: its hours in words; `was`: those that are stored, where the line says others. `can_add`: it is the day's last line, and there is another place.
    """

    number: int
    weekday: str
    is_first: bool
    opens: BoundField
    closes: BoundField
    pauses: BoundField
    place: BoundField | None
    bar: Bar | None
    now: str
    was: str
    copies: tuple[tuple[int, str], ...]
    can_add: bool


@dataclass(frozen=True)
class WeekPart:
    """The fields of a week. `seen`: the hours over which it was drawn. `scale`: full hours under which the bars are drawn.

    `fewer`: what a week loses, in words.
    """

    first_date: BoundField
    last_date: BoundField
    seen: BoundField
    lines: tuple[DayLine, ...]
    scale: tuple[str, ...]
    minutes: int
    colleagues: tuple[tuple[int, str], ...]
    has_visits: bool
    takes_away: bool
    fewer: str
    general: list[str]


@dataclass(frozen=True)
class NewPersonPage:
    form: NewPersonForm
    week: WeekPart
    is_copied: bool


@dataclass(frozen=True)
class PersonPage:
    """`changes`: the days on which other hours begin, as their words and as the address has them.

    `question`: what is asked before the week is saved, because of visits that would fall outside.
    """

    everybody: Everybody
    therapist_id: int
    name: str
    is_here: bool
    week: WeekPart
    changes: tuple[tuple[str, str], ...]
    is_copied: bool
    question: Question | None


@dataclass(frozen=True)
class ProfilePage:
    form: ProfileForm
    therapist_id: int
    name: str
    is_here: bool
