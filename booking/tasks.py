"""What the beat ticks for: thin, without arguments, safe to run twice or at the same time. Nothing imports this."""

import time

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from booking import limits
from booking.intake.drafts import delete_expired
from booking.messages import outbox
from booking.messages.clock import read_database_clock
from booking.messages.sweep import beat
from booking.scheduling.appointments import expire_overdue, prune_claims, prune_submissions

# With one sweep on top well under the limit of a task; what is left is for the next tick.
LONGEST_RUN_SECONDS = 40.0


@shared_task(name="booking.tasks.send_due_messages")
def send_due_messages() -> None:
    """Send mails until nothing is due, the mail server is away, or there was enough for one tick."""
    started = time.monotonic()
    for _ in outbox.each_sweep(clock=read_database_clock):
        if time.monotonic() - started > LONGEST_RUN_SECONDS:
            return


@shared_task(name="booking.tasks.sweep")
def sweep() -> None:
    """What ends by itself: kept starts, requests, undo times, old claims, keys, drafts, used limits and sessions.

    Queues the lists of the day.
    """
    now = timezone.now()
    expire_overdue(now=now)
    prune_claims(now=now)
    prune_submissions(now=now)
    delete_expired(now=now)
    limits.prune(now=now)
    SessionStore.clear_expired()
    outbox.queue_day_lists(now=read_database_clock())
    beat("sweep", now=now)
