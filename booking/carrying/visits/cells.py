"""Times and lengths as spreadsheets and other systems write them in one cell. Pure but for the words of `Wrong`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from booking.carrying import cells
from booking.carrying.cells import Order, Wrong, typed
from booking.pages.fields import clean_line

_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(am|pm|a\.m\.|p\.m\.)?(?![\d:])", re.IGNORECASE
)
_ALONE = re.compile(r"(\d{1,2})\.(\d{2})\s*(am|pm|a\.m\.|p\.m\.)?|([01]\d|2[0-3])([0-5]\d)", re.IGNORECASE)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.IGNORECASE
)
_SERIAL = re.compile(r"(?:0|(\d{5}))?[.,](\d+)")  # of a day and a time, or of a time alone
_BETWEEN = re.compile(r"^[\s,;@|–—-]+|[\s,;@|–—-]+$|(?<=\d)T$|\b(?:at|to|on|from|um|uhr|bis)\b", re.IGNORECASE)
_HOURS = r"(\d+(?:[.,]\d+)?)\s*-?\s*(?:hours?|hrs?|std|h)(?![a-z])\.?"
_MINUTES = r"(\d+)(?:[.,]0+)?\s*-?\s*(?:minutes?|minuten|mins?|m\b|['’′])\.?"
_LENGTH = re.compile(rf"(?:{_HOURS}\s*(?:and\s+)?)?(?:{_MINUTES})|{_HOURS}(?:\s*(\d{{1,2}})\b)?", re.IGNORECASE)
_AT_THE_END = re.compile(r"(?:\s|[(\[–—-])\s*(\d{2,3})\s*[)\]]?$")


@dataclass(frozen=True)
class When:
    """What a cell says of a day, a time of day, and when it ends; `instant` (UTC) where it names its offset itself."""

    day: date | None = None
    clock: time | None = None
    until: time | None = None
    instant: datetime | None = None


def read_when(cell: str, *, order: Order, newest: date) -> When:
    """A day, a time, both, or a span: "2026-12-01", "2.30 pm", "1 Dec 2026 14:30", "14:30 - 15:30". Raises Wrong."""
    text = " ".join(typed(cell).split())
    if not text or cells.is_nothing(text):
        return When()
    if found := _INSTANT.fullmatch(text):
        return _with_offset(text, *found.groups())
    if found := _SERIAL.fullmatch(text):
        day = cells.read_date(found[1], order=order, newest=newest) if found[1] else None
        return When(day, _of_a_day(f"0.{found[2]}"))
    if found := _ALONE.fullmatch(text):
        return When(clock=_time(found[1] or found[4], found[2] or found[5], found[3], text))
    return _read_words(text, order, newest)


def _read_words(text: str, order: Order, newest: date) -> When:
    text = re.sub(r"(?<=\d )(\d{1,2})\.(\d{2})$", r"\1:\2", text)  # after a day: "01.12.2026 14.30"
    clocks = [one for one in _CLOCK.finditer(text) if one[2] or one[4]]
    if not clocks:
        return When(cells.read_date(text, order=order, newest=newest))
    rest = text
    for one in reversed(clocks):
        rest = f"{rest[: one.start()]} {rest[one.end() :]}"
    before = None
    while before != rest:
        before, rest = rest, _BETWEEN.sub("", rest).strip()
    times = [_time(one[1], one[2], one[4] or _half_of(clocks), text) for one in clocks[:2]]
    day = cells.read_date(rest, order=order, newest=newest) if rest else None
    return When(day, times[0], times[1] if len(times) > 1 else None)


def read_minutes(cell: str) -> int | None:
    """How long, in minutes: "60", "1:30", "1 h 30", "1.5", or a part of a day; None where there is nothing. Raises Wrong."""
    text = " ".join(typed(cell).split())
    if not text or cells.is_nothing(text):
        return None
    if found := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text):
        return int(found[1]) * 60 + int(found[2])
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        number = float(text.replace(",", "."))
        if number < 0.2:
            return round(number * 24 * 60)
        return round(number * 60 if number < 5 else number)
    if found := _LENGTH.fullmatch(text):
        return _minutes(found)
    raise Wrong(clean_line(text))


def part_minutes(text: str) -> tuple[str, int | None]:
    """ "Deep tissue (90 min)" as its name and 90; as it is and None where it says no length."""
    text = " ".join(typed(text).split())
    if found := next((one for one in _LENGTH.finditer(text) if _minutes(one)), None):
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        return re.sub(r"[(\[]\s*[)\]]", " ", rest).strip(" -–—,:|/()[]"), _minutes(found)
    if (found := _AT_THE_END.search(text)) and int(found[1]) % 5 == 0:
        return text[: found.start()].strip(" -–—,:|/([") or text, int(found[1])
    return text, None


def _minutes(found: "re.Match[str]") -> int:
    hours, minutes, alone, more = found.groups()
    return round(float((hours or alone or "0").replace(",", ".")) * 60) + int(minutes or more or 0)


def _with_offset(text: str, day: str, clock: str, offset: str) -> When:
    offset = "+00:00" if offset[0] not in "+-" else offset
    try:
        return When(instant=datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise Wrong(clean_line(text)) from error


def _of_a_day(text: str) -> time:
    """The time of day that is this part of a day, to the minute."""
    minutes = round(float(text.replace(",", ".")) * 24 * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def _half_of(clocks: list["re.Match[str]"]) -> str | None:
    """Of "2:00 - 3:00 pm" the half that both share; nothing where the first would come after the second."""
    if len(clocks) < 2 or clocks[0][4] or not clocks[1][4]:
        return None
    first, second = (int(one[1]) % 12 for one in clocks[:2])
    return clocks[1][4] if first <= second else None


def _time(hour: str, minute: str | None, half: str | None, text: str) -> time:
    number = int(hour)
    if half and number <= 12:
        number = number % 12 + (12 if half[0] in "pP" else 0)
    try:
        return time(number, int(minute or 0))
    except ValueError as error:
        raise Wrong(clean_line(text)) from error
