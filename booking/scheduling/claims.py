"""Which five-minute cells an appointment claims, and whether the table agrees with the appointments.

A cell is epoch seconds // 300, so that clock changes do not matter. Only `appointments.py` writes the table.
"""

from collections.abc import Iterator, Set
from datetime import datetime, timedelta

from booking.models import OCCUPYING, Appointment, Claim, FormerPlace
from services.cells import CELL_SECONDS

# Claims of visits that have been over for longer than this are pruned.
KEPT_AFTER = timedelta(days=1)

Key = tuple[str, int, int]  # kind, resource, cell


def cells(start: datetime, end: datetime) -> range:
    """The cells of [start, end), both on five-minute marks."""
    return range(int(start.timestamp()) // CELL_SECONDS, int(end.timestamp()) // CELL_SECONDS)


def claims_of(appointment: Appointment, *, former: FormerPlace | None = None) -> list[Claim]:
    """What `appointment` claims while it occupies, unsaved and in (kind, id, cell) order.

    Its own place, and the `former` one for as long as its move can be undone; they may overlap.
    """
    wanted = _keys(appointment, client_id=appointment.client_id)
    if former is not None:
        wanted |= _keys(former, client_id=appointment.client_id)
    return [
        Claim(appointment=appointment, kind=kind, resource_id=resource_id, cell=cell)
        for kind, resource_id, cell in sorted(wanted)
    ]


def key_of(claim: Claim) -> Key:
    """The cell of the resource."""
    return str(claim.kind), claim.resource_id, claim.cell


def _keys(place: Appointment | FormerPlace, *, client_id: int | None) -> set[Key]:
    wanted: list[tuple[Claim.Kind, int | None, datetime]] = [
        (Claim.Kind.CLIENT, client_id, place.ends_at),
        (Claim.Kind.ROOM, place.room_id, place.busy_until),
        (Claim.Kind.THERAPIST, place.therapist_id, place.busy_until),
    ]
    return {
        (kind.value, resource_id, cell)
        for kind, resource_id, end in wanted
        if resource_id is not None
        for cell in cells(place.starts_at, end)
    }


def find_drift(*, now: datetime) -> Iterator[str]:
    """A sentence for each appointment whose claims are not what its times and state ask for.

    Looks at everything that claims or should claim; visits over for more than a day may have either. A visit that was
    moved claims its former place, too, until the row of that is gone.
    """
    horizon = now - KEPT_AFTER
    stored: dict[int, set[Key]] = {}
    rows = Claim.objects.values_list("appointment_id", "kind", "resource_id", "cell")
    for appointment_id, kind, resource_id, cell in rows.iterator():
        stored.setdefault(appointment_id, set()).add((kind, resource_id, cell))
    former = {place.appointment_id: place for place in FormerPlace.objects.all()}
    occupying = Appointment.objects.filter(state__in=OCCUPYING, busy_until__gt=horizon)
    for appointment in occupying.iterator():
        expected = _expected(appointment, former=former.get(appointment.pk))
        actual = stored.pop(appointment.pk, set())
        if actual != expected:
            missing, extra = len(expected - actual), len(actual - expected)
            yield f"Visit {appointment.reference}: {missing} claims missing, {extra} too many."
    over = Appointment.objects.filter(pk__in=stored, state__in=OCCUPYING)
    for appointment in over.order_by("pk"):
        if extra := len(stored[appointment.pk] - _expected(appointment, former=former.get(appointment.pk))):
            yield f"Visit {appointment.reference}: 0 claims missing, {extra} too many."
    released = Appointment.objects.filter(pk__in=stored).exclude(state__in=OCCUPYING)
    for reference in released.order_by("pk").values_list("reference", flat=True):
        yield f"Visit {reference}: released, but still claims time."


def _expected(appointment: Appointment, *, former: FormerPlace | None) -> Set[Key]:
    return {key_of(claim) for claim in claims_of(appointment, former=former)}
