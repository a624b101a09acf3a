"""Which five-minute cells an appointment claims, and whether the table agrees with the appointments.

A cell is epoch seconds // 300, so that clock changes do not matter. Only `appointments.py` writes the table.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from booking.models import OCCUPYING, Appointment, Claim

CELL_SECONDS = 300
# Claims of visits that have been over for longer than this are pruned.
KEPT_AFTER = timedelta(days=1)


def cells(start: datetime, end: datetime) -> range:
    """The cells of [start, end), both on five-minute marks."""
    return range(int(start.timestamp()) // CELL_SECONDS, int(end.timestamp()) // CELL_SECONDS)


def claims_of(appointment: Appointment) -> list[Claim]:
    """What `appointment` claims while it occupies, unsaved and in (kind, id, cell) order."""
    wanted: list[tuple[Claim.Kind, int | None, datetime]] = [
        (Claim.Kind.CLIENT, appointment.client_id, appointment.ends_at),
        (Claim.Kind.ROOM, appointment.room_id, appointment.busy_until),
        (Claim.Kind.THERAPIST, appointment.therapist_id, appointment.busy_until),
    ]
    return [
        Claim(appointment=appointment, kind=kind, resource_id=resource_id, cell=cell)
        for kind, resource_id, end in wanted
        if resource_id is not None
        for cell in cells(appointment.starts_at, end)
    ]


def find_drift(*, now: datetime) -> Iterator[str]:
    """A sentence for each appointment whose claims are not what its times and state ask for.

    Looks at everything that claims or should claim; visits over for more than a day may have either.
    """
    horizon = now - KEPT_AFTER
    stored: dict[int, set[tuple[str, int, int]]] = {}
    rows = Claim.objects.values_list("appointment_id", "kind", "resource_id", "cell")
    for appointment_id, kind, resource_id, cell in rows.iterator():
        stored.setdefault(appointment_id, set()).add((kind, resource_id, cell))
    occupying = Appointment.objects.filter(state__in=OCCUPYING, busy_until__gt=horizon)
    for appointment in occupying.iterator():
        expected = {(claim.kind, claim.resource_id, claim.cell) for claim in claims_of(appointment)}
        actual = stored.pop(appointment.pk, set())
        if actual != expected:
            missing, extra = len(expected - actual), len(actual - expected)
            yield f"Visit {appointment.reference}: {missing} claims missing, {extra} too many."
    over = Appointment.objects.filter(pk__in=stored, state__in=OCCUPYING)
    for appointment in over.order_by("pk"):
        expected = {(claim.kind, claim.resource_id, claim.cell) for claim in claims_of(appointment)}
        if extra := len(stored[appointment.pk] - expected):
            yield f"Visit {appointment.reference}: 0 claims missing, {extra} too many."
    released = Appointment.objects.filter(pk__in=stored).exclude(state__in=OCCUPYING)
    for reference in released.order_by("pk").values_list("reference", flat=True):
        yield f"Visit {reference}: released, but still claims time."
