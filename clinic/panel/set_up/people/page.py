"""What the pages of people and hours show."""

from dataclasses import dataclass

from django.forms import BoundField

from clinic.panel.set_up.people.forms import NewPersonForm, ProfileForm


@dataclass(frozen=True)
class Cell:
    """One day of a week: "09–17", and below "break 12:00"; `place` where the clinic has several."""

    hours: str
    pauses: str = ""
    place: str = ""


@dataclass(frozen=True)
class PersonRow:
    """`days`: Monday to Sunday, each with its name. `hours` a week, as it is written."""

    therapist_id: int
    name: str
    days: tuple[tuple[str, tuple[Cell, ...]], ...]
    hours: str

    @property
    def has_hours(self) -> bool:
        return any(cells for _weekday, cells in self.days)


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


@dataclass(frozen=True)
class Bar:
    """`words` say what it shows."""

    blocks: tuple[Block, ...]
    words: str


@dataclass(frozen=True)
class DayLine:
    """A line of the form. `weekday` is the day's name on its first line; `copies` the days that it can be copied to.

    `can_add`: it is the day's last line, and there is another place.
    """

    number: int
    weekday: str
    is_first: bool
    opens: BoundField
    closes: BoundField
    pauses: BoundField
    place: BoundField | None
    bar: Bar | None
    copies: tuple[tuple[int, str], ...]
    can_add: bool


@dataclass(frozen=True)
class WeekPart:
    """The fields of a week. `hours`: the full hours of the scale of the bars, each with its share of the width."""

    first_date: BoundField
    last_date: BoundField
    lines: tuple[DayLine, ...]
    scale: tuple[str, ...]
    minutes: int
    colleagues: tuple[tuple[int, str], ...]
    has_visits: bool
    general: list[str]


@dataclass(frozen=True)
class NewPersonPage:
    form: NewPersonForm
    week: WeekPart
    is_copied: bool


@dataclass(frozen=True)
class PersonPage:
    """`changes`: the days on which other hours begin, as their words and as the address has them."""

    everybody: Everybody
    therapist_id: int
    name: str
    is_here: bool
    week: WeekPart
    changes: tuple[tuple[str, str], ...]
    is_copied: bool


@dataclass(frozen=True)
class ProfilePage:
    form: ProfileForm
    therapist_id: int
    name: str
    is_here: bool
