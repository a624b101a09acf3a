"""Taking what was deleted out of the file of a database, too."""

from datetime import datetime

from django.db import connection

from booking.models import Client, Heartbeat

SCRUBBED = "scrub"


def scrub() -> bool:
    """On SQLite move the log into the file and empty it; returns whether that could be done now.

    Connections overwrite what they delete (PRAGMA secure_delete), but the log still holds the pages from before until
    it is emptied, and that waits for whoever is reading. On PostgreSQL there is nothing to do: no row is left to read,
    and its own housekeeping takes the rest.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def scrub_after_erasing(*, now: datetime) -> None:
    """Scrub where somebody was erased since it was last done: at the moment itself a reader may have been in the way."""
    last = Heartbeat.objects.filter(name=SCRUBBED).values_list("beat_at", flat=True).first()
    erased = Client.objects.exclude(erased_at=None)
    if (erased.filter(erased_at__gt=last) if last else erased).exists() and scrub():
        Heartbeat.objects.update_or_create(name=SCRUBBED, defaults={"beat_at": now})
