"""A file of lines and columns as other systems and spreadsheets write it, whatever its encoding, line ends and separator.

Line numbers are those that a text editor shows, so that a person finds the line.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from booking.carrying.columns import KNOWN, Column, count_known, plain
from booking.carrying.letters import decode
from services.refusals import Refusal

MOST_BYTES = 24 * 1024 * 1024  # of the text, once it is unpacked
MOST_LINES = 50_000
SEPARATORS = ",;\t|"
MOST_COLUMNS = 1_000  # in which there is anything; a spreadsheet may add thousands of empty ones
LOOKED_AT = 30  # lines from which the separator is told and among which the headings are
MOST_LINES_OF_A_CELL = 200  # beyond them a quotation mark was opened and never closed

_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
# Web pages that are called .xls, address cards, JSON.
_DOCUMENT = re.compile(r"\s*(<(!doctype|\?xml|html|table|meta)\b|begin:vcard|\[?\s*\{\s*\")", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"\W*((grand total|sub-?total|totals?|generated|exported|printed|created (by|on)|report|page \d+|end of|"
    r"\d+ (records?|clients?|customers?|patients?|rows?|entries|people|appointments?|results?))\b|"
    r"(count|sum|summe|gesamt|average)\W*$)",
    re.IGNORECASE,
)


class Unreadable(Refusal):
    """The file is no table of text, or one that is too long."""


@dataclass(frozen=True)
class Row:
    """`line`: where it begins in the file, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The headings, each different, and what is below them.

    `left_out`: sentences about lines that are no rows. `uneven`: lines with more cells than there are headings.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    uneven: frozenset[int] = frozenset()

    def samples(self, at: int, most: int = 3) -> list[str]:
        """What stands in a column, for whoever has to say what it is."""
        found = dict.fromkeys(row.cells[at].strip() for row in self.rows[:500])
        return [one for one in found if one][:most]


def read_text(content: bytes) -> str:
    """The text of a file, or of the one file in a .zip. Line ends become one line feed each. Raises Unreadable."""
    content = _unpack(content)
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise _too_long()
    text = re.sub(r"\r\r?\n|\r", "\n", decode(content)).replace("\0", "").lstrip("\ufeff")
    strange = sum(1 for one in text[:4000] if ord(one) < 32 and one not in "\n\t\x0b\x0c\x1f")
    if strange > len(text[:4000]) // 50:
        raise Unreadable(_("This file is no text. Save the list as CSV, and choose that file."))
    if _DOCUMENT.match(text):
        raise _a_workbook()
    return text


def read_sheet(text: str, *, known: Mapping[str, Column] = KNOWN) -> Sheet:
    """The table in a text, whose headings are told by those that are `known`. Raises Unreadable."""
    if text.count("\n") > 20 * MOST_LINES:
        raise _too_long()
    begin, separator = 0, ""
    first, _newline, rest = text.partition("\n")
    if said := _SEPARATOR_LINE.fullmatch(first):
        begin, separator, text = 1, said[1], rest
    separator = separator or _find_separator(text, known)
    records = [Row(row.line + begin, row.cells) for row in _records(text, separator)]
    records = _out_of_one_cell(records, known)
    if not records:
        raise Unreadable(_("There is nothing in this file."))
    at = _find_header(records, known)
    header = records[at].cells if at is not None else ()
    below = records[at + 1 :] if at is not None else records
    widest = max([len(header), *(len(row.cells) for row in below)])
    wide = {row.line for row in below if header and any(cell.strip() for cell in row.cells[len(header) :])}
    # Where most lines have more cells, it is a heading that is missing.
    uneven = wide if len(wide) * 2 <= len(below) else set()
    width = len(header) if uneven else widest
    used = [
        column
        for column in range(width)
        if (column < len(header) and header[column].strip())
        or any(column < len(row.cells) and row.cells[column].strip() for row in below)
    ]
    rows, left_out = _rows(below, header, used)
    if not rows:
        raise Unreadable(_("There are headings in this file, and nothing below them."))
    if len(rows) > MOST_LINES:
        raise _too_long()
    return Sheet(_named(header, used), tuple(rows), tuple(left_out), frozenset(uneven))


def _unpack(content: bytes) -> bytes:
    if content.startswith(b"PK\x03\x04"):
        return _out_of_zip(content)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")):
        raise _a_workbook()
    return content


def _out_of_zip(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [one for one in packed.namelist() if not one.endswith("/") and "__MACOSX" not in one]
            names = [one for one in names if not PurePosixPath(one).name.startswith(".")]
            if any(one.startswith(("xl/", "word/", "Index/")) or one == "content.xml" for one in names):
                raise _a_workbook()
            if len(names) != 1:
                raise Unreadable(_("Put one file alone into the .zip: the list as CSV."))
            with packed.open(names[0]) as inside:
                return inside.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, OSError) as error:
        raise Unreadable(_("This .zip can’t be opened. Choose the CSV file itself.")) from error


