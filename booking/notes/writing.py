"""Writing a note: saved as often as it is typed, signed once, added to afterwards. The only writer of notes.

Who may is asked by the callers; what is refused here is refused to everybody. `by_id` is a user’s. Nothing is logged.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.models import Appointment, Note, NoteAddition
from booking.models.note import LONGEST_ADDITION
from booking.notes.content import Content, NoteInvalid
from booking.scheduling.states import WITH_A_NOTE
from services.refusals import Refusal


class NoteRefused(Refusal):
    """The note can't be written now."""


class NoteClosed(NoteRefused):
    """It is signed: what follows is an addition."""

    def __init__(self) -> None:
        super().__init__(_("This note is signed. You can add to it."))


class NoteChangedMeanwhile(NoteRefused):
    """Another page has saved it since `seen`; `note` is what stands now. Nothing was written over."""

    def __init__(self, note: Note) -> None:
        super().__init__(_("This note was saved on another page meanwhile. Both are shown: keep what is right."))
        self.note = note


def save_note(*, appointment: Appointment, content: Content, seen: int, by_id: int, now: datetime) -> Note:
    """Keep `content`, where the page was drawn from version `seen` of the note (0: there was none).

    Saying the same again changes nothing. Raises NoteInvalid, NoteClosed, NoteChangedMeanwhile, and NoteRefused before
    the treatment has begun.
    """
    return _write(appointment, content, seen=seen, by_id=by_id, now=now, signs=False)


def sign_note(*, appointment: Appointment, content: Content, seen: int, by_id: int, now: datetime) -> Note:
    """Keep `content` and close the note. Raises as `save_note` does, and NoteInvalid where nothing is said of next time.

    Signing again what stands signed already is no second signature.
    """
    return _write(appointment, content, seen=seen, by_id=by_id, now=now, signs=True)


def add_to_note(*, note: Note, text: str, by_id: int, now: datetime) -> NoteAddition:
    """Put `text` beside a signed note. The same words by the same hand twice in a row are kept once."""
    text = text.strip()
    if not text:
        raise NoteInvalid(_("Write what you want to add."))
    if len(text) > LONGEST_ADDITION:
        raise NoteInvalid(
            _("That is too long: %(count)s characters, of at most %(most)s.")
            % {"count": len(text), "most": LONGEST_ADDITION}
        )
    with transaction.atomic():
        locked = Note.objects.select_for_update().get(pk=note.pk)
        if locked.signed_at is None:
            raise NoteRefused(_("This note is not signed yet. Write it in the note itself."))
        last = locked.additions.order_by("-id").first()
        if last is not None and (last.by_id, last.text) == (by_id, text):
            return last
        return NoteAddition.objects.create(note=locked, text=text, by_id=by_id, at=now)


def _write(
    appointment: Appointment,
    content: Content,
    *,
    seen: int,
    by_id: int,
    now: datetime,
    signs: bool,
) -> Note:
    content = content.tidied()
    content.check()
    if signs and not content.next:
        raise NoteInvalid(_("Write what comes next, so that the next visit can begin there."))
    try:
        with transaction.atomic():
            return _write_locked(appointment, content, seen=seen, by_id=by_id, now=now, signs=signs)
    except IntegrityError:
        # Another page has made the note of this visit at the same moment.
        note = Note.objects.filter(appointment=appointment).first()
        if note is None:
            raise
        raise NoteChangedMeanwhile(note) from None


def _write_locked(
    appointment: Appointment,
    content: Content,
    *,
    seen: int,
    by_id: int,
    now: datetime,
    signs: bool,
) -> Note:
    if Appointment.objects.get(pk=appointment.pk).state not in WITH_A_NOTE:
        raise NoteRefused(_("A note can be written once the treatment has begun."))
    note = Note.objects.select_for_update().filter(appointment=appointment).first()
    if note is None:
        note = Note(appointment=appointment, author_id=by_id, version=0, created_at=now, content={})
    is_same = note.content == content.as_json()
    if note.signed_at is not None:
        if signs and is_same and note.signed_by_id == by_id:
            return note
        raise NoteClosed
    if note.version != seen and not is_same:
        raise NoteChangedMeanwhile(note)
    if is_same and not signs:
        return note
    note.content, note.saved_at, note.version = content.as_json(), now, note.version + 1
    if signs:
        note.signed_at, note.signed_by_id = now, by_id
    note.save()
    return note
