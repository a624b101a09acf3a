"""What stands in one cell, past what spreadsheets have made of it. Everything is kept as it was typed where it can be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import phonenumbers
from django.core.exceptions import ValidationError
from phonenumbers import PhoneNumberFormat

from booking.carrying.columns import words
from booking.pages.fields import NameField, check_mail, clean_line, clean_mail
from booking.wording.phones import is_phone

OLDEST = 120  # years
LONGEST = 300  # characters of what could be an email, a phone or a day; more is not even looked at
_FORMULA_STARTS = "=+-@＝＋－＠"
_AS_TEXT = re.compile(r'[=＝]\s*"((?:[^"]|"")*)"')
_NOTHING = words("- -- – — . n/a n.a. na none null nil unknown no nan #n/a #ref! #value! #name?") | {
    "no email", "no phone", "no mobile", "not given", "not provided",
}  # fmt: skip
_ROUNDED = re.compile(r"\+?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[;,|\n]|:::|\s/\s|\bor\b|\band\b)\s*", re.IGNORECASE)
_DIGITS = re.compile(r"[+(\d][\d ().-]{4,}\d")
_DIGITS_AND_STROKES = re.compile(r"[+(\d][\d ()./-]{4,}\d")
_BETWEEN_MAILS = re.compile(r"[;,|/\s]+(?=[^\s;,|/]+@)")
# After a comma these are no first name: "Niamh Byrne, PhD".
_AFTER_A_NAME = words("jr sr ii iii iv phd md dr mr mrs ms miss esq ba ma bsc msc rn dds do dc pt rmt")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
# Countries that write the month first.
MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH", "GU", "PR", "VI"})
_SERIAL_FROM = date(1899, 12, 30)  # day 0 of spreadsheets, for every day since March 1900


class Wrong(Exception):
    """The cell says nothing that can be kept. `text` is what is there; `lost` says that a spreadsheet has rounded it."""

    def __init__(self, text: str, *, lost: bool = False) -> None:
        super().__init__(text)
        self.text, self.lost = text, lost


def typed(cell: str) -> str:
    """The text of a cell, without what marks it as text for a spreadsheet: ="0123", '0123, '=1+1."""
    text = cell.replace("\xa0", " ").strip()
    if found := _AS_TEXT.fullmatch(text):
        return found[1].replace('""', '"').strip()
    if len(text) > 1 and text[0] == "'" and (text[1] in _FORMULA_STARTS or text[1].isdigit()):
        return text[1:].strip()
    return text


def _short_enough(cell: str) -> str:
    """As `typed`. Raises Wrong for what nobody would write there: a pattern could take minutes over it."""
    text = typed(cell)
    if len(text) > LONGEST:
        raise Wrong(clean_line(text[:LONGEST]))
    return text


def is_nothing(text: str) -> bool:
    """What people write where they have nothing to write. Never asked of a name: Null and None are names."""
    return text.casefold() in _NOTHING


def read_name(cell: str) -> str:
    """The name of a person; empty where there is none. Raises Wrong."""
    text = typed(cell)
    if text.startswith(("=", "＝")) and cell.strip().startswith(text):
        raise Wrong(text)
    return clean_name(text)


def clean_name(text: str) -> str:
    """What can be kept as a name. Raises Wrong."""
    try:
        return str(NameField(required=False).clean(text))
    except ValidationError as error:
        raise Wrong(clean_line(text)) from error


def turn_round(name: str) -> str:
    """ "Byrne, Niamh" as "Niamh Byrne"; "Niamh Byrne, PhD" as it is."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma or not last or not first or "," in first:
        return name
    return name if first.replace(".", "").casefold() in _AFTER_A_NAME else f"{first} {last}"


def read_mails(cell: str) -> list[str]:
    """The addresses in a cell, mostly one; none where there is none. Raises Wrong."""
    text = _short_enough(cell)
    if not text or is_nothing(text):
        return []
    found = [clean_mail(one) for one in (_BETWEEN_MAILS.split(text) if "<" not in text else [text])]
    try:
        for one in found:
            check_mail(one)
    except ValidationError as error:
        raise Wrong(clean_line(text)) from error
    return list(dict.fromkeys(found))


def read_phones(cell: str, *, country: str) -> list[str]:
    """The numbers in a cell, mostly one, as they were typed but for what a spreadsheet took away. Raises Wrong."""
    text = _short_enough(cell)
    if not text or is_nothing(text) or not re.sub(r"[\s0.]", "", text):
        return []
    text = re.sub(r"^tel:\s*", "", clean_line(text), flags=re.IGNORECASE)
    parts = [_read_phone(one, country) for one in _BETWEEN_NUMBERS.split(text) if one]
    if len(parts) > 1 and None not in parts:
        return list(dict.fromkeys(one for one in parts if one))
    if (number := _read_phone(text, country)) is not None:
        return [number]
    found = _find_phones(text, country)
    if not found:
        raise Wrong(text)
    # "085 555 0199 (her mother)": the words are kept, too.
    is_more = any(one.isalpha() for one in text)
    return [*found, *([text] if is_more else [])]


def _find_phones(text: str, country: str) -> list[str]:
    """The numbers among other words. A stroke may be part of one, or between two."""
    for pattern in (_DIGITS_AND_STROKES, _DIGITS):
        read = [_read_phone(one.strip(), country) for one in pattern.findall(text)]
        if found := [one for one in read if one]:
            return found
    return []


