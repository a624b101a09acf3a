"""What was written of a person, and who may read it besides whoever treats. Reads only."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.models import TAKING_PLACE, Appointment, Client, Note, NoteGrant, State
from booking.scheduling.states import WITH_A_NOTE
from services.models import ClinicPolicy

AROUND_A_VISIT = timedelta(days=14)
# For so long a missing note is asked for; a note that was begun, until it is signed.
MISSING_FOR = timedelta(days=14)


def notes_of(client: Client) -> QuerySet[Note]:
    """All notes of a person, the newest visit first."""
    return (
        Note.objects.filter(appointment__client=client)
        .select_related(
            "appointment__treatment", "appointment__therapist", "appointment__location", "signed_by", "author"
        )
        .prefetch_related("additions__by")
        .order_by("-appointment__starts_at", "-id")
    )


def notes_by_visit(visit_ids: Sequence[int], *, with_words: bool) -> dict[int, Note]:
    """Of these visits, by the id of each. Without words nothing that was written is read."""
    rows = Note.objects.filter(appointment__in=visit_ids)
    return {note.appointment_id: note for note in (rows if with_words else rows.defer("content"))}


def last_note(visit: Appointment) -> Note | None:
    """The note of the visit before this one, signed or not."""
    if visit.client is None:
        return None
    return notes_of(visit.client).filter(appointment__starts_at__lt=visit.starts_at).first()


def treats(client: Client, *, therapist_id: int, now: datetime) -> bool:
    """Whether a therapist has treated this person, or has a visit with them within fourteen days either way."""
    theirs = client.appointments.filter(therapist_id=therapist_id)
    near = Q(state__in=TAKING_PLACE, starts_at__range=(now - AROUND_A_VISIT, now + AROUND_A_VISIT))
    return theirs.filter(near | Q(state__in=WITH_A_NOTE)).exists()


def has_grant(client: Client, *, reader_id: int, now: datetime) -> bool:
    """Whether an owner has let this user in, and that has not ended."""
    return NoteGrant.objects.filter(client=client, reader_id=reader_id, until__gt=now, ended_at=None).exists()


def owed(*, before: datetime) -> QuerySet[Appointment]:
    """Visits that were done before this moment (UTC), and whose note is not signed or not even begun.

    Nothing is owed for a person who was erased, nor where the clinic writes no notes.
    """
    if not ClinicPolicy.current().writes_notes:
        return Appointment.objects.none()
    done = Appointment.objects.filter(
        state=State.COMPLETED, ends_at__lte=before, client__isnull=False, client__erased_at=None
    )
    missing = done.filter(~Exists(Note.objects.filter(appointment=OuterRef("pk"))), starts_at__gte=before - MISSING_FOR)
    begun = done.filter(pk__in=Note.objects.filter(signed_at=None).values("appointment_id"))
    # Two questions, each with an index of its own; one with OR would read all visits.
    return Appointment.objects.filter(pk__in=missing.order_by().values("pk").union(begun.order_by().values("pk")))
