"""Signed notes as a file for the client, or for an insurer: what it says. `notes_file` draws it. Never stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from booking.models import Client, Note
from booking.notes.content import Content
from booking.notes.regions import KINDS, REGIONS, Kind, Region
from booking.notes.wording import Line, content_in_words
from booking.wording.times import Wall, format_date, format_moment, format_span, local_date
from services.countries import paper_of
from services.models import ClinicPolicy, Location

Namer = Callable[[User], str]


@dataclass(frozen=True)
class MarkedPlace:
    """A place of the body and what was found there."""

    region: Region
    kind: Kind

    @property
    def words(self) -> str:
        return f"{self.region.words}: {str(self.kind.words).lower()}"


@dataclass(frozen=True)
class NoteOnPaper:
    """One visit. `before` are the lines above the places, `after` those below; `added` is what was said later."""

    when: str
    what: str
    before: tuple[Line, ...]
    places: tuple[MarkedPlace, ...]
    after: tuple[Line, ...]
    signed: str
    added: tuple[Line, ...]


@dataclass(frozen=True)
class NotesOnPaper:
    """All that stands on it. `paper` is "A4" or "Letter"."""

    clinic: str
    contact: tuple[str, ...]
    paper: str
    about: str
    made: str
    notes: tuple[NoteOnPaper, ...]

    @property
    def text(self) -> str:
        """Everything that somebody typed or that has a name, for the choice of fonts."""
        lines = [
            text
            for note in self.notes
            for line in (*note.before, *note.after, *note.added)
            for text in (str(line.words), line.text)
        ]
        heads = [text for note in self.notes for text in (note.when, note.what, note.signed)]
        return " ".join([self.clinic, *self.contact, self.about, self.made, *heads, *lines])


def put_on_paper(
    *, client: Client, notes: Sequence[Note], place: Location, by: User, now: datetime, known_as: Namer
) -> NotesOnPaper:
    """`notes` are signed, with their visits loaded; the earliest visit comes first. `place` says where the clinic is.

    `known_as`: what a user is called. It is asked once for each.
    """
    known_as = cache(known_as)
    policy = ClinicPolicy.current()
    phone = _("Phone %(phone)s") % {"phone": place.phone} if place.phone else ""
    contact = (*place.address.splitlines(), phone, policy.contact_email)
    made = _("Made by %(who)s on %(day)s. A note is locked once it is signed.") % {
        "who": known_as(by),
        "day": format_date(local_date(now, place.zone)),
    }
    return NotesOnPaper(
        clinic=policy.clinic_name,
        contact=tuple(line for line in contact if line.strip()),
        paper=paper_of(place.country),
        about=_about(client),
        made=made,
        notes=tuple(_put(note, known_as) for note in sorted(notes, key=lambda note: note.appointment.starts_at)),
    )


def _about(client: Client) -> str:
    """ "Niamh Kelly, born 14 March 1988"."""
    if not client.born:
        return client.name
    return _("%(name)s, born %(day)s") % {"name": client.name, "day": format_date(client.born)}


def _put(note: Note, known_as: Namer) -> NoteOnPaper:
    visit, content = note.appointment, Content.from_json(note.content)
    wall = Wall.of_visit(visit)
    lines = content_in_words(content, with_places=False)
    split = sum(1 for name in ("found", "did", "next") if getattr(content, name))
    what = _("%(treatment)s with %(therapist)s, %(place)s") % {
        "treatment": visit.treatment.name,
        "therapist": visit.therapist.name,
        "place": visit.location.name,
    }
    return NoteOnPaper(
        when=f"{format_date(local_date(visit.starts_at, wall.zone))}, {format_span(visit.starts_at, visit.ends_at, wall)}",
        what=what,
        before=lines[:split],
        places=tuple(MarkedPlace(REGIONS[mark.region], KINDS[mark.kind]) for mark in content.marks),
        after=lines[split:],
        signed=signed_in_words(note, wall, known_as),
        added=tuple(
            Line(f"{known_as(one.by)}, {format_moment(one.at, wall, with_year=True)}", one.text)
            for one in note.additions.all()
        ),
    )


def signed_in_words(note: Note, wall: Wall, known_as: Namer) -> str:
    """ "Signed by Ana, Thursday 26 November 2026, 15:40." Empty while it is not."""
    if note.signed_at is None or note.signed_by is None:
        return ""
    moment = format_moment(note.signed_at, wall, with_year=True)
    return _("Signed by %(who)s, %(moment)s.") % {"who": known_as(note.signed_by), "moment": moment}
