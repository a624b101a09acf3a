"""What the page of what waits shows: by kind, soonest first, each with its one best answer as a button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.notes import granting
from booking.notes.reading import owed
from booking.wording.times import format_date, zone_name
from clinic.panel.door import glance as heads
from clinic.panel.door.glance import Glance
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.door.waiting import KINDS, start_of_today
from clinic.panel.home import home_wall
from clinic.panel.to_do.lines import SAID, SHOWN, Action, Item, Reader
from clinic.panel.to_do.rows import notes_by_therapist
from clinic.panel.to_do.settled import Settled, list_settled
from clinic.panel.to_do.taking import find_holders


@dataclass(frozen=True)
class Group:
    """`count` is how many wait; the soonest of them are the `items`."""

    kind: str
    words: str
    count: int
    items: tuple[Item, ...]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.items)


@dataclass(frozen=True)
class Notice:
    """What is nobody's in particular: a sentence, and where to see to it."""

    words: str
    action: Action


@dataclass(frozen=True)
class Owes:
    """A therapist, and how many notes of theirs are not signed."""

    name: str
    count: int


@dataclass(frozen=True)
class LetIn:
    """Somebody whose notes this person was let in to read, although they don't treat them."""

    public_id: str
    name: str
    until: str


@dataclass(frozen=True)
class ToDoPage:
    """`owes`: for whoever reads all notes, who owes some; no line of anybody's own to do."""

    count: int
    zone: str
    notices: tuple[Notice, ...]
    groups: tuple[Group, ...]
    owes: tuple[Owes, ...]
    let_in: tuple[LetIn, ...]
    settled: tuple[Settled, ...]
    works_cases: bool


def load_to_do(member: Member, *, glance: Glance, now: datetime) -> ToDoPage:
    """A fixed number of statements, whatever waits. `now` in UTC."""
    wall = home_wall()
    kinds = [kind for kind, count in glance.waiting.items() if count]
    reader = Reader(member, now, wall, find_holders(kinds=kinds, now=now) if kinds else {})
    groups = []
    for kind in kinds:
        rows = KINDS[kind].rows(member, now=now)
        if rows is not None:
            words, describe = SAID[kind]
            items = tuple(describe(reader, rows))[:SHOWN]
            groups.append(Group(kind, str(words), glance.waiting[kind], items))
    return ToDoPage(
        count=glance.count,
        zone=zone_name(wall.zone),
        notices=tuple(_NOTICES[name]() for name in glance.notices),
        groups=tuple(groups),
        owes=_owes(member, now),
        let_in=_let_in(reader),
        settled=list_settled(member, wall=wall, now=now),
        works_cases=may(member, Right.WORK_CASES),
    )


def _owes(member: Member, now: datetime) -> tuple[Owes, ...]:
    if member.reach(Right.READ_NOTES) is not Reach.ALL:
        return ()
    return tuple(Owes(name, count) for name, count in notes_by_therapist(owed(before=start_of_today(now))))


def _let_in(reader: Reader) -> tuple[LetIn, ...]:
    if reader.member.reach(Right.READ_NOTES) is not Reach.OWN:
        return ()
    return tuple(
        LetIn(one.client.public_id, one.client.name, format_date(granting.last_day(one.until, reader.wall.zone)))
        for one in granting.running_grants(now=reader.now).filter(reader_id=reader.member.user_id)
    )


_NOTICES: Mapping[str, Callable[[], Notice]] = {
    heads.MAIL_DOWN: lambda: Notice(
        _("Email does not go out at the moment."), Action(_("See messages"), reverse("panel:messages"))
    ),
    heads.UNSIGNED: lambda: Notice(
        _("No clinician has signed this version of the safety rulebook."),
        Action(_("Read and sign"), reverse("panel:signature")),
    ),
    heads.EMERGENCY_NUMBER: lambda: Notice(
        _("Check which number clients are told to call in an emergency."),
        Action(_("Check the number"), reverse("panel:emergency_number")),
    ),
    heads.PERIODS: lambda: Notice(
        _("Check how long you keep people’s data."), Action(_("Check the periods"), reverse("panel:keeping"))
    ),
}
