"""A second reader of calendar files, which knows no `icalendar`: lines by hand (RFC 5545, 3.1 to 3.3), and time zones
twice, by dateutil and to the letter of 3.6.5. The two must agree."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil.tz import tzical  # type: ignore[import-untyped]

_LINE = re.compile(r'(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=(?:"[^"]*"|[^";:]*))*):(?P<value>.*)')


@dataclass(frozen=True)
class ReadEvent:
    """Text properties are unescaped; `starts_at` and `ends_at` are instants in UTC."""

    method: str
    properties: dict[str, str]
    parameters: dict[str, dict[str, str]]
    starts_at: datetime
    ends_at: datetime


def read_calendar(file: bytes) -> ReadEvent:
    """The one event of a file. Raises AssertionError where the file breaks a rule."""
    lines = _unfold(file)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    calendar = dict(_parse(line)[::2] for line in lines if line.startswith(("METHOD:", "VERSION:", "PRODID:")))
    assert calendar["VERSION"] == "2.0"
    parsed = [_parse(line) for line in lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]]
    names = [name for name, _, _ in parsed]
    assert len(set(names)) == len(names)
    properties = {name: value for name, _, value in parsed}
    parameters = {name: given for name, given, _ in parsed}
    zones = tzical(io.StringIO("\n".join(lines))) if "BEGIN:VTIMEZONE" in lines else None
    return ReadEvent(
        method=calendar["METHOD"],
        properties={name: _unescape(value) for name, value in properties.items()},
        parameters=parameters,
        starts_at=_instant(properties["DTSTART"], parameters["DTSTART"], zones, lines),
        ends_at=_instant(properties["DTEND"], parameters["DTEND"], zones, lines),
    )


def _unfold(file: bytes) -> list[str]:
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert b"\r" not in file.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    return file.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def _parse(line: str) -> tuple[str, dict[str, str], str]:
    match = _LINE.fullmatch(line)
    assert match is not None, line
    given = re.findall(r';([A-Z-]+)=("[^"]*"|[^";:]*)', match["parameters"])
    return match["name"], {name: value.strip('"') for name, value in given}, match["value"]


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)


def _instant(value: str, parameters: dict[str, str], zones: Any, lines: list[str]) -> datetime:
    if value.endswith("Z"):
        return datetime.fromisoformat(value)
    local = datetime.fromisoformat(value)
    by_dateutil = local.replace(tzinfo=zones.get(parameters["TZID"])).astimezone(UTC)
    assert by_dateutil == _to_the_letter(local, lines), (by_dateutil, value)
    return by_dateutil


def _to_the_letter(local: datetime, lines: list[str]) -> datetime:
    """An observance begins at its DTSTART as told by TZOFFSETFROM; of two readings of a local time the first counts."""
    onsets = sorted(_onsets(lines))
    for (onset, offset), following in zip(onsets, [*onsets[1:], None], strict=True):
        instant = (local - offset).replace(tzinfo=UTC)
        if onset <= instant and (following is None or instant < following[0]):
            return instant
    raise AssertionError(f"{local} does not exist in this zone")


def _onsets(lines: list[str]) -> Iterator[tuple[datetime, timedelta]]:
    for number, line in enumerate(lines):
        if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT"):
            end = lines.index(line.replace("BEGIN", "END"), number)
            found = {name: value for name, _, value in map(_parse, lines[number + 1 : end])}
            assert set(found) == {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"}
            start = datetime.fromisoformat(found["DTSTART"])
            yield (start - _offset(found["TZOFFSETFROM"])).replace(tzinfo=UTC), _offset(found["TZOFFSETTO"])


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
