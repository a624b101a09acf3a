"""Whether clients can book online: the only writer of when that began and when it was stopped.

What a clinic needs before it opens is a question for the floor above. Both take the locks of every place, as a booking
does: once it is stopped, nobody books what was on offer a moment before.
"""

from datetime import datetime

from django.db import transaction

from services.locks import lock_parents
from services.models import ClinicPolicy, Location


def has_ever_opened() -> bool:
    """Whether clients could book at some time; else the clinic is still being set up."""
    return ClinicPolicy.current().opened_at is not None


@transaction.atomic
def open_online_booking(*, now: datetime) -> None:
    """From now on clients can book, for the first time or again. Harmless where they can. `now` in UTC."""
    _lock()
    policy, _is_new = ClinicPolicy.objects.get_or_create(pk=1)
    ClinicPolicy.objects.filter(pk=1).update(opened_at=policy.opened_at or now, stopped_at=None)


@transaction.atomic
def stop_online_booking(*, now: datetime) -> None:
    """Clients can't book any more until it is opened again; their visits stay. Harmless where it is not open."""
    _lock()
    ClinicPolicy.objects.filter(pk=1, opened_at__isnull=False, stopped_at=None).update(stopped_at=now)


def _lock() -> None:
    lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
