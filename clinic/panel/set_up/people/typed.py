"""Times as people type them: "9" is nine in the morning, "12-12:45" a break. Pure.

A bare hour that can only be meant in the afternoon is read so: from 9 to 5 ends at five, and a break from 1 to 2 of that
day is after lunch. Whoever writes 05:00, or 5 am, is taken at their word.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

_NOON = ("noon", "midday")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.,h ]?(?P<minute>\d{2}))?h?(?: ?(?P<half>[ap])\.?(?:m\.?)?)?")
_BETWEEN = re.compile(r"\s*(?:[-‐-―−~]|\b(?:to|until|till)\b)\s*")
_PIECES = re.compile(r"\s*(?:[;,&+]|\band\b)\s*")
_NOTHING = frozenset({"", "-", "–", "—", "off", "none", "no", "no break", "no breaks", "closed", "free"})


class Unreadable(Exception):
    """This is no time, or no break, that anybody could read for certain."""


@dataclass(frozen=True)
class Clock:
    """A time of day. `is_open`: the hour was bare, so that the same hour after noon may be meant."""

    moment: time
    is_open: bool = False

    def after(self, earlier: time) -> time:
        """The time that is meant where it follows `earlier`."""
        if self.is_open and self.moment <= earlier:
            later = self.moment.replace(hour=self.moment.hour + 12)
            return later if later > earlier else self.moment
        return self.moment


def read_clock(text: str) -> Clock | None:
    """ "9", "9.30", "0930", "9am", "1:30 pm", "noon"; None for nothing and for "off". Raises Unreadable."""
    plain = _plain(text)
    if plain in _NOTHING:
        return None
    if plain in _NOON:
        return Clock(time(12))
    found = _CLOCK.fullmatch(re.sub(r" ?([:.,h]) ?", r"\1", plain))
    if found is None:
        raise Unreadable
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half is not None:
        if hour == 0 or hour > 12:
            # 13:30 pm says it twice; 13:30 am and 0 pm say two things.
            if half == "a" or hour == 0:
                raise Unreadable
        else:
            hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Unreadable
    return Clock(time(hour, minute), is_open=half is None and 0 < hour < 12 and found["hour"][0] != "0")


def read_breaks(text: str, *, opens: time) -> list[tuple[time, time]]:
    """ "12-12:45", "12:00 to 12:45, 17 to 17:30": breaks of a day that begins at `opens`, as typed. Raises Unreadable."""
    plain = _plain(text)
    if plain in _NOTHING:
        return []
    found = []
    for piece in _PIECES.split(plain):
        ends = _BETWEEN.split(piece)
        if len(ends) != 2:
            raise Unreadable
        first, last = read_clock(ends[0]), read_clock(ends[1])
        if first is None or last is None:
            raise Unreadable
        starts = first.after(opens)
        found.append((starts, last.after(starts)))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
