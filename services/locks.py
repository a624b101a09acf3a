"""The rows to lock before booking, and before changing what can be booked.

Locking existing bookings would not help: the row that would conflict is not there yet. So the parents are locked.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from services.facts import forget
from services.models import Location, Therapist


def lock_parents(*, therapist_ids: Iterable[int] = (), location_ids: Iterable[int] = ()) -> None:
    """Hold the therapists, then the locations, until the transaction ends; facts that were read before are read again.

    Always in this order and each kind in id order, so that two writers wait for each other and never deadlock. Other
    rows may still refer to the locked ones meanwhile. On SQLite an IMMEDIATE transaction already keeps all other
    writers out. Raises TransactionManagementError outside a transaction, on both engines. Ids that are not there are
    passed over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("parents are locked inside a transaction only")
    _lock(Therapist.objects.all(), therapist_ids)
    _lock(Location.objects.all(), location_ids)
    forget()


def _lock(rows: QuerySet[Any], ids: Iterable[int]) -> None:
    wanted = set(ids)
    if wanted:
        list(rows.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True).values_list("pk"))
