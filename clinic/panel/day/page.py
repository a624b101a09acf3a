"""The page around a day: going to another one, choosing a place and a room, and what needs attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from clinic.panel.day.shown import Board
from clinic.panel.messages.trouble import MailTrouble
from clinic.panel.visit.move import Undo
from services.models import Location, Room


@dataclass(frozen=True)
class Choice:
    """One line of a drop-down list."""

    value: int
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class DayLinks:
    """Queries of the board. Whoever goes to another day stays with the place, the room and the view that were chosen."""

    here: str
    previous: str
    today: str
    next: str
    table: str
    board: str
    file: str


@dataclass(frozen=True)
class DayPage:
    """`view` is empty where the width of the screen says which is shown. `lost_times`: references of visits."""

    board: Board
    day_words: str
    zone: str
    previous_day: date
    next_day: date
    links: DayLinks
    undo: Undo | None
    places: tuple[Choice, ...]
    rooms: tuple[Choice, ...]
    view: str
    lost_times: tuple[str, ...]
    mail_trouble: MailTrouble
    may_book: bool
    works_cases: bool


def day_links(*, day: date, today: date, location: Location, room_id: int | None, view: str, moved: str) -> DayLinks:
    kept = {"location": location.pk, "room": room_id, "view": view}
    return DayLinks(
        here=_query(day, kept | {"moved": moved}),
        previous=_query(day - timedelta(days=1), kept),
        today=_query(today, kept),
        next=_query(day + timedelta(days=1), kept),
        table=_query(day, kept | {"view": "table"}),
        board=_query(day, kept | {"view": "board"}),
        file=_query(day, kept | {"view": ""}),
    )


def choices(rows: Sequence[Location] | Sequence[Room], *, chosen: int | None) -> tuple[Choice, ...]:
    return tuple(Choice(row.pk, row.name, row.pk == chosen) for row in rows)


def _query(day: date, kept: Mapping[str, Any]) -> str:
    return "?" + urlencode({"date": day.isoformat()} | {name: value for name, value in kept.items() if value})
