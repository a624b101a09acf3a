"""The page around a day: going to another one, choosing a place and a room, and what needs attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.panel.day.shown import Board, Counts
from clinic.panel.day.upcoming import JustDone, NextClient, Owed, StepTaken
from clinic.panel.messages.trouble import MailTrouble
from clinic.panel.visit.move import Undo
from services.models import Location, Room, Therapist

BOARD, TABLE = "board", "table"
# Which visits somebody can look for, as `VisitBlock.kinds` calls them; or the free times.
KINDS = {"here", "careful", "form", "new-time", "gaps"}
VIEWS = (BOARD, TABLE)
# Remembers on this device which of the two was chosen last.
VIEW_COOKIE = "day_view"


@dataclass(frozen=True)
class Choice:
    """One line of a drop-down list."""

    value: int
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class DayLinks:
    """Queries of the board. Whoever goes to another day stays with the place, the room and the view that were chosen.

    `previous_words` and `next_words` name the days, like "Wed 25".
    """

    here: str
    previous: str
    today: str
    next: str
    table: str
    board: str
    file: str
    month: str
    clear: str
    previous_words: str
    next_words: str


@dataclass(frozen=True)
class Filter:
    """A count of the head. `kind`: which visits it is about, empty for all; pressed, the others go pale."""

    kind: str
    number: int
    words: str
    is_pressed: bool


@dataclass(frozen=True)
class NobodyWorks:
    """Said of a day without hours and visits. `next_day`: words and query of the next day that has hours; None far and wide."""

    next_day: tuple[str, str] | None
    may_change_hours: bool


@dataclass(frozen=True)
class DayPage:
    """One day, as a board or as a table: `drawn` is its columns or its rows. `lost_times`: references of visits.

    `asked_view` is what the address asks for. `goes_by_width`: nobody has chosen, so that a script may choose by the
    width of the screen. `is_own`: a therapist's, who is told of the next client first. `owed` are today's notes, `owed_before` the number of earlier ones. `undo` and `taken`: what led here, and how it is taken
    back. `mark` says which state of things this is: see `clinic.panel.day.mark`.
    """

    board: Board
    nobody_works: NobodyWorks | None
    drawn: SafeString
    is_table: bool
    asked_view: str
    goes_by_width: bool
    has_twelve_hours: bool
    mark: str
    day_words: str
    zone: str
    links: DayLinks
    upcoming: NextClient | None
    owed: tuple[Owed, ...]
    owed_before: int
    just_done: JustDone | None
    is_own: bool
    filters: tuple[Filter, ...]
    only: str
    kept: Mapping[str, str]
    undo: Undo | None
    taken: StepTaken | None
    places: tuple[Choice, ...]
    rooms: tuple[Choice, ...]
    lost_times: tuple[str, ...]
    mail_trouble: MailTrouble
    may_book: bool
    may_block: bool


def kept_choices(
    *, location: Location, room_id: int | None, week_of: Therapist | None, view: str, only: str
) -> dict[str, str]:
    """What whoever goes to another day stays with."""
    chosen = {
        "location": location.pk,
        "room": room_id,
        "therapist": week_of.pk if week_of else None,
        "view": view,
        "only": only,
    }
    return {name: str(value) for name, value in chosen.items() if value}


def day_links(*, day: date, today: date, kept: Mapping[str, str], moved: str) -> DayLinks:
    step = timedelta(days=7 if "therapist" in kept else 1)
    without = {name: value for name, value in kept.items() if name != "view"}
    return DayLinks(
        here=_query(day, {**kept, "moved": moved}),
        previous=_query(day - step, kept),
        today=_query(today, kept),
        next=_query(day + step, kept),
        table=_query(day, {**kept, "view": "table"}),
        board=_query(day, {**kept, "view": "board"}),
        file=_query(day, without),
        month=_query(day, kept),
        clear=_query(day, {name: value for name, value in kept.items() if name != "therapist"}),
        previous_words=date_format(day - step, "D j"),
        next_words=date_format(day + step, "D j"),
    )


def filters_of(counts: Counts, only: str) -> tuple[Filter, ...]:
    """What the head counts of the visits that are shown, each as something to look for."""
    rows = (
        ("", counts.booked, ngettext("visit", "visits", counts.booked)),
        ("here", counts.arrived, _("here now")),
        ("careful", counts.careful, _("careful")),
        ("form", counts.form_missing, _("form missing")),
        ("new-time", counts.stranded, ngettext("needs a new time", "need a new time", counts.stranded)),
        ("gaps", counts.gaps, ngettext("free time", "free times", counts.gaps)),
    )
    return tuple(Filter(kind, number, words, kind == only) for kind, number, words in rows)


def asked_kind(request: HttpRequest) -> str:
    """Which visits are looked for; empty for all."""
    kind = request.GET.get("only", "")
    return kind if kind in KINDS else ""


def asked_view(request: HttpRequest) -> str:
    """What the address asks for; empty where it leaves that open."""
    view = request.GET.get("view", "")
    return view if view in VIEWS else ""


def chosen_view(request: HttpRequest) -> str:
    """What was chosen, by the address or on this device before; empty where nobody has."""
    remembered = request.COOKIES.get(VIEW_COOKIE, "")
    return asked_view(request) or (remembered if remembered in VIEWS else "")


def usual_view(request: HttpRequest) -> str:
    """What is shown while nobody has chosen: a table on a phone. Its browser says what it is; nothing else needs to."""
    return TABLE if "Mobi" in request.headers.get("User-Agent", "") else BOARD


def choices(rows: Sequence[Location] | Sequence[Room], *, chosen: int | None) -> tuple[Choice, ...]:
    return tuple(Choice(row.pk, row.name, row.pk == chosen) for row in rows)


def _query(day: date, kept: Mapping[str, Any]) -> str:
    return "?" + urlencode({"date": day.isoformat()} | {name: value for name, value in kept.items() if value})
