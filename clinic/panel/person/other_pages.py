"""What the pages about one thing of a person show: a correction, the household, a merge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _

from booking.models import CALLED_OFF, UNBOOKED, Client, Note, NoteGrant
from booking.notes.granting import last_day
from booking.people.households import members_of
from booking.people.merging import CHOSEN
from booking.wording.lists import join_words
from booking.wording.times import Wall, format_date, format_moment, local_date
from clinic.panel.door.rights import Member, Right, may, may_see
from clinic.panel.door.signed_in import known_as
from clinic.panel.home import home_phone, home_wall
from clinic.panel.person.around import Other, list_household
from clinic.panel.person.forms import NotesOfDaysForm, TickedNotesForm


@dataclass(frozen=True)
class CorrectPage:
    public_id: str
    name: str
    title: str
    form: forms.Form


@dataclass(frozen=True)
class SamePage:
    """`found`: whom a search has shown; None before one. `words`: what was searched for."""

    public_id: str
    name: str
    words: str
    found: tuple[Other, ...] | None


@dataclass(frozen=True)
class HouseholdPage(SamePage):
    members: tuple[Other, ...]


@dataclass(frozen=True)
class Choice:
    """One row of a merge. `is_same`: there is nothing to choose. `takes_other`: chosen beforehand."""

    field: str
    label: str
    mine: str
    theirs: str
    is_same: bool
    takes_other: bool


@dataclass(frozen=True)
class Fact:
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class MergePage:
    """Two records side by side. `versions` as they were looked at."""

    public_id: str
    other: str
    name: str
    other_name: str
    versions: str
    choices: tuple[Choice, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class NoteOf:
    """A visit with a note; `words` say when and with whom."""

    reference: str
    words: str
    is_signed: bool
    is_ticked: bool = False


@dataclass(frozen=True)
class Grant:
    number: int
    reader: str
    until: str
    reason: str
    given: str
    is_running: bool


@dataclass(frozen=True)
class AskedNotes:
    """The forms of the page, each as it was sent or empty."""

    grant: forms.Form
    ticked: TickedNotesForm
    days: NotesOfDaysForm


@dataclass(frozen=True)
class NotesPage:
    """`form` and `grants` for whoever may let others in. `ticked` and `days` choose the notes of a file; None where none is signed."""

    public_id: str
    name: str
    is_record_open: bool
    notes: tuple[NoteOf, ...]
    grants: tuple[Grant, ...]
    form: forms.Form | None
    ticked: TickedNotesForm | None
    days: NotesOfDaysForm | None


def describe_notes(member: Member, found: Client, notes: Sequence[Note], asked: AskedNotes, now: datetime) -> NotesPage:
    """The newest visit and the newest grant first."""
    ticked = frozenset(asked.ticked["visit"].value() or ())
    is_any_signed = any(note.signed_at for note in notes)
    grants = may(member, Right.GRANT_NOTES)
    return NotesPage(
        public_id=found.public_id,
        name=found.name,
        is_record_open=may_see(member, Right.SEE_PERSON, client=found),
        notes=tuple(_note_of(note, ticked) for note in notes),
        grants=tuple(
            _grant(one, now)
            for one in found.note_grants.select_related(
                "reader__staff_profile__therapist", "granted_by__staff_profile__therapist"
            )
        )
        if grants
        else (),
        form=asked.grant if grants else None,
        ticked=asked.ticked if is_any_signed else None,
        days=asked.days if is_any_signed else None,
    )


def _note_of(note: Note, ticked: frozenset[str]) -> NoteOf:
    visit = note.appointment
    day = format_date(local_date(visit.starts_at, Wall.of_visit(visit).zone))
    words = _("%(day)s, %(treatment)s, with %(therapist)s") % {
        "day": day,
        "treatment": visit.treatment.name_for_staff,
        "therapist": visit.therapist.name,
    }
    return NoteOf(visit.reference, words, note.signed_at is not None, visit.reference in ticked)


def _grant(one: NoteGrant, now: datetime) -> Grant:
    wall = home_wall()
    ended, is_running = one.ended_at, one.ended_at is None and one.until > now
    until = _("until %(day)s") % {"day": format_date(last_day(one.until, wall.zone))}
    if ended:
        until = _("taken back %(moment)s") % {"moment": format_moment(ended, wall)}
    given = _("Allowed by %(who)s, %(day)s") % {
        "who": known_as(one.granted_by),
        "day": format_date(local_date(one.granted_at, wall.zone)),
    }
    return Grant(
        one.pk,
        known_as(one.reader),
        until if is_running or ended else f"{until} ({_('over')})",
        one.reason,
        given,
        is_running,
    )


def describe_household(found: Client, words: str = "", hits: Iterable[Client] | None = None) -> HouseholdPage:
    return HouseholdPage(found.public_id, found.name, words, _others(found, hits), list_household(found))


def describe_same(found: Client, words: str = "", hits: Iterable[Client] | None = None) -> SamePage:
    return SamePage(found.public_id, found.name, words, _others(found, hits))


def describe_merge(mine: Client, theirs: Client, now: datetime, *, chosen: Iterable[str] | None = None) -> MergePage:
    """`chosen`: the fields that were to be taken from the other record, where that is known already."""
    return MergePage(
        public_id=mine.public_id,
        other=theirs.public_id,
        name=mine.name,
        other_name=theirs.name,
        versions=f"{mine.version}-{theirs.version}",
        choices=tuple(_choice(name, mine, theirs, chosen) for name in CHOSEN),
        facts=tuple(Fact(*row) for row in zip(_facts_labels(), _facts(mine), _facts(theirs), strict=True)),
    )


def _others(found: Client, hits: Iterable[Client] | None) -> tuple[Other, ...] | None:
    if hits is None:
        return None
    return tuple(
        Other(one.public_id, one.name, home_phone(one.phone) or one.email) for one in hits if one.pk != found.pk
    )


def _choice(name: str, mine: Client, theirs: Client, chosen: Iterable[str] | None) -> Choice:
    one, other = getattr(mine, name), getattr(theirs, name)
    takes = bool(other and not one) if chosen is None else name in set(chosen)
    return Choice(name, _label(name), _shown(name, mine), _shown(name, theirs), one == other, takes)


def _label(name: str) -> str:
    labels = {
        "name": _("Name"),
        "email": _("Email"),
        "phone": _("Phone"),
        "birth_date": _("Date of birth"),
        "household": _("Household"),
    }
    return labels[name]


def _shown(name: str, one: Client) -> str:
    if name == "household":
        return join_words([other.name for other in members_of(one)[:5]]) or "–"
    if name == "birth_date":
        return format_date(one.born) if one.born else "–"
    return (home_phone(one.phone) if name == "phone" else getattr(one, name)) or "–"


def _facts_labels() -> tuple[str, ...]:
    return _("First booked"), _("Visits"), _("Last visit"), _("Last safety check")


def _facts(one: Client) -> tuple[str, ...]:
    zone = home_wall().zone
    visits = one.appointments.exclude(state__in=UNBOOKED | CALLED_OFF).order_by("-starts_at")
    last, check = visits.first(), one.intakes.order_by("-created_at").first()
    moments = (one.created_at, last.starts_at if last else None, check.created_at if check else None)
    first, latest, checked = (format_date(local_date(at, zone)) if at else "–" for at in moments)
    return first, str(visits.count()), latest, checked
