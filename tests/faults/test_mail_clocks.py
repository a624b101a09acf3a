"""Clocks that are wrong, clocks that change, and a beat that was dead for half an hour."""

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from booking import tasks
from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.messages.clock import read_database_clock
from booking.models import Message
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import NOW, make_client, soon
from tests.services.clock_changes import changes_of

IS_LONG = os.environ.get("PROVE") == "1"
ALWAYS_AWAKE = {"quiet_from": "00:00", "quiet_until": "00:00"}
OFF = [timedelta(hours=1), -timedelta(hours=1), timedelta(days=1), -timedelta(days=1)]
ZONES = (
    "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Beirut", "Asia/Jerusalem", "Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip


def in_a_week() -> datetime:
    """A start by the clock of the database, on a mark of five minutes."""
    return read_database_clock().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)


@pytest.mark.parametrize("off", OFF, ids=str)
@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_wrong_sends_nothing_early_and_nothing_late(off: timedelta) -> None:
    """One reminder was due a moment ago, one is due in half an hour: by the database's clock, whatever the worker's."""
    make_policy(**ALWAYS_AWAKE)
    visit, other = make_visit(starts_at=in_a_week()), make_visit(starts_at=in_a_week())
    now = read_database_clock()
    make_message(visit=visit, kind="reminder", due_at=now - timedelta(seconds=1))
    make_message(visit=other, kind="reminder", due_at=now + timedelta(minutes=30))

    with time_machine.travel(timezone.now() + off):
        assert abs(timezone.now() - read_database_clock() - off) < timedelta(minutes=1)
        tasks.send_due_messages()

    assert list(Message.objects.order_by("due_at").values_list("state", flat=True)) == ["sent", "queued"]


@pytest.mark.django_db(transaction=True)
def test_control_by_the_workers_clock_a_reminder_would_go_out_early() -> None:
    make_policy(**ALWAYS_AWAKE)
    due_at = read_database_clock() + timedelta(minutes=30)
    make_message(visit=make_visit(starts_at=in_a_week()), kind="reminder", due_at=due_at)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        outbox.send_due(ask_gate=is_stopped, now=timezone.now())

    assert list(Message.objects.values_list("state", flat=True)) == ["sent"]


@pytest.mark.parametrize("off", OFF, ids=str)
@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_wrong_neither_steals_nor_stretches_a_lease(off: timedelta) -> None:
    make_policy(**ALWAYS_AWAKE)
    now = read_database_clock()
    alive, dead = (
        make_message(
            visit=make_visit(starts_at=in_a_week()), kind="booked", state="claimed", due_at=now, key=token,
            lease_token=token, lease_until=now + timedelta(seconds=left),
        )
        for token, left in (("alive", 60), ("dead", -1))
    )  # fmt: skip

    with time_machine.travel(timezone.now() + off):
        tasks.send_due_messages()

    alive.refresh_from_db()
    dead.refresh_from_db()
    assert (alive.state, alive.lease_token, dead.state) == ("claimed", "alive", "sent")


CHANGES = [(key, change) for key in ZONES[:: 1 if IS_LONG else 3] for change in changes_of(key)]


@pytest.mark.once
@pytest.mark.django_db
def test_reminders_over_every_clock_change_come_within_five_minutes_of_their_instant() -> None:
    """A visit 36 hours after each change of four zones, and of a dozen in `make prove`; sweeps every two minutes."""
    make_policy(
        reminder_plan=[{"hours_before": 48}, {"hours_before": 24}, {"days_before": 1, "at": "18:00"}], **ALWAYS_AWAKE
    )
    client = make_client()
    defined: list[datetime] = []
    for key, change in CHANGES:
        starts_at = (change.instant + timedelta(hours=36)).replace(minute=0, second=0)
        visit = make_visit(starts_at=starts_at, zone=key, client=client)
        outbox.announce(appointment=visit, kind=None, now=starts_at - timedelta(days=9))
        evening = (starts_at.astimezone(ZoneInfo(key)) - timedelta(days=1)).replace(hour=18, minute=0, fold=0)
        defined += [starts_at - timedelta(hours=48), starts_at - timedelta(hours=24), evening.astimezone(UTC)]

    for moment in sorted(set(defined)):
        for minutes in (-1, 1, 3):
            outbox.send_due(ask_gate=is_stopped, now=moment + timedelta(minutes=minutes))

    rows = list(Message.objects.values_list("state", "due_at", "sent_at"))
    late = [sent_at - due_at for _, due_at, sent_at in rows if sent_at is not None]
    print(f"{len(CHANGES)} changes, {len(rows)} reminders, latest after {max(late)}")
    assert sorted(due_at for _, due_at, _ in rows) == sorted(defined)
    assert {state for state, _, _ in rows} == {"sent"}
    assert timedelta(0) <= min(late)
    assert max(late) <= timedelta(minutes=5)


@pytest.mark.django_db
def test_after_half_an_hour_without_a_beat_overdue_mails_come_once_and_pointless_ones_never() -> None:
    """Dead from 08:00 to 08:30: what fell due meanwhile goes out, a reminder for 08:50 does not any more."""
    make_policy()
    for minutes in range(30):
        visit = make_visit(starts_at=NOW + timedelta(days=2))
        make_message(visit=visit, kind="reminder", due_at=soon(minutes), key=f"r{minutes}")
    late = make_message(visit=make_visit(starts_at=soon(50)), kind="reminder", due_at=soon(10), key="late")

    sweeps = [str(outbox.send_due(ask_gate=is_stopped, now=soon(30 + minutes))) for minutes in range(3)]

    late.refresh_from_db()
    assert sweeps == ["31 due: 30 sent, 1 suppressed", "0 due: nothing to send", "0 due: nothing to send"]
    assert (late.state, late.reason) == ("suppressed", reasons.TOO_LATE)
