"""The people in a table: who can be brought in, and what is wrong with which line. Reads and writes nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.carrying import cells
from booking.carrying.cells import Order, Wrong
from booking.carrying.columns import GONE, Column, plain
from booking.carrying.files import Row, Sheet
from booking.carrying.letters import find_wrong
from booking.pages.fields import clean_lines
from booking.wording.times import format_day
from services.blanks import is_blank

LONGEST_LINE = 300  # characters of a desk line
MOST_LINES = 5  # desk lines that one line of a file can become


@dataclass(frozen=True)
class Person:
    """Somebody in `line` of the file. `birth_date` is an ISO day. `lines`: what becomes desk lines."""

    line: int
    name: str
    email: str = ""
    phone: str = ""
    birth_date: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """`wrong`: by the number of the line, what is wrong there, in sentences. `said`: what holds for the whole file."""

    people: tuple[Person, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = ()


@dataclass
class Line:
    """One line while it is read."""

    row: Row
    columns: Sequence[Column]
    wrong: list[str] = field(default_factory=list)

    def of(self, column: Column) -> list[str]:
        """The cells of such columns that have something in them."""
        return [
            cell for cell, one in zip(self.row.cells, self.columns, strict=True) if one is column and cells.typed(cell)
        ]


def read_people(sheet: Sheet, columns: Sequence[Column], *, country: str, today: date) -> People:
    """Whoever has a name. A cell that is wrong is left out and said; a line without a name, or out of step, is left out whole.

    `country` (ISO 3166) dials the numbers and orders the days that don't say so themselves.
    """
    order, said = _order(sheet, columns, country, today)
    people: list[Person] = []
    wrong: list[tuple[int, str]] = []
    for row in sheet.rows:
        line = Line(row, columns)
        if row.line in sheet.uneven:
            line.wrong.append(
                _("There are more cells than headings here, so they may have slipped. The line is left out.")
            )
        elif (person := _read_person(line, order, country, today)) is not None:
            people.append(person)
        wrong += [(row.line, one) for one in line.wrong]
    return People(tuple(people), tuple(wrong), (*said, *_say_odd(sheet, people), *sheet.left_out))


def _say_odd(sheet: Sheet, people: Sequence[Person]) -> Iterator[str]:
    """What an owner may want to mend in the list before it comes in."""
    if wrong := find_wrong(person.name for person in people):
        said = _("Some letters look wrong, like “%(text)s”. Save the list as CSV UTF-8, and choose it again.")
        yield said % {"text": short(wrong)}
    gone = [at for at, heading in enumerate(sheet.header) if plain(heading) in GONE]
    count = sum(1 for row in sheet.rows if any(_says_yes(row.cells[at]) for at in gone))
    if count:
        yield ngettext(
            "%(number)s line is marked as archived, blocked or the like. It comes in as well, unless you take it out.",
            "%(number)s lines are marked as archived, blocked or the like. They come in as well, unless you take them out.",
            count,
        ) % {"number": f"{count:,}"}


def _says_yes(cell: str) -> bool:
    text = cells.typed(cell).casefold()
    return text not in ("", "0", "no", "n", "false", "f", "active") and not cells.is_nothing(text)


def _order(sheet: Sheet, columns: Sequence[Column], country: str, today: date) -> tuple[Order, list[str]]:
    """How the days of birth are to be read, and what to say about it."""
    born = cells_of(sheet, columns, Column.BIRTH_DATE)
    said = _("Days of birth like %(example)s are read as %(day)s.")
    return tell_order(born, country=country, newest=today, said=said)


def cells_of(sheet: Sheet, columns: Sequence[Column], column: Column) -> list[str]:
    return [cell for row in sheet.rows for cell, one in zip(row.cells, columns, strict=True) if one is column]


def tell_order(days: Sequence[str], *, country: str, newest: date, said: str) -> tuple[Order, list[str]]:
    """Whether days or months come first in these cells, and `said` of an example where nothing tells."""
    order = cells.find_order(days, country=country)
    doubtful = next((cell for cell in days if _is_doubtful(cell, newest)), None)
    if doubtful is None or order.is_told:
        return order, []
    example = cells.read_date(doubtful, order=order, newest=newest)
    return order, [
        said % {"example": cells.typed(doubtful), "day": format_day(example, with_year=True)}
    ] if example else []


def _is_doubtful(cell: str, today: date) -> bool:
    """Whether the month or the day could come first."""
    try:
        both = {cells.read_date(cell, order=Order(first, is_told=True), newest=today) for first in (True, False)}
    except Wrong:
        return False
    return len(both) == 2 and None not in both


def _read_person(line: Line, order: Order, country: str, today: date) -> Person | None:
    name = read_name(line.columns, line.row, line.wrong)
    if not name:
        return None
    mails, phones = read_contacts(line, country)
    born = ""
    for cell in line.of(Column.BIRTH_DATE)[:1]:
        try:
            born = cells.read_birth_date(cell, order=order, today=today)
        except Wrong as wrong:
            line.wrong.append(_("“%(text)s” is no date of birth. It is left out.") % {"text": short(wrong.text)})
    return make_person(line.row.line, name, mails=mails, phones=phones, birth_date=born, lines=_read_notes(line))


def make_person(
    line: int, name: str, *, mails: Sequence[str], phones: Sequence[str], birth_date: str, lines: Sequence[str]
) -> Person:
    """The first email and the first phone are theirs; the others become lines for staff."""
    phones, mails = _once(phones), _once(mails)
    more = [_("Other phone: %(phone)s") % {"phone": one} for one in phones[1:]]
    more += [_("Other email: %(email)s") % {"email": one} for one in mails[1:]]
    return Person(
        line=line,
        name=name,
        email=mails[0] if mails else "",
        phone=phones[0] if phones else "",
        birth_date=birth_date,
        lines=tuple(dict.fromkeys([*more, *lines]))[:MOST_LINES],
    )


def read_name(columns: Sequence[Column], row: Row, wrong: list[str]) -> str:
    """The name that the line gives, in one column or two; empty, with a sentence in `wrong`, where there is none."""
    line = Line(row, columns)
    try:
        parts = [cells.read_name(cell) for one in (Column.FIRST_NAME, Column.LAST_NAME) for cell in line.of(one)]
        whole = [cells.turn_round(cells.read_name(cell)) for cell in line.of(Column.NAME)]
        name = cells.clean_name(" ".join(part for part in parts if part) or (whole[0] if whole else ""))
    except Wrong as found:
        text = short(found.text)
        wrong.append(
            _("“%(text)s” is no name. The line is left out.") % {"text": text}
            if not is_blank(text)
            else _("There is no name here that can be seen. The line is left out.")
        )
        return ""
    if not name:
        wrong.append(_("There is no name here. The line is left out."))
    return name


def read_contacts(line: Line, country: str) -> tuple[list[str], list[str]]:
    """The email addresses and the phone numbers of the line; what is neither is said in `line.wrong`."""
    mails = _read_each(line, Column.EMAIL, cells.read_mails, _("“%(text)s” is no email address. It is left out."))
    unknown = _("“%(text)s” is no phone number. It is left out.")
    read = lambda cell: cells.read_phones(cell, country=country)  # noqa: E731 - short, and used twice below
    phones = _read_each(line, Column.MOBILE, read, unknown) + _read_each(line, Column.PHONE, read, unknown)
    return mails, phones


def _read_each(line: Line, column: Column, read: Callable[[str], list[str]], unknown: str) -> list[str]:
    found: list[str] = []
    for cell in line.of(column):
        try:
            found += read(cell)
        except Wrong as wrong:
            said = _("“%(text)s” is a number that a spreadsheet has rounded: its digits are lost. It is left out.")
            line.wrong.append((said if wrong.lost else unknown) % {"text": short(wrong.text)})
    return found


def _read_notes(line: Line) -> list[str]:
    """Cut to what a desk line holds; a longer note becomes several."""
    found = []
    for cell in line.of(Column.NOTES):
        text = " ".join(clean_lines(cells.typed(cell)).split())
        found += [text[at : at + LONGEST_LINE] for at in range(0, len(text), LONGEST_LINE)]
    kept = found[:MOST_LINES]
    if len(found) > len(kept):
        line.wrong.append(
            _("The notes are too long. The first %(most)s characters are kept.") % {"most": MOST_LINES * LONGEST_LINE}
        )
    return kept


def _once(found: Sequence[str]) -> list[str]:
    """Each once, however it is spaced and in whatever case."""
    return list({"".join(one.split()).casefold().replace("-", ""): one for one in reversed(found)}.values())[::-1]


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def say_wrong(line: int, sentence: str) -> str:
    return _("Line %(line)s: %(sentence)s") % {"line": line, "sentence": sentence}


def count_people(number: int) -> str:
    return ngettext("%(number)s person", "%(number)s people", number) % {"number": f"{number:,}"}
