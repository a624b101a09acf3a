"""After a restore no mail goes out by itself: what waits may have gone out already, or tell of what nobody remembers.

The whole queue stands still, also for what is queued meanwhile: a sweep that ends an old request would mail about it.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from booking.messages import reasons
from booking.models import Message, Parking


def park(*, now: datetime) -> None:
    """From here on nothing goes out. `now` in UTC."""
    Parking.objects.create(since=now)


def is_parked() -> bool:
    return Parking.objects.exists()


def waiting() -> QuerySet[Message]:
    """All that would go out, in the order in which it falls due."""
    return Message.objects.filter(state__in=Message.WAITING).order_by("next_try_at", "id")


def release(*, discarded: Collection[int] = (), discards_due: bool = False, now: datetime) -> int:
    """A person has looked: what waits goes out, but for the rows in `discarded`, or for all that is due by `now`.

    Returns how many were discarded. Each of the others is judged once more before it goes out.
    """
    with transaction.atomic():
        rows = waiting().filter(next_try_at__lte=now) if discards_due else waiting().filter(pk__in=discarded)
        count = rows.order_by().update(state=Message.State.SUPPRESSED, reason=reasons.DISCARDED)
        Parking.objects.all().delete()
    return count
