"""Who may read and write notes, and that each reading and writing is on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from booking.models import Appointment
from clinic.models import AuditEntry
from clinic.panel.door.rights import Member, Right, check, may, may_read_notes
from clinic.panel.visit.load import related
from clinic.record.audit import VIEW_ONCE_IN, write_entry, write_view


def may_write_note(member: Member, visit: Appointment) -> bool:
    """Whoever treats, and nobody else."""
    return may(member, Right.WRITE_NOTES, visit=visit)


def find_visit_of_note(reference: str, member: Member) -> Appointment:
    """The visit, a colleague's too, where the notes of its client may be read; Http404 otherwise."""
    check(member, Right.READ_NOTES)
    visit = related().filter(reference=reference).first() if "\0" not in reference else None
    if visit is None or not may_read_notes(member, visit.client, timezone.now()):
        raise Http404
    return visit


def record_reading(user: AbstractBaseUser | AnonymousUser, client_id: int | None, now: datetime) -> None:
    """One line of the trail for reader, person and quarter of an hour."""
    write_view(by=user, client_id=client_id, now=now, fields=["notes"])


@contextmanager
def recorded_writing(
    user: AbstractBaseUser | AnonymousUser, reference: str, now: datetime, *, verb: str
) -> Iterator[None]:
    """A change and its line in one transaction. Saving while typing is one line for a quarter of an hour."""
    with transaction.atomic():
        yield
        mine = AuditEntry.objects.filter(by_id=user.pk, verb=verb, object_type="note", object_id=reference)
        if verb != "write" or not mine.filter(at__gt=now - VIEW_ONCE_IN).exists():
            write_entry(by=user, verb=verb, object_type="note", object_id=reference, now=now)