def _a_workbook() -> Unreadable:
    return Unreadable(_("This is a workbook or a document. Open it, save the list as CSV, and choose that file."))


def _too_long() -> Unreadable:
    return Unreadable(_("This file is too long. Bring at most %(most)s lines at a time.") % {"most": f"{MOST_LINES:,}"})


def _find_separator(text: str, known_headings: Mapping[str, Column]) -> str:
    """By which the first lines fall into most headings that we know, or else into the most even columns."""
    sample = "\n".join(text.split("\n", LOOKED_AT)[:LOOKED_AT])

    def score(separator: str) -> tuple[int, int, int]:
        try:
            read = csv.reader(sample.split("\n"), delimiter=separator)
            records = [row[:MOST_COLUMNS] for row in read if any(row)]
        except csv.Error:  # a cell that is too long
            return 0, 0, 0
        widths = Counter(len(row) for row in records if len(row) > 1)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        known = max((count_known(row, known_headings) for row in records), default=0)
        return known if width > 1 else min(known, 1), count, width

    return max(SEPARATORS, key=score)


def _records(text: str, separator: str) -> Iterator[Row]:
    """Those with anything in them. Raises Unreadable where a quotation mark is never closed."""
    lines = [f"{line}\n" for line in text.split("\n")]
    reader, begin = csv.reader(lines, delimiter=separator), 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = _("Line %(line)s has a cell that is too long. Shorten it, and choose the file again.")
            raise Unreadable(said % {"line": begin + 1}) from error
        end = reader.line_num
        spans = end - begin
        if spans > MOST_LINES_OF_A_CELL or (spans > 1 and "".join(lines[begin:end]).count('"') % 2):
            raise _never_closed(begin + 1)
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            said = _("Line %(line)s has more than %(most)s cells. Take out what is no list, and choose the file again.")
            raise Unreadable(said % {"line": begin + 1, "most": f"{MOST_COLUMNS:,}"})
        if cells:
            yield Row(begin + 1, tuple(cells))
        begin = end


def _never_closed(line: int) -> Unreadable:
    said = _("Line %(line)s opens a quotation mark that is never closed. Mend that line, and choose the file again.")
    return Unreadable(said % {"line": line})


def _out_of_one_cell(records: list[Row], known: Mapping[str, Column]) -> list[Row]:
    """A spreadsheet that was saved twice has each line whole in one cell, quoted."""
    if not records or any(len(row.cells) > 1 for row in records):
        return records
    for separator in SEPARATORS:
        if count_known(next(csv.reader([records[0].cells[0]], delimiter=separator), []), known) > 1:
            return [Row(row.line, tuple(next(csv.reader([row.cells[0]], delimiter=separator)))) for row in records]
    return records


def _find_header(records: Sequence[Row], known_headings: Mapping[str, Column]) -> int | None:
    """Which of the first lines has the headings; None where there are none."""
    first = records[:LOOKED_AT]
    known = [0 if _is_data(row) else count_known(row.cells, known_headings) for row in first]
    if any(known):
        return known.index(max(known))
    full = max(sum(1 for cell in row.cells if cell.strip()) for row in first)
    at = next(at for at, row in enumerate(first) if sum(1 for cell in row.cells if cell.strip()) == full)
    return None if _is_data(first[at]) or full == 1 else at


def _is_data(row: Row) -> bool:
    return any("@" in cell or len(re.sub(r"\D", "", cell)) > 5 for cell in row.cells)


def _named(header: Sequence[str], used: Sequence[int]) -> tuple[str, ...]:
    found: list[str] = []
    for at in used:
        heading = " ".join(header[at].split()) if at < len(header) else ""
        heading = heading or _("Column %(number)s") % {"number": at + 1}
        same = sum(1 for one in found if one == heading or one.startswith(f"{heading} ("))
        found.append(f"{heading} ({same + 1})" if same else heading)
    return tuple(found)


def _rows(below: Sequence[Row], header: Sequence[str], used: Sequence[int]) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    left_out: list[str] = []
    headings = [plain(one) for one in header]
    for row in below:
        if header and [plain(one) for one in row.cells] == headings:
            left_out.append(_("Line %(line)s repeats the headings. It is left out.") % {"line": row.line})
        elif _is_no_person(row):
            left_out.append(_("Line %(line)s is a total or a remark. It is left out.") % {"line": row.line})
        else:
            rows.append(Row(row.line, tuple(row.cells[at] if at < len(row.cells) else "" for at in used)))
    return rows, left_out


def _is_no_person(row: Row) -> bool:
    """Such as "Total,,,153" or "Exported on 3 May" below the list."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    rest = filled[1:]
    is_counted = all(re.fullmatch(r"[\d.,\s%€$£]+", cell) and len(re.sub(r"\D", "", cell)) < 7 for cell in rest)
    return bool(_NO_PERSON.match(filled[0])) and is_counted and "@" not in filled[0]
