"""What the beat ticks for: thin, without arguments, safe to run twice or at the same time. Nothing imports this."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from booking import changes, limits
from booking.carrying import bringing
from booking.intake.drafts import delete_expired
from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.messages.clock import read_database_clock
from booking.messages.sweep import beat, is_idle
from booking.models import Heartbeat
from booking.people.merging import prune_merges
from booking.people.retention import forget_by_night
from booking.people.scrubbing import scrub_after_erasing
from booking.scheduling.appointments import (
    expire_overdue,
    keep_wall_times,
    prune_claims,
    prune_origins,
    prune_submissions,
)
from booking.scheduling.stranding import review_all
from booking.web.site import load_site
from services import catalogue

logger = logging.getLogger(__name__)

# With one sweep on top well under the limit of a task; what is left is for the next tick.
LONGEST_RUN_SECONDS = 40.0
NIGHT, NIGHT_HOUR = "night", 3


@shared_task(name="booking.tasks.send_due_messages")
def send_due_messages() -> None:
    """Send mails until nothing is due, the mail server is away, or there was enough for one tick.

    Ticks every few seconds, so that a booking is confirmed at once: where there is nothing to do it costs one statement.
    """
    if is_idle():
        return
    started = time.monotonic()
    for _ in outbox.each_sweep(clock=read_database_clock, ask_gate=is_stopped):
        if time.monotonic() - started > LONGEST_RUN_SECONDS:
            return


@shared_task(name="booking.tasks.sweep")
def sweep() -> None:
    """What ends by itself: kept starts, requests, undo times, old claims, keys, drafts, used limits and sessions.

    Queues the lists of the day. If one of them fails, the others are done all the same; the heartbeat stays
    away then, and `/readyz` says so.
    """
    now = timezone.now()
    done = [_is_done(step, now) for step in _HOUSEKEEPING]
    if all(done):
        beat("sweep", now=now)


def _by_night(now: datetime) -> None:
    """What is done once a night, after three o'clock at the first place, or as soon as somebody is there after that."""
    done = Heartbeat.objects.filter(name=NIGHT).values_list("beat_at", flat=True).first()
    if done is None or done < _last_night(now):
        keep_wall_times(now=now)
        review_all(now=now)
        beat(NIGHT, now=now)


def _forget(now: datetime) -> None:
    """What is kept no longer, by night too; and whoever was erased by hand is taken out of the file's log."""
    forget_by_night(night=_last_night(now), now=now)
    scrub_after_erasing(now=now)


def _last_night(now: datetime) -> datetime:
    local = now.astimezone(catalogue.home_zone())
    begun = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return begun if begun <= local else begun - timedelta(days=1)


_HOUSEKEEPING: tuple[Callable[[datetime], object], ...] = (
    lambda now: expire_overdue(now=now),
    lambda now: prune_claims(now=now),
    lambda now: prune_submissions(now=now),
    lambda now: prune_origins(now=now),
    lambda now: prune_merges(now=now),
    lambda now: bringing.prune(now=now),
    lambda now: delete_expired(now=now),
    lambda now: limits.prune(now=now),
    lambda _: changes.fold(),
    _by_night,
    _forget,
    lambda _: SessionStore.clear_expired(),
    lambda _: outbox.queue_day_lists(now=read_database_clock()),
    lambda _: outbox.set_strangers_aside(),
    lambda _: load_site(),  # keeps name and phone for pages without a database
)


def _is_done(step: Callable[[datetime], object], now: datetime) -> bool:
    try:
        step(now)
    except Exception:
        logger.exception("a part of the minute's sweep failed")
        return False
    return True
