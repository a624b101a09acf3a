"""What a visit's own page says of its note, and of the note before."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Appointment, Note
from booking.notes.content import Content
from booking.notes.reading import last_note
from booking.notes.wording import pain_in_words
from booking.scheduling.states import WITH_A_NOTE
from booking.wording.times import Wall, format_date, local_date
from clinic.panel.door.rights import Member, Right, may, may_read_notes
from services.models import ClinicPolicy


@dataclass(frozen=True)
class LastTime:
    """The note of the visit before. `reference` is that visit's."""

    reference: str
    words: str
    next: str
    found: str
    did: str
    pain: str


@dataclass(frozen=True)
class NoteBeside:
    """`words` say that there is a note; empty where there is none and none is due. `opens`: what the link to it says."""

    words: str
    opens: str
    is_owed: bool
    last: LastTime | None


def describe_note_beside(member: Member, found: Appointment, now: datetime) -> NoteBeside:
    """For whoever may see the visit; what a note says only for who may read it."""
    note = Note.objects.filter(appointment=found).only("signed_at").first()
    may_read = may_read_notes(member, found.client, now)
    writes = may(member, Right.WRITE_NOTES, visit=found) and found.state in WITH_A_NOTE
    words = (
        "" if note is None else _("The note is signed.") if note.signed_at else _("A note is begun, not signed yet.")
    )
    opens = ""
    if writes and (note is None or note.signed_at is None):
        opens = _("Write the note") if note is None else _("Go on with the note")
    elif note is not None and may_read:
        opens = _("Open the note")
    return NoteBeside(
        words=words,
        opens=opens,
        is_owed=writes and (note is None or note.signed_at is None) and ClinicPolicy.current().writes_notes,
        last=describe_last_time(found) if may_read else None,
    )


def describe_last_time(found: Appointment) -> LastTime | None:
    """For who may read notes; None where nothing was written before."""
    note = last_note(found)
    if note is None:
        return None
    content, visit = Content.from_json(note.content), note.appointment
    day = format_date(local_date(visit.starts_at, Wall.of_visit(visit).zone))
    words = _("Last time, %(day)s, with %(therapist)s") % {"day": day, "therapist": visit.therapist.name}
    return LastTime(visit.reference, words, content.next, content.found, content.did, pain_in_words(content))
