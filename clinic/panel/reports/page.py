"""The page of numbers: five tiles, then each report as a picture, a table, and the rule that it is counted by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.reports.periods import Choice
from clinic.panel.reports.asked import Asked
from clinic.panel.reports.charts import Chart
from services.models import Location

Rows = tuple[tuple[str, ...], ...]
DENSE = 8
ALL = "all"


@dataclass(frozen=True)
class Table:
    """The first column names the rows."""

    columns: tuple[str, ...]
    rows: Rows

    @property
    def is_dense(self) -> bool:
        """So many columns that on paper their heads have to stand upright."""
        return len(self.columns) > DENSE


@dataclass(frozen=True)
class Tile:
    words: str
    number: str
    of: str
    before: str


@dataclass(frozen=True)
class Line:
    """One line of a report drawn as a bar: `width` in percent of the longest."""

    words: str
    number: str
    width: float


@dataclass(frozen=True)
class Report:
    """`rule`: how it is counted. The table's first column names its rows. `key` is that of its file.

    `is_wide`: it has a row of the page to itself; `is_broad`: about half of one.
    `in_short`: what the page shows of a table that is too long for it. `not_drawn`: why there is no picture.
    """

    key: str
    title: str
    rule: str
    columns: tuple[str, ...]
    rows: Rows
    charts: tuple[Chart, ...] = ()
    lines: tuple[Line, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    is_open: bool = False
    is_wide: bool = False
    is_broad: bool = False
    in_short: Table | None = None
    not_drawn: str = ""

    @property
    def shown(self) -> Table:
        return self.in_short or Table(self.columns, self.rows)


@dataclass(frozen=True)
class Button:
    words: str
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class ReportsPage:
    buttons: tuple[Button, ...]
    first: date
    last: date
    span: str
    before: str
    query: str
    places: tuple[tuple[int, str, bool], ...]
    tiles: tuple[Tile, ...]
    reports: tuple[Report, ...]
    is_own: bool


def words_of(choice: Choice) -> str:
    return {
        Choice.WEEK: _("This week"),
        Choice.EIGHT_WEEKS: _("8 weeks"),
        Choice.MONTH: _("This month"),
        Choice.QUARTER: _("This quarter"),
        Choice.YEAR: _("This year"),
    }[choice]


def buttons_of(asked: Asked) -> tuple[Button, ...]:
    place = f"&location={asked.location.pk}" if asked.location else ""
    return tuple(Button(words_of(one), f"?period={one}{place}", one is asked.choice) for one in Choice)


def query_of(asked: Asked) -> str:
    """The same period and place, for the files."""
    place = f"&location={asked.location.pk}" if asked.location else ""
    if asked.choice:
        return f"?period={asked.choice}{place}"
    return f"?first={asked.period.first.isoformat()}&last={asked.period.last.isoformat()}{place}"


def places_of(asked: Asked, locations: Sequence[Location]) -> tuple[tuple[int, str, bool], ...]:
    if len(locations) < 2:
        return ()
    return tuple((one.pk, one.name, one == asked.location) for one in locations)


def format_short(day: date) -> str:
    """ "5 Oct"."""
    return date_format(day, "j M")


def format_dates(first: date, last: date) -> str:
    """ "5 Oct to 26 Nov 2026"."""
    head = format_short(first) if first.year == last.year else date_format(first, "j M Y")
    return _("%(first)s to %(last)s") % {"first": head, "last": date_format(last, "j M Y")}


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


def rate(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%" if whole else "–"


def hours(minutes: int) -> str:
    """ "1,024"; whole hours."""
    return f"{minutes / 60:,.0f}"


def lines_of(pairs: Iterable[tuple[str, float, str]]) -> tuple[Line, ...]:
    """From words, value, and the value as it is written."""
    found = list(pairs)
    most = max([value for _words, value, _number in found] + [1])
    return tuple(Line(words, number, round(value / most * 100, 1)) for words, value, number in found)


def plain(amount: Decimal) -> str:
    """For a table that names its currency once."""
    return f"{amount:.2f}"
