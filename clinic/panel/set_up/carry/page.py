"""What the page shows on which lists come in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.carrying import bringing
from booking.carrying.columns import Column
from booking.carrying.doubles import Choice, Double
from booking.carrying.files import Sheet
from booking.carrying.people import Person, say_wrong
from booking.carrying.plan import Plan, settle
from booking.carrying.said import say_counts, say_double
from booking.models import Bringing
from booking.wording.times import format_moment
from clinic.panel.home import home_wall
from clinic.panel.set_up.carry.forms import ListForm, TakeForm
from services.policy import fingerprints

MOST_SHOWN = 100  # sentences about lines, and as many doubles
MEANINGS: Mapping[Column, Any] = {
    Column.UNUSED: gettext_lazy("Leave it out"),
    Column.NAME: gettext_lazy("Name"),
    Column.FIRST_NAME: gettext_lazy("First name"),
    Column.LAST_NAME: gettext_lazy("Last name"),
    Column.EMAIL: gettext_lazy("Email"),
    Column.MOBILE: gettext_lazy("Mobile"),
    Column.PHONE: gettext_lazy("Phone"),
    Column.BIRTH_DATE: gettext_lazy("Date of birth"),
    Column.NOTES: gettext_lazy("Lines for staff"),
}
CHOICES: Mapping[Choice, Any] = {
    Choice.FILL: gettext_lazy("The same person: fill in what is empty"),
    Choice.SKIP: gettext_lazy("The same person: change nothing"),
    Choice.NEW: gettext_lazy("Somebody else: a new person"),
}
# The fields of what is chosen: of a column by its place, of a double by its line.
COLUMN, LINE = "column-", "line-"

Options = tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Choosing:
    """One thing to choose: the `name` of its field, what it is about in `words`, and value, words and whether it is chosen."""

    name: str
    words: str
    options: Options


@dataclass(frozen=True)
class Waiting:
    """The list that was looked at and is not brought in yet. `more`: how many sentences and doubles are left out.

    `columns` are there to be changed; until one has the names, nothing can be brought in. `used` says which are read.
    `seen` is the mark of what is shown.
    """

    name: str
    public_id: str
    seen: str
    is_mapped: bool
    used: str
    columns: tuple[Choosing, ...]
    counts: tuple[str, ...]
    said: tuple[str, ...]
    doubles: tuple[Choosing, ...]
    more: int


@dataclass(frozen=True)
class Done:
    """A list that came in and can still be taken back, until when."""

    public_id: str
    moment: str
    who: str
    counts: tuple[str, ...]
    until: str


@dataclass(frozen=True)
class CarryPage:
    form: ListForm
    waiting: Waiting | None
    done: tuple[Done, ...]
    taking: TakeForm


def describe_carry(user: User, form: ListForm, *, now: datetime) -> CarryPage:
    row = bringing.waiting_for(user, kind=Bringing.Kind.PEOPLE, now=now).first()
    return CarryPage(
        form=form,
        waiting=_waiting(row) if row is not None else None,
        done=describe_done(Bringing.Kind.PEOPLE, say_counts, now=now),
        taking=TakeForm(),
    )


def describe_done(kind: str, say: Callable[[Mapping[str, int]], Iterable[str]], *, now: datetime) -> tuple[Done, ...]:
    wall = home_wall()
    return tuple(
        Done(
            public_id=one.public_id,
            moment=format_moment(one.applied_at, wall) if one.applied_at else "",
            who=one.user.username,
            counts=tuple(say(one.counts)),
            until=format_moment(one.kept_until, wall),
        )
        for one in bringing.undoable(kind=kind, now=now)
    )


def _waiting(row: Bringing) -> Waiting:
    plan, sheet = Plan.unpack(row.plan), bringing.read_again(row)
    outcome = settle(plan, row.choices)
    counts = {"new": len(outcome.new), "filled": len(outcome.filled), "skipped": len(outcome.skipped)}
    said = [*plan.said, *(say_wrong(*one) for one in plan.wrong)]
    people = {person.line: person for person in plan.people}
    return Waiting(
        name=row.file_name,
        public_id=row.public_id,
        seen=mark_of(row),
        is_mapped=bringing.is_mapped(row),
        used=_say_used(sheet, row),
        columns=tuple(describe_columns(sheet, row, MEANINGS)),
        counts=tuple(say_counts(counts)),
        said=tuple(said[:MOST_SHOWN]),
        doubles=tuple(_double(one, people[one.line], row.choices) for one in plan.doubles[:MOST_SHOWN]),
        more=sum(max(len(many) - MOST_SHOWN, 0) for many in (said, plan.doubles)),
    )


def mark_of(row: Bringing) -> str:
    """Another one as soon as the list or its columns are read in another way."""
    return fingerprints({"list": [row.public_id, row.columns, row.plan]})["list"]


def _say_used(sheet: Sheet, row: Bringing) -> str:
    """Which columns come in, so that nobody misses one that was not recognised."""
    used = [heading for heading, column in zip(sheet.header, row.columns, strict=True) if column]
    left = len(sheet.header) - len(used)
    said = _("Columns that come in: %(headings)s.") % {"headings": ", ".join(used)}
    if left:
        more = ngettext("%(number)s other is left out.", "%(number)s others are left out.", left)
        said = f"{said} {more % {'number': left}}"
    return said


def describe_columns(sheet: Sheet, row: Bringing, meanings: Mapping[Column, Any]) -> list[Choosing]:
    first = sheet.rows[0].cells
    return [
        Choosing(
            name=f"{COLUMN}{number}",
            words=_("%(heading)s, like “%(cell)s”") % {"heading": heading, "cell": cell[:40]} if cell else heading,
            options=tuple((one.value, str(words), one == chosen) for one, words in meanings.items()),
        )
        for number, (heading, cell, chosen) in enumerate(zip(sheet.header, first, row.columns, strict=True))
    ]


def _double(one: Double, person: Person, choices: Mapping[str, str]) -> Choosing:
    chosen = choices.get(str(one.line), one.usual)
    return Choosing(
        name=f"{LINE}{one.line}",
        words=f"{person.name}. {say_double(one)}",
        options=tuple((choice.value, str(words), choice == chosen) for choice, words in CHOICES.items()),
    )
