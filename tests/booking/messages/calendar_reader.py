"""A second reader of calendar files: lines by hand (RFC 5545, 3.1 to 3.3), time zones by dateutil. Knows no `icalendar`."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dateutil.tz import tzical

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
        starts_at=_instant(properties["DTSTART"], parameters["DTSTART"], zones),
        ends_at=_instant(properties["DTEND"], parameters["DTEND"], zones),
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


def _instant(value: str, parameters: dict[str, str], zones: Any) -> datetime:
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zones.get(parameters["TZID"]))
    return local.astimezone(UTC)
