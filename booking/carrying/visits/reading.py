"""The visits in a table, as their lines say: when, what, with whom and for whom. Reads and writes nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from booking.carrying import cells as people_cells
from booking.carrying.cells import Order, Wrong
from booking.carrying.columns import Column, plain
from booking.carrying.files import Row, Sheet
from booking.carrying.people import Line, cells_of, read_contacts, read_name, short, tell_order
from booking.carrying.visits import cells
from booking.carrying.visits.cells import When

# Such a visit is not to come, whatever its day: the first letters of what the other system calls it.
_CALLED_OFF = (
    "cancel", "cancl", "latecancel", "earlycancel", "noshow", "didnot", "dna", "declin", "reject", "delet", "archiv",
    "expired", "resched", "moved", "void", "missed", "abgesagt", "storniert", "annul",
)  # fmt: skip
_NO = {"", "no", "n", "false", "0", "none", "null", "nein", "non"}


@dataclass(frozen=True)
class Rough:
    """One line, read and not yet looked up. The day and the time are the place's; `instant` (UTC) is a line's own.

    `minutes`: 0 where the line does not say. What was not there is empty.
    """

    line: int
    treatment: str
    day: date | None = None
    clock: time | None = None
    instant: datetime | None = None
    minutes: int = 0
    therapist: str = ""
    place: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    birth_date: str = ""


@dataclass(frozen=True)
class Visits:
    """`called_off`: the lines that were cancelled in the other system. `wrong`, `said`: as for people."""

    visits: tuple[Rough, ...] = ()
    called_off: tuple[int, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = ()


def read_visits(sheet: Sheet, columns: Sequence[Column], *, country: str, today: date) -> Visits:
    """Whatever says when, what and who; a line that does not is said and left out, and so is a cancelled one."""
    days = [*cells_of(sheet, columns, Column.DATE), *cells_of(sheet, columns, Column.TIME)]
    newest = date(today.year + 3, 1, 1)
    said_of_days = _("Days like %(example)s are read as %(day)s.")
    order, said = tell_order(days, country=country, newest=newest, said=said_of_days)
    visits: list[Rough] = []
    called_off: list[int] = []
    wrong: list[tuple[int, str]] = []
    for row in sheet.rows:
        line = Line(row, columns)
        if row.line in sheet.uneven:
            wrong.append((row.line, _("There are more cells than headings here, so they may have slipped.")))
        elif _is_called_off(line):
            called_off.append(row.line)
        elif (found := _read(line, row, order, country, newest=newest)) is not None:
            visits.append(found)
        wrong += [(row.line, one) for one in line.wrong]
    return Visits(tuple(visits), tuple(called_off), tuple(wrong), (*said, *sheet.left_out))


def _is_called_off(line: Line) -> bool:
    if any(plain(cell).startswith(_CALLED_OFF) for cell in line.of(Column.STATUS)):
        return True
    return any(plain(cell) not in _NO and not people_cells.is_nothing(cell) for cell in line.of(Column.CALLED_OFF))


def _read(line: Line, row: Row, order: Order, country: str, *, newest: date) -> Rough | None:
    """None, with what is wrong in `line.wrong`, where something is missing without which there is no visit."""
    when = _read_when(line, order, newest)
    treatment, minutes = cells.part_minutes(next(iter(line.of(Column.TREATMENT)), ""))
    said = _read_length(line, when, order, newest)
    if not treatment:
        line.wrong.append(_("There is no treatment here."))
    named = [one for one in (Column.NAME, Column.FIRST_NAME, Column.LAST_NAME) if line.of(one)]
    name = read_name(line.columns, row, line.wrong) if named else ""
    if line.wrong:
        return None
    mails, phones = read_contacts(line, country)
    if not (name or mails or phones):
        line.wrong.append(_("There is nobody here."))
        return None
    line.wrong.clear()  # a contact that is none is not what this list is for
    return Rough(
        line=row.line,
        treatment=short(treatment),
        day=when.day,
        clock=when.clock,
        instant=when.instant,
        minutes=said or minutes or 0,
        therapist=_first(line, Column.THERAPIST),
        place=_first(line, Column.PLACE),
        name=name,
        email=mails[0] if mails else "",
        phone=phones[0] if phones else "",
    )


def _first(line: Line, column: Column) -> str:
    text = " ".join(people_cells.typed(next(iter(line.of(column)), "")).split())
    return "" if people_cells.is_nothing(text) else short(text)


def _read_when(line: Line, order: Order, newest: date) -> When:
    """The day as the column of days says, else that of times; the time the other way round."""
    try:
        (days, times) = (_when(line, one, order, newest) for one in (Column.DATE, Column.TIME))
    except Wrong as wrong:
        line.wrong.append(_("“%(text)s” is no day or time.") % {"text": short(wrong.text)})
        return When()
    found = When(
        days.day or times.day,
        times.clock or days.clock,
        times.until or days.until,
        times.instant or (days.instant if times.clock is None else None),
    )
    if found.instant is None and days.instant is not None:
        found = When(days.instant.date(), found.clock, found.until)
    if found.instant is None and found.day is None:
        line.wrong.append(_("There is no day here."))
    elif found.instant is None and found.clock is None:
        line.wrong.append(_("There is no time of day here."))
    return found


def _when(line: Line, column: Column, order: Order, newest: date) -> When:
    cell = next(iter(line.of(column)), "")
    return cells.read_when(cell, order=order, newest=newest)


def _read_length(line: Line, when: When, order: Order, newest: date) -> int:
    """In minutes, by its own column or else by when the visit ends; 0 where neither says."""
    try:
        minutes = next(iter(line.of(Column.MINUTES)), "")
        if found := cells.read_minutes(minutes):
            return found
        end = _when(line, Column.END, order, newest)
    except Wrong as wrong:
        line.wrong.append(_("“%(text)s” is no length and no end.") % {"text": short(wrong.text)})
        return 0
    if end.instant and when.instant:
        return _between(when.instant, end.instant)
    until = end.clock or when.until
    if until is None or when.clock is None:
        return 0
    return _between(datetime.combine(date.min, when.clock), datetime.combine(date.min, until))


def _between(start: datetime, end: datetime) -> int:
    return max((end - start) // timedelta(minutes=1), 0)