def _read_phone(text: str, country: str) -> str | None:
    """None where nobody can dial it. Raises Wrong where its last digits were rounded away."""
    if rounded := _ROUNDED.fullmatch(text.replace(" ", "")):
        digits, size = rounded[1] + (rounded[2] or ""), int(rounded[3]) + 1
        if not size - 2 <= len(digits) <= size:  # a number may well end in noughts
            raise Wrong(text, lost=True)
        text = digits.ljust(size, "0")
    text = re.sub(r"(?<=\d)[.,]0+$", "", text)
    if re.fullmatch(r"[1-9]\d+", text):
        return _as_dialled(text, country)
    return text if len(text) <= 32 and is_phone(text, country=country) else None


def _as_dialled(digits: str, country: str) -> str | None:
    """A number that has lost its + or its first 0, because a spreadsheet took it for a figure."""
    here = _parse(digits, country)
    if here is not None and phonenumbers.is_valid_number(here):
        if here.country_code_source == phonenumbers.CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
            return f"+{digits}"
        return phonenumbers.format_number(here, PhoneNumberFormat.NATIONAL)
    abroad = _parse(f"+{digits}", country)
    if abroad is not None and phonenumbers.is_valid_number(abroad):
        return f"+{digits}"
    return digits if is_phone(digits, country=country) else None


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


# --- Dates ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """Whether days or months come first in a column. `is_told`: some date of it leaves no doubt."""

    day_first: bool
    is_told: bool


def find_order(cells: Iterable[str], *, country: str) -> Order:
    """As the dates of the column say, else as people of `country` write."""
    firsts = {True: 0, False: 0}
    for cell in cells:
        found = _NUMBERS.fullmatch(_date_part(typed(cell)[:LONGEST]))
        if found and len(found[1]) < 3:
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                firsts[True] += 1
            elif second > 12 >= first:
                firsts[False] += 1
    if firsts[True] != firsts[False]:
        return Order(day_first=firsts[True] > firsts[False], is_told=not min(firsts.values()))
    return Order(day_first=country not in MONTH_FIRST, is_told=False)


_NUMBERS = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,4})")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?([a-z]{3})[a-z]*[\s.,/-]*(\d{2,4})", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"([a-z]{3})[a-z]*[\s./-]*(\d{1,2})(?:st|nd|rd|th)?[\s.,/-]+(\d{2,4})", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s.,]+", re.IGNORECASE)
_CLOCK_AFTER = re.compile(r"[T\s,]+\d{1,2}[:.h]\d{2}.*$", re.IGNORECASE | re.DOTALL)


def read_date(cell: str, *, order: Order, newest: date) -> date | None:
    """A day as spreadsheets and people write it, at most `newest`; None where there is none. Raises Wrong.

    Years of two digits are the latest that are not past `newest`.
    """
    text = _date_part(_short_enough(cell))
    if not text or is_nothing(text) or not re.sub(r"[0\s./:-]", "", text):
        return None
    if re.fullmatch(r"1900-01-0[01]|0?1[./-]0?1[./-](0001|1900)|1899-12-3[01]", text):
        return None  # how spreadsheets and databases write an empty day
    found = _read_day(text, order, newest)
    if found is None:
        raise Wrong(clean_line(text))
    return found


def read_birth_date(cell: str, *, order: Order, today: date) -> str:
    """ISO; empty where there is none. Raises Wrong, also for a day on which nobody was born who could come."""
    found = read_date(cell, order=order, newest=today)
    if found is None:
        return ""
    if not today.year - OLDEST <= found.year or found > today:
        raise Wrong(clean_line(typed(cell)))
    return found.isoformat()


def _date_part(text: str) -> str:
    """Without the weekday before it and the time of day behind it."""
    return _CLOCK_AFTER.sub("", _WEEKDAY.sub("", text.strip(), count=1)).strip(" ,.")


def _read_day(text: str, order: Order, newest: date) -> date | None:
    if re.fullmatch(r"\d{1,5}(?:[.,]\d+)?", text):
        serial = int(re.split(r"[.,]", text)[0])
        return _SERIAL_FROM + timedelta(days=serial) if 60 < serial < 80_000 else None
    text = re.sub(r"^((?:19|20)\d\d)(\d\d)(\d\d)$", r"\1-\2-\3", text)
    if found := _DAY_NAMED.fullmatch(text):
        return _day(_year(found[3], newest), _month(found[2]), int(found[1]))
    if found := _MONTH_NAMED.fullmatch(text):
        return _day(_year(found[3], newest), _month(found[1]), int(found[2]))
    return _read_numbers(found, order, newest) if (found := _NUMBERS.fullmatch(text)) else None


def _read_numbers(found: "re.Match[str]", order: Order, newest: date) -> date | None:
    first, second, last = found.groups()
    if len(first) == 4:
        return _day(int(first), int(second), int(last))
    one, other, year = int(first), int(second), _year(last, newest)
    day_first = order.day_first if one <= 12 and other <= 12 else one > 12
    return _day(year, other, one) if day_first else _day(year, one, other)


def _month(text: str) -> int:
    """0 for what is none."""
    return _MONTHS.find(text.casefold()) // 4 + 1


def _year(text: str, newest: date) -> int:
    if len(text) != 2:
        return int(text)
    year = newest.year // 100 * 100 + int(text)
    return year if year <= newest.year else year - 100


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
